/* SPDX-License-Identifier: MIT */
#include "session/stream.h"

#include "places.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows one by one, in memory that does not grow. */

struct line {
	int64_t id;
	const char *text;
};

#define LINE(member_) rowan_column(line, member_)

ROWAN_MODEL(line,
	ROWAN_FIELDS(
		ROWAN_FIELD(line, id, .primary_key = true),
		ROWAN_FIELD(line, text)),
	.table = "lines");

static void open_lines(void)
{
	open_place();
	assert_ok(rowan_create_all(engine, ROWAN_MODELS(&line_model), NULL));
}

TestSuite(streams, .init = open_lines, .fini = close_place, .timeout = 120);

/* Lines 1, 2, .. with a text that is as long as one likes. */
static void store_lines(size_t count, size_t length)
{
	char *text = calloc(1, length + 1);
	struct line *lines = calloc(count, sizeof(*lines));

	memset(text, 'x', length);
	for (size_t i = 0; i < count; i++)
		lines[i] = (struct line){ .id = (int64_t)i + 1, .text = text };
	assert_ok(rowan_insert_all(session, line, lines, count));
	assert_ok(rowan_commit(session));
	free(lines);
	free(text);
}

/* ---- rows ------------------------------------------------------------------------ */

Test(streams, give_the_rows_that_exec_gives)
{
	const struct user *streamed, *read;
	struct rowan_stream *stream;
	struct rowan_result *result;
	struct rowan_query query = rowan_select(user, .order_by = { rowan_desc(USER(email)) },
						.offset = 3, .limit = 20);

	assert_ok(user_create_batch(session, 30));
	result = rowan_exec(session, query);
	stream = rowan_stream(session, query);
	while ((streamed = rowan_stream_next(stream))) {
		read = rowan_next(result);
		cr_assert_not_null(read);
		cr_assert_neq(streamed, read);
		assert_int(streamed->id, read->id);
		assert_text(streamed->email, read->email);
		assert_text(streamed->name, read->name);
		assert_int(streamed->is_active, read->is_active);
		assert_int(streamed->stamps.created_at.us, read->stamps.created_at.us);
	}
	assert_null(rowan_stream_next(stream));
	assert_null(rowan_stream_next(stream));
	assert_null(rowan_next(result));
	assert_ok(rowan_stream_close(stream));
}

Test(streams, of_nothing_end_at_once)
{
	struct rowan_stream *stream = rowan_stream(session, rowan_select(user));

	cr_assert_not_null(stream);
	assert_null(rowan_stream_next(stream));
	assert_ok(rowan_stream_close(stream));
	assert_ok(rowan_stream_close(NULL));
	assert_null(rowan_stream_next(NULL));
}

Test(streams, see_what_was_flushed_and_keep_out_of_the_identity_map)
{
	struct user *user = stored_user("ada@example.org");
	const struct user *streamed;
	struct rowan_stream *stream;

	user->name = "flushed";
	assert_ok(rowan_flush(session));
	user->name = "waits";
	stream = rowan_stream(session, rowan_select(user));
	streamed = rowan_stream_next(stream);
	cr_assert_neq(streamed, user);
	assert_text(streamed->name, "flushed");
	assert_ok(rowan_stream_close(stream));
	assert_text(user->name, "waits");
	cr_assert_eq(rowan_get(session, user, user->id), user);
	assert_ok(rowan_commit(session));
	assert_text(rowan_get(session, user, user->id)->name, "waits");
}

Test(streams, of_rows_with_a_composite_key)
{
	const struct task_category *link;
	struct rowan_stream *stream;
	struct task *task = task_create(session);
	int count = 0;

	for (int i = 0; i < 3; i++)
		rowan_append(session, task, categories, category_create(session));
	assert_ok(rowan_commit(session));
	stream = rowan_stream(session, rowan_select(task_category,
		.order_by = { rowan_asc(TASK_CATEGORY(category_id)) }));
	while ((link = rowan_stream_next(stream))) {
		assert_int(link->task_id, task->id);
		assert_int(link->category_id, ++count);
	}
	assert_int(count, 3);
	assert_ok(rowan_stream_close(stream));
}

static struct rowan_stream *open_with_dying_operands(void)
{
	char email[] = "c@example.org", first[] = "a@example.org", second[] = "b@example.org";
	const char *list[] = { first, second };
	struct rowan_stream *stream = rowan_stream(session, rowan_select(user,
		.where = rowan_or(rowan_eq(USER(email), email), rowan_in(USER(email), list, 2)),
		.order_by = { rowan_asc(USER(email)) }));

	memset(email, '!', sizeof(email) - 1);
	memset(first, '!', sizeof(first) - 1);
	memset(second, '!', sizeof(second) - 1);
	list[0] = list[1] = NULL;
	return stream;
}

Test(streams, operands_need_not_outlive_the_call)
{
	const struct user *user;
	struct rowan_stream *stream;
	char expected = 'a';

	for (char letter = 'a'; letter < 'e'; letter++)
		stored_user(rowan_text(session, "%c@example.org", letter));
	stream = open_with_dying_operands();
	while ((user = rowan_stream_next(stream)))
		assert_int(user->email[0], expected++);
	assert_int(expected, 'd');
	assert_ok(rowan_stream_close(stream));
}

Test(streams, patterns_are_theirs_as_well)
{
	enum { LENGTH = 20000 };
	char *text = calloc(1, LENGTH + 1);
	struct rowan_stream *stream;

	store_lines(3, LENGTH);
	memset(text, 'x', LENGTH);
	stream = rowan_stream(session, rowan_select(line,
		.where = rowan_starts_with(rowan_column(line, text), text)));
	free(text);
	for (int i = 0; i < 3; i++)
		cr_assert_not_null(rowan_stream_next(stream));
	assert_null(rowan_stream_next(stream));
	assert_ok(rowan_stream_close(stream));
}

/* ---- memory ---------------------------------------------------------------------- */

static size_t memory_of(const struct rowan_stream *stream)
{
	return arena_size(&stream->kept) + arena_size(&stream->rows[0]) +
	       arena_size(&stream->rows[1]) + arena_size(&session->arena) +
	       arena_size(&session->scratch);
}

Test(streams, big_results_take_no_more_memory_than_small_ones)
{
	enum { LINES = 100000, WARM = 100 };
	struct rowan_stream *stream;
	const struct line *line;
	size_t ours = 0, heap = 0;
	int64_t count = 0;

	store_lines(LINES, 400);
	assert_ok(rowan_clear(session));
	stream = rowan_stream(session, rowan_select(line, .order_by = { rowan_asc(LINE(id)) }));
	while ((line = rowan_stream_next(stream))) {
		assert_int(line->id, ++count);
		if (count == WARM) {
			ours = memory_of(stream);
			heap = mallinfo2().uordblks;
		}
	}
	assert_int(count, LINES);
	assert_int(memory_of(stream), ours);
	/* The client library's as well: 40 MB went by. */
	cr_assert_lt(mallinfo2().uordblks, heap + 200000);
	assert_ok(rowan_stream_close(stream));
}

Test(streams, rows_of_any_size_are_not_kept)
{
	struct rowan_stream *stream;
	const struct line *line;
	size_t largest = 0;
	int count = 0;

	for (int i = 1; i <= 20; i++) {
		char *text = calloc(1, (size_t)i * 50000 + 1);
		struct line *added = rowan_new(session, line);

		memset(text, 'y', (size_t)i * 50000);
		added->text = text;
		rowan_add(session, added);
		assert_ok(rowan_commit(session, .clear = true));
		free(text);
	}
	stream = rowan_stream(session, rowan_select(line, .order_by = { rowan_asc(LINE(id)) }));
	while ((line = rowan_stream_next(stream))) {
		assert_int(strlen(line->text), ++count * 50000);
		if (memory_of(stream) > largest)
			largest = memory_of(stream);
	}
	assert_int(count, 20);
	cr_assert_lt(largest, 2 * 20 * 50000 + 100000);	/* not the 10 MB of all rows */
	assert_ok(rowan_stream_close(stream));
}

Test(streams, one_after_another_take_the_memory_of_one)
{
	size_t ours = 0;

	store_lines(3, 10);
	for (int i = 0; i < 200; i++) {
		struct rowan_stream *stream = rowan_stream(session, rowan_select(line,
			.where = rowan_ne(LINE(text), "a text that is kept with the stream")));

		for (int row = 0; row < i % 4; row++)
			cr_assert_not_null(rowan_stream_next(stream));
		assert_ok(rowan_stream_close(stream));
		assert_null(rowan_stream_next(stream));
		assert_ok(rowan_stream_close(stream));
		if (i == 3)
			ours = arena_size(&session->arena);
	}
	assert_int(arena_size(&session->arena), ours);
}

/* ---- the end ---------------------------------------------------------------------- */

Test(streams, can_be_abandoned_after_any_number_of_rows)
{
	static const int places[] = { 0, 1, 2, 3, 10, 100, 1000, 10000, 50000, 99999, 100000 };

	store_lines(100000, 10);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct rowan_stream *stream;
		const struct line *line = NULL;

		if (i % 2)	/* in a transaction as well as without one */
			assert_ok(rowan_begin(session));
		stream = rowan_stream(session, rowan_select(line,
			.order_by = { rowan_asc(LINE(id)) }));
		for (int row = 0; row < places[i]; row++)
			line = rowan_stream_next(stream);
		if (line)
			assert_int(line->id, places[i]);
		assert_ok(rowan_stream_close(stream));
		line = rowan_get(session, line, 77);
		assert_int(line->id, 77);
		assert_int(rowan_count(session, rowan_select(line)), 100000);
		assert_ok(rowan_commit(session, .clear = true));
	}
}

Test(streams, are_closed_with_their_session)
{
	struct rowan_session *other = rowan_session_open(engine);

	assert_ok(user_create_batch(session, 3));
	assert_ok(rowan_commit(session));
	cr_assert_not_null(rowan_stream_next(rowan_stream(other, rowan_select(user))));
	assert_int(rowan_engine_stats(engine).in_use, 1);
	rowan_session_close(other);
	assert_int(rowan_engine_stats(engine).in_use, 0);
	assert_int(stored_users(), 3);
}

Test(streams, end_with_a_rollback)
{
	struct rowan_stream *stream;

	assert_ok(user_create_batch(session, 3));
	assert_ok(rowan_commit(session));
	for (int begun = 0; begun < 2; begun++) {
		if (begun)
			assert_ok(rowan_begin(session));
		stream = rowan_stream(session, rowan_select(user));
		cr_assert_not_null(rowan_stream_next(stream));
		assert_ok(rowan_rollback(session));
		assert_int(rowan_engine_stats(engine).in_use, 0);
		assert_null(rowan_stream_next(stream));
		assert_int(rowan_count(session, rowan_select(user)), 3);
		assert_ok(rowan_stream_close(stream));
		assert_ok(rowan_commit(session));
	}
}

Test(streams, end_with_a_rollback_to_a_savepoint)
{
	struct rowan_stream *stream;
	struct user *user = stored_user("ada@example.org");

	user->name = "outer";
	assert_ok(rowan_savepoint(session));
	user->name = "inner";
	assert_ok(rowan_flush(session));
	stream = rowan_stream(session, rowan_select(user));
	assert_text(((const struct user *)rowan_stream_next(stream))->name, "inner");
	assert_ok(rowan_rollback_to(session));
	assert_null(rowan_stream_next(stream));
	assert_ok(rowan_stream_close(stream));
	assert_text(user->name, "outer");
	assert_ok(rowan_commit(session));
}

/* ---- errors ------------------------------------------------------------------------ */

/* What a value that its member can't hold does to the rows before and after it. */
#define STRICT(member_) rowan_column(strict_task, member_)

Test(streams, a_value_that_does_not_fit_ends_them_and_the_error_waits)
{
	const int line = __LINE__ + 1;
	struct rowan_query query = rowan_select(strict_task, .order_by = { rowan_asc(STRICT(id)) });
	struct rowan_stream *stream;
	struct task *tasks[5];

	assert_ok(task_create_batch(session, 5, .into = tasks));
	for (int i = 0; i < 5; i++)
		tasks[i]->description = i == 3 ? NULL : "described";
	assert_ok(rowan_commit(session));
	stream = rowan_stream(session, query);
	for (int i = 0; i < 3; i++)
		cr_assert_not_null(rowan_stream_next(stream));
	assert_null(rowan_stream_next(stream));
	assert_error(session, ROWAN_DATA, "description");
	assert_int(rowan_error(session)->site.line, line);
	assert_null(rowan_stream_next(stream));
	assert_code(rowan_commit(session), ROWAN_DATA);
	assert_code(rowan_stream_close(stream), ROWAN_DATA);
	assert_code(rowan_commit(session), ROWAN_DATA);
	assert_ok(rowan_rollback(session));
	assert_int(rowan_count(session, rowan_select(task)), 5);
}

Test(streams, a_server_that_dies_ends_them)
{
	struct rowan_stream *stream;
	int rows = 0;

	store_lines(100000, 400);
	stream = rowan_stream(session, rowan_select(line));
	cr_assert_not_null(rowan_stream_next(stream));
	execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
		      "WHERE datname = current_database() AND pid <> pg_backend_pid()");
	while (rowan_stream_next(stream))
		rows++;
	cr_assert_lt(rows, 100000 - 1);
	assert_code(rowan_error(session)->code, ROWAN_OPERATIONAL);
	assert_code(rowan_stream_close(stream), ROWAN_OPERATIONAL);
	assert_ok(rowan_rollback(session));
	assert_int(rowan_count(session, rowan_select(line)), 100000);
}

Test(streams, a_query_that_fails_gives_none)
{
	execute("DROP TABLE task_categories");
	execute("DROP TABLE tasks");
	assert_null(rowan_stream_next(rowan_stream(session, rowan_select(task))));
	cr_assert_lt(rowan_error(session)->code, 0);
	assert_code(rowan_stream_close(NULL), ROWAN_OK);
	assert_ok(rowan_rollback(session));
	assert_null(rowan_stream_next(rowan_stream(session, rowan_select(user))));
	assert_ok(rowan_rollback(session));
}

Test(streams, relations_cannot_be_loaded_with_them)
{
	struct rowan_stream *stream;
	const struct task *task;

	assert_ok(task_create_batch(session, 2));
	assert_ok(rowan_commit(session));
	assert_null(rowan_stream(session, rowan_select(task,
		.load = { rowan_joined(task, owner) })));
	assert_error(session, ROWAN_MISUSE, "load: relations can't be loaded with a stream");
	assert_ok(rowan_rollback(session));

	stream = rowan_stream(session, rowan_select(task));
	task = rowan_stream_next(stream);
	assert_null(rowan_load(session, task, owner).row);
	assert_error(session, ROWAN_MISUSE, "rowan_load: relations can't be loaded for a row "
					    "of a stream");
	assert_null(rowan_stream_next(stream));
	assert_code(rowan_stream_close(stream), ROWAN_MISUSE);
	assert_ok(rowan_rollback(session));
}

/* ---- nothing else meanwhile --------------------------------------------------------- */

static struct user *held;

static int with_code(int code) { return code; }
static int with_row(const void *row) { return row ? ROWAN_OK : rowan_error(session)->code; }

static int flush(void) { return with_code(rowan_flush(session)); }
static int commit(void) { return with_code(rowan_commit(session)); }
static int begin(void) { return with_code(rowan_begin(session)); }
static int clear(void) { return with_code(rowan_clear(session)); }
static int savepoint(void) { return with_code(rowan_savepoint(session)); }
static int release(void) { return with_code(rowan_release(session)); }
static int add(void) { return with_code(rowan_add(session, held)); }
static int delete(void) { return with_code(rowan_delete(session, user, held)); }
static int refresh(void) { return with_code(rowan_refresh(session, user, held)); }
static int new(void) { return with_row(rowan_new(session, user)); }
static int get(void) { return with_row(rowan_get(session, user, held->id)); }
static int edit(void) { return with_row(rowan_edit(session, user, held)); }
static int exec(void) { return with_row(rowan_exec(session, rowan_select(user))); }
static int again(void) { return with_row(rowan_stream(session, rowan_select(user))); }
static int text(void) { return with_row(rowan_text(session, "text")); }
static int count(void) { return (int)rowan_count(session, rowan_select(user)); }

static int delete_where(void)
{
	return (int)rowan_delete_where(session, rowan_select(user, .all_rows = true));
}

static int scalar(void)
{
	return rowan_scalar(session, rowan_select(user, .scalar = rowan_max(USER(id)))).type ==
	       ROWAN_TYPE_NONE ? rowan_error(session)->code : ROWAN_OK;
}

static int load(void)
{
	(void)rowan_load(session, held, tasks);
	return rowan_error(session)->code;
}

static int insert_all(void)
{
	struct user user = { .email = "e", .name = "n", .hashed_password = "p" };

	return rowan_insert_all(session, user, &user, 1);
}

Test(streams, their_session_does_nothing_else_until_they_are_closed)
{
	static int (*const verbs[])(void) = {
		flush, commit, begin, clear, savepoint, release, add, delete, refresh, new, get,
		edit, exec, again, text, count, delete_where, scalar, load, insert_all,
	};

	held = stored_user("ada@example.org");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		struct rowan_stream *stream = rowan_stream(session, rowan_select(user));
		char where[32];

		snprintf(where, sizeof(where), "streams.c:%d is open", __LINE__ - 3);
		if (i % 2)
			rowan_stream_next(stream);
		assert_code(verbs[i](), ROWAN_MISUSE);
		assert_error(session, ROWAN_MISUSE, where);
		assert_null(rowan_stream_next(stream));
		assert_code(rowan_stream_close(stream), ROWAN_MISUSE);
		assert_ok(rowan_rollback(session));
	}
	assert_int(stored_users(), 1);
}
