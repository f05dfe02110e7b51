/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What queries find; how they look as SQL is the dialect's suite. */

/*
 * Eight tasks, ids 1 to 8:
 *
 *	id		1	2	3	4	5	6	7	8
 *	completed	no	yes	no	yes	no	yes	no	yes
 *	priority	low	medium	high	low	medium	high	low	medium
 *	description	-	d2	-	d4	-	d6	-	d8
 *	due (day)	-	-	3	4	5	6	7	8
 *	owner		1	1	1	1	2	2	2	2
 */
static void open_eight(void)
{
	static const char *const priorities[] = { "low", "medium", "high" };
	struct user *owners[2];

	open_sample();
	assert_ok(user_create_batch(session, 2, .into = owners));
	for (int id = 1; id <= 8; id++) {
		struct task *task = task_build(session, .owner = owners[id > 4],
			.title = rowan_text(session, "task %d", id),
			.priority = priorities[(id - 1) % 3], .completed = id % 2 == 0,
			.description = id % 2 ? NULL : rowan_text(session, "d%d", id));

		if (id > 2)
			task->due_date = rowan_opt_datetime(rowan_datetime(2024, 2, id, 0, 0, 0));
		rowan_add(session, task);
	}
	assert_ok(rowan_commit(session, .clear = true));
}

TestSuite(queries, .init = open_eight, .fini = close_sample, .timeout = 120);

/* The ids found, in ascending order, as "1 2 5". */
static const char *ids(struct rowan_expr where)
{
	static char text[256];
	struct rowan_result *tasks = rowan_exec(session, rowan_select(task,
		.where = where, .order_by = { rowan_asc(TASK(id)) }));
	const struct task *task;
	size_t length = 0;

	if (!tasks)
		return rowan_error(session)->message;
	text[0] = '\0';
	while ((task = rowan_next(tasks)))
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%" PRId64,
					   length ? " " : "", task->id);
	return text;
}

Test(queries, q01_select_gives_all_rows_of_the_model)
{
	assert_text(ids((struct rowan_expr){ 0 }), "1 2 3 4 5 6 7 8");
	assert_int(rowan_count(session, rowan_select(user)), 2);
	assert_int(rowan_count(session, rowan_select(category)), 0);
}

/* ---- comparisons ----------------------------------------------------------------- */

Test(queries, q02_comparisons_of_integers)
{
	assert_text(ids(rowan_eq(TASK(id), 3)), "3");
	assert_text(ids(rowan_ne(TASK(id), 3)), "1 2 4 5 6 7 8");
	assert_text(ids(rowan_lt(TASK(id), 3)), "1 2");
	assert_text(ids(rowan_le(TASK(id), 3)), "1 2 3");
	assert_text(ids(rowan_gt(TASK(id), 6)), "7 8");
	assert_text(ids(rowan_ge(TASK(id), 6)), "6 7 8");
	assert_text(ids(rowan_between(TASK(id), 3, 5)), "3 4 5");
	assert_text(ids(rowan_between(TASK(id), 5, 3)), "");
	assert_text(ids(rowan_gt(TASK(id), INT64_MAX)), "");
	assert_text(ids(rowan_gt(TASK(id), INT64_MIN)), "1 2 3 4 5 6 7 8");
}

Test(queries, q02_comparisons_of_text)
{
	assert_text(ids(rowan_eq(TASK(priority), "high")), "3 6");
	assert_text(ids(rowan_ne(TASK(priority), "high")), "1 2 4 5 7 8");
	assert_text(ids(rowan_lt(TASK(title), "task 3")), "1 2");
	assert_text(ids(rowan_le(TASK(title), "task 3")), "1 2 3");
	assert_text(ids(rowan_gt(TASK(title), "task 6")), "7 8");
	assert_text(ids(rowan_ge(TASK(title), "task 6")), "6 7 8");
	assert_text(ids(rowan_between(TASK(title), "task 3", "task 5")), "3 4 5");
	assert_text(ids(rowan_eq(TASK(title), "TASK 3")), "");
}

Test(queries, q02_comparisons_of_datetimes)
{
	struct rowan_datetime fifth = rowan_datetime(2024, 2, 5, 0, 0, 0);

	assert_text(ids(rowan_eq(TASK(due_date), fifth)), "5");
	assert_text(ids(rowan_lt(TASK(due_date), fifth)), "3 4");
	assert_text(ids(rowan_le(TASK(due_date), fifth)), "3 4 5");
	assert_text(ids(rowan_gt(TASK(due_date), fifth)), "6 7 8");
	assert_text(ids(rowan_ge(TASK(due_date), rowan_opt_datetime(fifth))), "5 6 7 8");
	assert_text(ids(rowan_ne(TASK(due_date), fifth)), "3 4 6 7 8");	/* NULL is neither */
}

Test(queries, q02_columns_with_columns)
{
	assert_text(ids(rowan_eq(TASK(id), TASK(owner_id))), "1");
	assert_text(ids(rowan_lt(TASK(id), TASK(owner_id))), "");
	assert_text(ids(rowan_le(TASK(stamps.created_at), TASK(stamps.updated_at))), "1 2 3 4 5 6 7 8");
	assert_text(ids(rowan_gt(TASK(due_date), TASK(stamps.created_at))), "");
}

/* ---- and, or, not -------------------------------------------------------------------- */

Test(queries, q03_two_conditions_are_both_required)
{
	assert_text(ids(rowan_and(rowan_eq(TASK(completed), true), rowan_gt(TASK(id), 4))), "6 8");
}

Test(queries, q03_conditions_chain)
{
	struct rowan_query query = rowan_select(task, .where = rowan_eq(TASK(completed), true));

	query.where = rowan_and(query.where, rowan_gt(TASK(id), 4));
	query.where = rowan_and(query.where, rowan_ne(TASK(priority), "high"));
	assert_int(rowan_count(session, query), 1);
}

Test(queries, q04_nesting_means_what_is_written)
{
	struct rowan_expr low = rowan_eq(TASK(priority), "low");
	struct rowan_expr high = rowan_eq(TASK(priority), "high");
	struct rowan_expr done = rowan_eq(TASK(completed), true);

	assert_text(ids(rowan_or(low, high)), "1 3 4 6 7");
	assert_text(ids(rowan_and(rowan_or(low, high), done)), "4 6");
	assert_text(ids(rowan_or(low, rowan_and(high, done))), "1 4 6 7");
	assert_text(ids(rowan_not(rowan_or(low, high))), "2 5 8");
	assert_text(ids(rowan_and(rowan_not(low), rowan_not(done))), "3 5");
	assert_text(ids(rowan_not(rowan_and(low, done))), "1 2 3 5 6 7 8");
	assert_text(ids(rowan_not(rowan_not(low))), "1 4 7");
}

Test(queries, q04_absent_conditions_are_skipped_and_an_or_of_nothing_is_false)
{
	const struct rowan_expr absent = { 0 };
	struct rowan_expr low = rowan_eq(TASK(priority), "low");

	assert_text(ids(rowan_and(absent, low, absent)), "1 4 7");
	assert_text(ids(rowan_or(absent, low)), "1 4 7");
	assert_text(ids(rowan_not(absent)), "1 2 3 4 5 6 7 8");
	assert_text(ids(rowan_and(absent)), "1 2 3 4 5 6 7 8");
	assert_text(ids(rowan_or(absent)), "");
	assert_text(ids(rowan_and(low, rowan_or(absent, absent))), "");
	assert_text(ids(rowan_not(rowan_or(absent))), "1 2 3 4 5 6 7 8");
}

/* ---- NULL, booleans -------------------------------------------------------------------- */

Test(queries, q05_null_is_found_by_equality_and_by_name)
{
	assert_text(ids(rowan_eq(TASK(description), (const char *)NULL)), "1 3 5 7");
	assert_text(ids(rowan_ne(TASK(description), (const char *)NULL)), "2 4 6 8");
	assert_text(ids(rowan_is_null(TASK(due_date))), "1 2");
	assert_text(ids(rowan_is_not_null(TASK(due_date))), "3 4 5 6 7 8");
	assert_text(ids(rowan_eq(TASK(due_date), (struct rowan_opt_datetime){ 0 })), "1 2");
	assert_text(ids(rowan_ne(TASK(parent_id), (struct rowan_opt_int64){ 0 })), "");
}

Test(queries, q05_booleans)
{
	assert_text(ids(rowan_eq(TASK(completed), true)), "2 4 6 8");
	assert_text(ids(rowan_eq(TASK(completed), false)), "1 3 5 7");
	assert_text(ids(rowan_ne(TASK(completed), true)), "1 3 5 7");
}

/* ---- text -------------------------------------------------------------------------------- */

static void add_titles(const char *const *titles, size_t count)
{
	const struct user *owner = rowan_get(session, user, 1);

	for (size_t i = 0; i < count; i++)
		rowan_add(session, task_build(session, .owner = owner, .title = titles[i]));
	assert_ok(rowan_commit(session, .clear = true));
}

Test(queries, q06_percent_and_underscore_mean_themselves)
{
	const char *const titles[] = {
		"50%_off", "50 percent off", "50%Xoff", "a\\b", "a\\%b", "über 50%_off!", "",
	};

	add_titles(titles, 6);		/* ids 9 .. 14 */
	assert_text(ids(rowan_contains(TASK(title), "50%_off")), "9 14");
	assert_text(ids(rowan_starts_with(TASK(title), "50%_")), "9");
	assert_text(ids(rowan_ends_with(TASK(title), "%_off")), "9");
	assert_text(ids(rowan_contains(TASK(title), "%")), "9 11 13 14");
	assert_text(ids(rowan_contains(TASK(title), "_")), "9 14");
	assert_text(ids(rowan_contains(TASK(title), "\\")), "12 13");
	assert_text(ids(rowan_contains(TASK(title), "\\%")), "13");
	assert_text(ids(rowan_starts_with(TASK(title), "ü")), "14");
	assert_text(ids(rowan_contains(TASK(title), "")), "1 2 3 4 5 6 7 8 9 10 11 12 13 14");
}

Test(queries, q06_like_takes_a_pattern_and_minds_the_case)
{
	const char *const titles[] = { "Alpha", "alpha", "ALPHA", "beta" };

	add_titles(titles, 4);
	assert_text(ids(rowan_like(TASK(title), "%lpha")), "9 10");
	assert_text(ids(rowan_like(TASK(title), "a____")), "10");
	assert_text(ids(rowan_like(TASK(title), "beta")), "12");
	assert_text(ids(rowan_like(TASK(title), "BETA")), "");
	assert_text(ids(rowan_contains(TASK(title), "LPH")), "11");
	assert_text(ids(rowan_starts_with(TASK(title), "A")), "9 11");
	assert_text(ids(rowan_not(rowan_like(TASK(title), "%a%"))), "11");
}

/* ---- in ------------------------------------------------------------------------------------ */

Test(queries, q07_lists_of_every_kind)
{
	const int64_t numbers[] = { 8, 1, 99, 1 };
	const char *const priorities[] = { "high", "none", "it's \"quoted\"" };
	const struct rowan_datetime days[] = {
		rowan_datetime(2024, 2, 3, 0, 0, 0), rowan_datetime(2024, 2, 8, 0, 0, 0),
	};

	assert_text(ids(rowan_in(TASK(id), numbers, 4)), "1 8");
	assert_text(ids(rowan_in(TASK(id), numbers, 1)), "8");
	assert_text(ids(rowan_not(rowan_in(TASK(id), numbers, 4))), "2 3 4 5 6 7");
	assert_text(ids(rowan_in(TASK(priority), priorities, 3)), "3 6");
	assert_text(ids(rowan_in(TASK(due_date), days, 2)), "3 8");
}

Test(queries, q07_an_empty_list_finds_nothing)
{
	const int64_t none[1] = { 0 };

	assert_text(ids(rowan_in(TASK(id), none, 0)), "");
	assert_text(ids(rowan_in(TASK(id), (const int64_t *)NULL, 0)), "");
	assert_text(ids(rowan_not(rowan_in(TASK(id), none, 0))), "1 2 3 4 5 6 7 8");
	assert_text(ids(rowan_or(rowan_in(TASK(id), none, 0), rowan_eq(TASK(id), 3))), "3");
}

Test(queries, q07_a_hundred_thousand_values)
{
	size_t count = 100000;
	int64_t *numbers = malloc(count * sizeof(*numbers));
	const char **texts = malloc(count * sizeof(*texts));
	char (*memory)[16] = malloc(count * sizeof(*memory));

	for (size_t i = 0; i < count; i++) {
		numbers[i] = (int64_t)i * 2 + 2;	/* even numbers */
		snprintf(memory[i], 16, "task %zu", i * 3);
		texts[i] = memory[i];
	}
	assert_text(ids(rowan_in(TASK(id), numbers, count)), "2 4 6 8");
	assert_text(ids(rowan_in(TASK(title), texts, count)), "3 6");
	free(memory);
	free(texts);
	free(numbers);
}

Test(queries, q07_lists_of_any_length_share_one_statement)
{
	int64_t numbers[100] = { 1 };
	uint64_t prepares;

	ids(rowan_in(TASK(id), numbers, 2));
	prepares = rowan_engine_stats(engine).prepares;
	for (size_t count = 1; count <= 100; count++)
		ids(rowan_in(TASK(id), numbers, count));
	assert_int(rowan_engine_stats(engine).prepares, prepares);
}

/* ---- order, limit ---------------------------------------------------------------------------- */

Test(queries, q08_several_keys_up_and_down)
{
	const int64_t expected[] = { 3, 6, 1, 4, 7, 2, 5, 8 };	/* high, low, medium */
	struct rowan_result *tasks = rowan_exec(session, rowan_select(task,
		.order_by = { rowan_asc(TASK(priority)), rowan_asc(TASK(id)) }));

	for (size_t i = 0; i < 8; i++)
		assert_int(((const struct task *)rowan_next(tasks))->id, expected[i]);
	tasks = rowan_exec(session, rowan_select(task,
		.order_by = { rowan_desc(TASK(priority)), rowan_desc(TASK(id)) }));
	for (size_t i = 8; i-- > 0; )
		assert_int(((const struct task *)rowan_next(tasks))->id, expected[i]);
}

Test(queries, q09_pages_are_disjoint_and_complete)
{
	bool seen[9] = { false };

	for (int64_t page = 0; page < 4; page++) {
		struct rowan_result *tasks = rowan_exec(session, rowan_select(task,
			.order_by = { rowan_asc(TASK(id)) }, .limit = 3, .offset = page * 3));
		const struct task *task;

		assert_int(rowan_result_count(tasks), page < 2 ? 3 : page == 2 ? 2 : 0);
		while ((task = rowan_next(tasks))) {
			cr_assert(!seen[task->id]);
			seen[task->id] = true;
		}
	}
	for (int id = 1; id <= 8; id++)
		cr_assert(seen[id]);
	assert_int(rowan_count(session, rowan_select(task, .limit = 3, .offset = 6)), 2);
	assert_int(rowan_count(session, rowan_select(task, .offset = 5)), 3);
	assert_int(rowan_count(session, rowan_select(task, .limit = INT64_MAX)), 8);
}

Test(queries, q09_a_limit_without_an_order_warns)
{
	struct rowan_counter *counter = rowan_counter_open(engine);

	assert_int(rowan_result_count(rowan_exec(session, rowan_select(task, .limit = 2))), 2);
	assert_int(counter->warnings, 1);
	assert_contains(counter->last_report, "order_by");
	assert_contains(counter->last_site.file, "queries.c");
	rowan_exec(session, rowan_select(task, .limit = 2, .order_by = { rowan_asc(TASK(id)) }));
	assert_int(counter->warnings, 1);
	rowan_counter_close(counter);
}

/* ---- aggregates -------------------------------------------------------------------------------- */

Test(queries, q13_count)
{
	assert_int(rowan_count(session, rowan_select(category)), 0);
	assert_int(rowan_count(session, rowan_select(task)), 8);
	assert_int(rowan_count(session, rowan_select(task,
		.where = rowan_eq(TASK(completed), true))), 4);
	assert_int(rowan_scalar(session, rowan_select(task,
		.scalar = rowan_count_of(TASK(due_date)))).as.i, 6);
}

Test(queries, q12_sum_avg_min_max_value)
{
	struct rowan_value value;

	value = rowan_scalar(session, rowan_select(task, .scalar = rowan_sum(TASK(id))));
	assert_int(value.type, ROWAN_TYPE_INT64);
	assert_int(value.as.i, 36);
	value = rowan_scalar(session, rowan_select(task, .scalar = rowan_avg(TASK(id))));
	assert_int(value.type, ROWAN_TYPE_DOUBLE);
	cr_assert(value.as.d > 4.49 && value.as.d < 4.51);
	value = rowan_scalar(session, rowan_select(task, .scalar = rowan_min(TASK(due_date))));
	assert_int(value.type, ROWAN_TYPE_DATETIME);
	assert_int(value.as.datetime.us, rowan_datetime(2024, 2, 3, 0, 0, 0).us);
	value = rowan_scalar(session, rowan_select(task, .scalar = rowan_max(TASK(title)),
		.where = rowan_lt(TASK(id), 5)));
	assert_text(value.as.text, "task 4");
	value = rowan_scalar(session, rowan_select(task, .scalar = rowan_value_of(TASK(title)),
		.order_by = { rowan_desc(TASK(id)) }));
	assert_text(value.as.text, "task 8");
}

Test(queries, q12_aggregates_of_nothing)
{
	struct rowan_value value;

	value = rowan_scalar(session, rowan_select(category, .scalar = rowan_max(CATEGORY(id))));
	assert_int(value.type, ROWAN_TYPE_INT64);
	cr_assert(value.null);
	value = rowan_scalar(session, rowan_select(category, .scalar = rowan_sum(CATEGORY(id))));
	cr_assert(value.null);
	value = rowan_scalar(session, rowan_select(category,
		.scalar = rowan_value_of(CATEGORY(name))));
	assert_int(value.type, ROWAN_TYPE_TEXT);
	cr_assert(value.null);
	value = rowan_scalar(session, rowan_select(category,
		.scalar = rowan_count_of(CATEGORY(name))));
	cr_assert(!value.null);
	assert_int(value.as.i, 0);
	assert_ok(rowan_error(session)->code);
}

/* ---- queries as values ---------------------------------------------------------------------------- */

Test(queries, q14_a_column_handle_serves_in_every_clause)
{
	struct rowan_int_column id = TASK(id);
	struct rowan_query query = rowan_select(task, .where = rowan_gt(id, 2),
		.order_by = { rowan_desc(id) }, .limit = 1);

	assert_int(((const struct task *)rowan_one(rowan_exec(session, query)))->id, 8);
	query = rowan_select(task, .where = rowan_between(id, 2, 4), .scalar = rowan_max(id));
	assert_int(rowan_scalar(session, query).as.i, 4);
}

enum { DONE = 1, LOW = 2, DUE = 4, FIRST_OWNER = 8, EVEN = 16 };

/* One builder for every combination of five filters. */
static struct rowan_query filtered(unsigned filters)
{
	struct rowan_query query = rowan_select(task);

	if (filters & DONE)
		query.where = rowan_and(query.where, rowan_eq(TASK(completed), true));
	if (filters & LOW)
		query.where = rowan_and(query.where, rowan_eq(TASK(priority), "low"));
	if (filters & DUE)
		query.where = rowan_and(query.where, rowan_is_not_null(TASK(due_date)));
	if (filters & FIRST_OWNER)
		query.where = rowan_and(query.where, rowan_eq(TASK(owner_id), 1));
	if (filters & EVEN)
		query.where = rowan_and(query.where, rowan_is_not_null(TASK(description)));
	return query;
}

static bool fits(int id, unsigned filters)
{
	return (!(filters & DONE) || id % 2 == 0) && (!(filters & LOW) || (id - 1) % 3 == 0)
		&& (!(filters & DUE) || id > 2) && (!(filters & FIRST_OWNER) || id <= 4)
		&& (!(filters & EVEN) || id % 2 == 0);
}

Test(queries, q15_all_combinations_of_five_filters)
{
	for (unsigned filters = 0; filters < 32; filters++) {
		char expected[16] = "", *end = expected;

		for (int id = 1; id <= 8; id++)
			if (fits(id, filters)) {
				if (end > expected)
					*end++ = ' ';
				*end++ = (char)('0' + id);
			}
		*end = '\0';
		assert_text(ids(filtered(filters).where), expected);
	}
}

Test(queries, q16_a_row_by_its_unique_field)
{
	const struct user *user;

	assert_ok(rowan_commit(session));
	stored_user("ada@example.org");
	user = rowan_first(rowan_exec(session, rowan_select(user,
		.where = rowan_eq(USER(email), "ada@example.org"))));
	assert_text(user->email, "ada@example.org");
	assert_null(rowan_first(rowan_exec(session, rowan_select(user,
		.where = rowan_eq(USER(email), "Ada@example.org")))));
}

/* ---- hostile values -------------------------------------------------------------------------------- */

static const char *const hostile[] = {
	"'; DROP TABLE tasks; --", "\"; DROP TABLE users; --", "' OR '1'='1", "1 OR 1=1", "?1", "$1",
	":name", "\\", "\\'", "''", "\"\"", "`", "--", "/* */", ";", "%", "_", "\n\r\t", "\x01\x7f",
	"NULL", "null", "0", "{\"a\": [1]}", "[1, 2]", "\"", "\\u0000", "\u202ex", "😀",
};

Test(queries, q17_hostile_text_is_stored_and_found_as_it_is)
{
	for (size_t i = 0; i < sizeof(hostile) / sizeof(*hostile); i++) {
		const char *text = hostile[i];
		struct task *task = task_create(session, .title = text, .description = text,
			.priority = text, .owner = rowan_get(session, user, 1));
		const char *id = rowan_text(session, "%" PRId64, task->id);

		assert_ok(rowan_commit(session));
		assert_text(rowan_get(session, task, task->id)->title, text);
		assert_text(ids(rowan_eq(TASK(title), text)), id);
		assert_text(ids(rowan_in(TASK(title), &text, 1)), id);
		assert_text(ids(rowan_between(TASK(title), text, text)), id);
		assert_contains(ids(rowan_contains(TASK(title), text)), id);
		assert_contains(ids(rowan_starts_with(TASK(title), text)), id);
		assert_contains(ids(rowan_ends_with(TASK(title), text)), id);
		task->title = "renamed";
		task->description = "'; DELETE FROM users; --";
		assert_ok(rowan_commit(session));
		assert_text(ids(rowan_eq(TASK(title), text)), "");
		assert_ok(rowan_delete(session, task, task));
		assert_ok(rowan_commit(session, .clear = true));
		assert_int(stored_users(), 2);
		assert_int(stored_tasks(), 8);
	}
}

Test(queries, q17_hostile_lists)
{
	size_t count = sizeof(hostile) / sizeof(*hostile);
	const struct user *owner = rowan_get(session, user, 1);

	for (size_t i = 0; i < count; i++)
		rowan_add(session, task_build(session, .owner = owner, .title = hostile[i]));
	assert_ok(rowan_commit(session));
	assert_int(rowan_count(session, rowan_select(task,
		.where = rowan_in(TASK(title), hostile, count))), count);
	assert_int(rowan_count(session, rowan_select(task,
		.where = rowan_not(rowan_in(TASK(title), hostile, count)))), 8);
}

Test(queries, kept_conditions_outlive_their_operands)
{
	char name[] = "low";
	struct rowan_expr where = rowan_keep(session, rowan_eq(TASK(priority), name));

	memset(name, 'x', 3);
	assert_text(ids(where), "1 4 7");
	assert_text(ids(rowan_and(where, rowan_not(where))), "");
	assert_text(ids(rowan_keep(session, rowan_or(where, rowan_eq(TASK(id), 2)))), "1 2 4 7");
}
