/* SPDX-License-Identifier: MIT */
#include "places.h"

/* Rows that count their updates: what was changed meanwhile is not written over. */

struct page {
	int64_t id;
	const char *slug, *body;
	int64_t version;
};
extern const struct rowan_model page_model;
ROWAN_MODEL(page,
	ROWAN_FIELDS(
		ROWAN_FIELD(page, id, .primary_key = true),
		ROWAN_FIELD(page, slug, .unique = true),
		ROWAN_FIELD(page, body, .nullable = true),
		ROWAN_FIELD(page, version, .version = true)),
	.table = "pages");
#define PAGE(member) rowan_column(page, member)

/* With a key of two columns, and a version of 32 bits in a column of another name. */
struct cell {
	int32_t line, place;
	int32_t edition;
	const char *text;
};
extern const struct rowan_model cell_model;
ROWAN_MODEL(cell,
	ROWAN_FIELDS(
		ROWAN_FIELD(cell, line, .primary_key = true),
		ROWAN_FIELD(cell, place, .primary_key = true),
		ROWAN_FIELD(cell, edition, .version = true, .column = "n"),
		ROWAN_FIELD(cell, text)),
	.table = "cells");

static void open_pages(void)
{
	open_place();
	assert_ok(rowan_create_all(engine, ROWAN_MODELS(&page_model, &cell_model), NULL));
}

static void close_pages(void)
{
	rowan_drop_all(engine, ROWAN_MODELS(&page_model, &cell_model), NULL);
	close_place();
}

TestSuite(versions, .init = open_pages, .fini = close_pages, .timeout = 120);

static void store_pages(int count)
{
	for (int i = 1; i <= count; i++) {
		struct page *page = rowan_new(session, page);

		page->slug = rowan_text(session, "page-%d", i);
		assert_ok(rowan_add(session, page));
	}
	assert_ok(rowan_commit(session));
}

static struct page *edit_page(struct rowan_session *of, int64_t id)
{
	return rowan_edit(of, page, rowan_get(of, page, id));
}

/* Somebody else writes, and is through with it. */
static void rewrite(int64_t id, const char *body)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);

	edit_page(other, id)->body = body;
	assert_ok(rowan_commit(other));
}

static void assert_stored(int64_t id, const char *body, int64_t version)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);
	const struct page *page = rowan_get(other, page, id);

	cr_assert_not_null(page);
	assert_text(page->body, body);
	assert_int(page->version, version);
}

/* ---- counting ---------------------------------------------------------------- */

Test(versions, s19_a_version_counts_updates_from_one_on)
{
	struct page *page;

	store_pages(1);
	page = edit_page(session, 1);
	assert_int(page->version, 1);
	page->body = "first";
	assert_ok(rowan_commit(session));
	assert_int(page->version, 2);
	page->body = "second";
	assert_ok(rowan_flush(session));
	page->body = "third";
	assert_ok(rowan_commit(session));
	assert_int(page->version, 4);
	assert_stored(1, "third", 4);
}

Test(versions, s19_a_flush_without_a_change_is_no_new_version)
{
	store_pages(1);
	edit_page(session, 1)->body = NULL;
	assert_statements(engine, 0)
		assert_ok(rowan_commit(session));
	assert_stored(1, NULL, 1);
}

Test(versions, s19_a_version_is_not_set_by_hand)
{
	struct page *page;

	store_pages(1);
	page = edit_page(session, 1);
	page->version = 70;
	assert_ok(rowan_commit(session));
	assert_stored(1, NULL, 2);
	rewrite(1, "still in step");
	assert_stored(1, "still in step", 3);
}

Test(versions, s19_a_version_goes_back_with_its_row)
{
	struct page *page;

	store_pages(1);
	page = edit_page(session, 1);
	page->body = "kept";
	assert_ok(rowan_savepoint(session));
	page->body = "dropped";
	assert_ok(rowan_flush(session));
	assert_int(page->version, 3);
	assert_ok(rowan_rollback_to(session));
	assert_int(page->version, 2);
	page->body = "kept, too";
	assert_ok(rowan_commit(session));
	assert_stored(1, "kept, too", 3);

	page->body = "dropped";
	assert_ok(rowan_flush(session));
	assert_ok(rowan_rollback(session));
	assert_int(page->version, 3);
	assert_stored(1, "kept, too", 3);
}

/* ---- stale rows --------------------------------------------------------------- */

Test(versions, s19_a_version_prevents_the_lost_update)
{
	struct page *page;

	store_pages(1);
	page = edit_page(session, 1);
	page->body = "mine";
	rewrite(1, "theirs");
	assert_code(rowan_commit(session), ROWAN_STALE);
	assert_error(session, ROWAN_STALE,
		     "the row of pages to be updated was changed or deleted by another");
	assert_stored(1, "theirs", 2);

	/* Undone, read anew, and done again. */
	assert_ok(rowan_rollback(session));
	assert_ok(rowan_refresh(session, page, page));
	assert_text(page->body, "theirs");
	page->body = "both";
	assert_ok(rowan_commit(session));
	assert_stored(1, "both", 3);
}

Test(versions, s19_a_changed_row_is_not_deleted)
{
	const struct page *page;

	store_pages(1);
	page = rowan_get(session, page, 1);
	rewrite(1, "worth keeping");
	assert_ok(rowan_delete(session, page, page));
	assert_code(rowan_commit(session), ROWAN_STALE);
	assert_error(session, ROWAN_STALE, "to be deleted was changed or deleted by another");
	assert_ok(rowan_rollback(session));
	assert_stored(1, "worth keeping", 2);
	assert_ok(rowan_refresh(session, page, page));
	assert_ok(rowan_delete(session, page, page));
	assert_ok(rowan_commit(session));
	assert_int(rowan_count(session, rowan_select(page)), 0);
}

Test(versions, s19_what_another_deleted_is_stale)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);
	struct page *page;

	store_pages(1);
	page = edit_page(session, 1);
	page->body = "too late";
	assert_ok(rowan_delete(other, page, rowan_get(other, page, 1)));
	assert_ok(rowan_commit(other));
	assert_code(rowan_commit(session), ROWAN_STALE);
}

/* ---- many at once ------------------------------------------------------------- */

#define MANY 120

Test(versions, s19_one_stale_row_of_many_keeps_all_from_being_written)
{
	store_pages(MANY);
	for (int64_t id = 1; id <= MANY; id++)
		edit_page(session, id)->body = "mine";
	rewrite(77, "theirs");
	assert_code(rowan_commit(session), ROWAN_STALE);
	assert_ok(rowan_rollback(session));
	for (int64_t id = 1; id <= MANY; id++)
		assert_stored(id, id == 77 ? "theirs" : NULL, id == 77 ? 2 : 1);
}

Test(versions, s19_many_rows_count_each_for_itself)
{
	store_pages(MANY);
	for (int64_t id = 1; id <= MANY; id += 3)
		rewrite(id, "before");
	for (int64_t id = 1; id <= MANY; id++)
		edit_page(session, id)->body = rowan_text(session, "body %d", (int)id);
	assert_ok(rowan_commit(session));
	for (int64_t id = 1; id <= MANY; id++)
		assert_stored(id, rowan_text(session, "body %d", (int)id), id % 3 == 1 ? 3 : 2);
}

Test(versions, s19_one_stale_row_of_many_keeps_all_from_being_deleted)
{
	struct rowan_result *pages;
	const struct page *page;

	store_pages(MANY);
	pages = rowan_exec(session, rowan_select(page));
	rewrite(5, "theirs");
	while ((page = rowan_next(pages)))
		assert_ok(rowan_delete(session, page, page));
	assert_code(rowan_commit(session), ROWAN_STALE);
	assert_ok(rowan_rollback(session));
	assert_int(rowan_count(session, rowan_select(page)), MANY);
	pages = rowan_exec(session, rowan_select(page));
	while ((page = rowan_next(pages)))
		assert_ok(rowan_delete(session, page, page));
	assert_ok(rowan_commit(session));
	assert_int(rowan_count(session, rowan_select(page)), 0);
}

/* ---- keys of several columns ---------------------------------------------------- */

static void store_cells(void)
{
	for (int i = 0; i < 9; i++) {
		struct cell *cell = rowan_new(session, cell);

		cell->line = i / 3;
		cell->place = i % 3;
		cell->text = "";
		assert_ok(rowan_add(session, cell));
	}
	assert_ok(rowan_commit(session));
}

Test(versions, s19_composite_keys_have_versions_too)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);
	struct rowan_result *cells;
	const struct cell *cell;

	store_cells();
	cells = rowan_exec(session, rowan_select(cell));
	while ((cell = rowan_next(cells)))
		rowan_edit(session, cell, cell)->text = "mine";
	assert_ok(rowan_commit(session));
	cells = rowan_exec(session, rowan_select(cell));
	cell = rowan_get(other, cell, 1, 2);
	assert_int(cell->edition, 2);
	rowan_edit(other, cell, cell)->text = "theirs";
	assert_ok(rowan_commit(other));

	while ((cell = rowan_next(cells)))
		assert_ok(rowan_delete(session, cell, cell));
	assert_code(rowan_commit(session), ROWAN_STALE);
	assert_ok(rowan_rollback(session));
	assert_int(rowan_count(session, rowan_select(cell)), 9);
	for (int i = 0; i < 9; i++)	/* read anew */
		assert_ok(rowan_delete(session, cell, rowan_get(session, cell, i / 3, i % 3)));
	assert_ok(rowan_commit(session));
	assert_int(rowan_count(session, rowan_select(cell)), 0);
}

/* ---- mistakes ------------------------------------------------------------------- */

struct muddle {
	int64_t id;
	int16_t small;
	struct rowan_opt_int32 maybe;
	int64_t one, two;
};
extern const struct rowan_model muddle_model;
ROWAN_MODEL(muddle,
	ROWAN_FIELDS(
		ROWAN_FIELD(muddle, id, .primary_key = true, .version = true),
		ROWAN_FIELD(muddle, small, .version = true),
		ROWAN_FIELD(muddle, maybe, .version = true),
		ROWAN_FIELD(muddle, one, .version = true),
		ROWAN_FIELD(muddle, two, .version = true)));

Test(versions, s19_a_version_is_one_integer_that_is_no_key)
{
	struct rowan_error error;

	assert_code(rowan_model_check(&muddle_model, &error), ROWAN_MISUSE);
	assert_contains(error.message, "muddle.id: .version is for an int32_t or int64_t");
	assert_contains(error.message, "muddle.small: .version is for an int32_t or int64_t");
	assert_contains(error.message, "muddle.maybe: .version is for an int32_t or int64_t");
	assert_contains(error.message, "muddle.one and muddle.two are both .version");
	assert_lacks(error.message, "muddle.one: .version");
}
