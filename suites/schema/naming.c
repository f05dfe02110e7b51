/* SPDX-License-Identifier: MIT */
/* A policy for the names of everything; each test is a process of its own. */
#include "database.h"

struct TaskBox { int64_t boxId; const char *title; };
struct TaskCategory { int64_t id, boxId; bool isOpen; const char *shortName; int32_t HTTPCode; };
struct Day { int64_t id; const char *Word; };

ROWAN_MODEL(TaskBox, ROWAN_FIELDS(
	ROWAN_FIELD(TaskBox, boxId, .primary_key = true),
	ROWAN_FIELD(TaskBox, title, .unique = true)));
ROWAN_MODEL(TaskCategory,
	ROWAN_FIELDS(
		ROWAN_FIELD(TaskCategory, id, .primary_key = true),
		ROWAN_FIELD(TaskCategory, boxId, .index = true, .foreign_key = ROWAN_KEY(TaskBox, boxId)),
		ROWAN_FIELD(TaskCategory, isOpen),
		ROWAN_FIELD(TaskCategory, shortName),
		ROWAN_FIELD(TaskCategory, HTTPCode)),
	ROWAN_CHECKS(ROWAN_CHECK("1 = 1", .name = "sane")),
	ROWAN_INDEXES(ROWAN_INDEX(TaskCategory, (boxId, shortName), .unique = true),
		      ROWAN_INDEX(TaskCategory, (shortName, HTTPCode))));
/* What is given stays as it is. */
ROWAN_MODEL(Day,
	ROWAN_FIELDS(ROWAN_FIELD(Day, id, .primary_key = true), ROWAN_FIELD(Day, Word, .column = "Word")),
	ROWAN_INDEXES(ROWAN_INDEX(Day, (Word), .name = "Given")), .table = "Day");

#define ALL ROWAN_MODELS(&TaskBox_model, &TaskCategory_model, &Day_model)

TestSuite(naming, .init = open_database, .fini = close_database, .timeout = 60);

/* Names of indexes and constraints, each one of which has to be there. */
static void assert_names(const char *const *names, size_t count)
{
	const char *sql = runs_on("postgresql")
		? "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() UNION"
		  " SELECT conname FROM pg_constraint WHERE connamespace = current_schema()::regnamespace"
		: "SELECT sql FROM sqlite_schema";

	for (size_t i = 0; i < count; i++)
		assert_contains(look(sql), names[i]);
}
#define ASSERT_NAMES(...) assert_names((const char *const[]){ __VA_ARGS__ }, \
	sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

Test(naming, m25_without_a_policy)
{
	assert_done(rowan_create_all(engine, ALL, &error));
	assert_text(look(witness->tables), "taskbox Day taskcategory");
	ASSERT_NAMES("pk_taskbox", "uq_taskbox_title", "ix_taskcategory_boxId",
		     "fk_taskcategory_boxId", "ck_taskcategory_sane",
		     "uq_taskcategory_boxId_shortName", "Given");
}

Test(naming, m25_snake_case_plural_and_prefixes)
{
	assert_ok(rowan_naming(.tables = ROWAN_CASE_SNAKE, .columns = ROWAN_CASE_SNAKE,
			       .plural = true, .table_prefix = "app_", .primary_key = "key_",
			       .unique = "only_", .index = "idx_", .foreign_key = "ref_",
			       .check = "chk_"));
	assert_done(rowan_create_all(engine, ALL, &error));
	assert_text(look(witness->tables), "app_task_boxes Day app_task_categories");
	assert_contains(look(witness->columns), "box_id:");
	assert_contains(look(witness->columns), "http_code:");
	assert_contains(look(witness->columns), "Word:");
	ASSERT_NAMES("key_app_task_boxes", "only_app_task_boxes_title",
		     "idx_app_task_categories_box_id", "ref_app_task_categories_box_id",
		     "chk_app_task_categories_sane", "only_app_task_categories_box_id_short_name",
		     "idx_app_task_categories_short_name_http_code", "Given");
	if (runs_on("sqlite"))
		ASSERT_NAMES("chk_app_task_categories_is_open");
}

Test(naming, m25_camel_case)
{
	assert_ok(rowan_naming(.tables = ROWAN_CASE_CAMEL, .columns = ROWAN_CASE_CAMEL));
	assert_done(rowan_create_all(engine, ALL, &error));
	assert_text(look(witness->tables), "taskBox Day taskCategory");
	assert_contains(look(witness->columns), "httpCode:");
	ASSERT_NAMES("fk_taskCategory_boxId");
}

/* An error is told in the names that the database has. */
Test(naming, m25_m11_errors_have_the_names)
{
	struct rowan_session *session = rowan_session_open(engine);

	assert_ok(rowan_naming(.tables = ROWAN_CASE_SNAKE, .unique = "only_", .foreign_key = "ref_",
			       .columns = ROWAN_CASE_SNAKE));
	assert_done(rowan_create_all(engine, ALL, &error));
	for (int i = 0; i < 2; i++) {
		struct TaskBox *box = rowan_new(session, TaskBox);

		box->title = "same";
		rowan_add(session, box);
	}
	assert_code(rowan_commit(session), ROWAN_UNIQUE);
	assert_text(rowan_error(session)->constraint, "only_task_box_title");
	assert_ok(rowan_rollback(session));
	rowan_add(session, rowan_new_from(session, TaskCategory, (const struct rowan_named_value[]){
		{ "boxId", ROWAN_VALUE(7) }, { "shortName", ROWAN_VALUE("x") } }, 2));
	assert_code(rowan_commit(session), ROWAN_FOREIGN_KEY);
	assert_text(rowan_error(session)->constraint, "ref_task_category_box_id");
	assert_text(rowan_error(session)->columns, "box_id");
	rowan_session_close(session);
}

Test(naming, m25_too_late_is_misuse)
{
	assert_ok(rowan_naming(.tables = ROWAN_CASE_SNAKE, .error = &error));
	assert_ok(rowan_naming(.tables = ROWAN_CASE_CAMEL, .error = &error));	/* nothing is named yet */
	assert_ok(rowan_model_check(&Day_model, &error));
	assert_code(rowan_naming(.plural = true, .error = &error), ROWAN_MISUSE);
	assert_text(error.message, "rowan_naming: Day was used already");
	assert_done(rowan_create_all(engine, ROWAN_MODELS(&TaskBox_model), &error));
	assert_text(look(witness->tables), "taskBox");
}

Test(naming, m25_a_prefix_that_is_too_long_is_told)
{
	assert_ok(rowan_naming(.foreign_key = "a_prefix_that_leaves_no_room_for_anything_that_comes__"));
	assert_code(rowan_model_check(&TaskCategory_model, &error), ROWAN_MISUSE);
	assert_contains(error.message, "__taskcategory_boxId is longer than 63 bytes");
}
