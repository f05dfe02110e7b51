/* SPDX-License-Identifier: MIT */
/* What models say of their columns, seen in the catalogue and by rows. */
#include "database.h"

#include <stdlib.h>
#include <string.h>

struct hold {
	int16_t small;
	int32_t medium;
	int64_t large;
	bool flag;
	double real;
	const char *text;
	struct rowan_bytes bytes;
	struct rowan_datetime datetime;
	struct rowan_date date;
	struct rowan_time time;
	struct rowan_uuid uuid;
	struct rowan_opt_int16 maybe_small;
	struct rowan_opt_int32 maybe_medium;
	struct rowan_opt_int64 maybe_large;
	struct rowan_opt_bool maybe_flag;
	struct rowan_opt_double maybe_real;
	const char *maybe_text;
	struct rowan_bytes maybe_bytes;
	struct rowan_opt_datetime maybe_datetime;
	struct rowan_opt_date maybe_date;
	struct rowan_opt_time maybe_time;
	struct rowan_opt_uuid maybe_uuid;
	struct rowan_opt_int64 surely;
};

ROWAN_MODEL(hold, ROWAN_FIELDS(
	ROWAN_FIELD(hold, small, .primary_key = true),
	ROWAN_FIELD(hold, medium), ROWAN_FIELD(hold, large), ROWAN_FIELD(hold, flag),
	ROWAN_FIELD(hold, real), ROWAN_FIELD(hold, text), ROWAN_FIELD(hold, bytes),
	ROWAN_FIELD(hold, datetime), ROWAN_FIELD(hold, date), ROWAN_FIELD(hold, time),
	ROWAN_FIELD(hold, uuid), ROWAN_FIELD(hold, maybe_small), ROWAN_FIELD(hold, maybe_medium),
	ROWAN_FIELD(hold, maybe_large), ROWAN_FIELD(hold, maybe_flag),
	ROWAN_FIELD(hold, maybe_real), ROWAN_FIELD(hold, maybe_text, .nullable = true),
	ROWAN_FIELD(hold, maybe_bytes, .nullable = true), ROWAN_FIELD(hold, maybe_datetime),
	ROWAN_FIELD(hold, maybe_date), ROWAN_FIELD(hold, maybe_time),
	ROWAN_FIELD(hold, maybe_uuid), ROWAN_FIELD(hold, surely, .not_null = true)));

Test(schema, m04_m05_a_column_has_its_members_type_and_takes_null_if_that_does)
{
	assert_done(rowan_create_all(engine, ROWAN_MODELS(&hold_model), &error));
	assert_text(look(witness->columns), runs_on("postgresql")
		? "small:smallint medium:integer large:bigint flag:boolean real:double precision"
		  " text:text bytes:bytea datetime:timestamp with time zone date:date"
		  " time:time without time zone uuid:uuid maybe_small:smallint?"
		  " maybe_medium:integer? maybe_large:bigint? maybe_flag:boolean?"
		  " maybe_real:double precision? maybe_text:text? maybe_bytes:bytea?"
		  " maybe_datetime:timestamp with time zone? maybe_date:date?"
		  " maybe_time:time without time zone? maybe_uuid:uuid? surely:bigint"
		: "small:integer medium:integer large:integer flag:integer real:real"
		  " text:text bytes:blob datetime:integer date:text time:text uuid:blob"
		  " maybe_small:integer? maybe_medium:integer? maybe_large:integer?"
		  " maybe_flag:integer? maybe_real:real? maybe_text:text? maybe_bytes:blob?"
		  " maybe_datetime:integer? maybe_date:text? maybe_time:text? maybe_uuid:blob?"
		  " surely:integer");
}

/* ---- keys ---------------------------------------------------------------------------- */

static struct rowan_value uuid_value(struct rowan_session *session)
{
	(void)session;
	return ROWAN_VALUE(rowan_uuid4());
}

static struct rowan_value uuid_text(struct rowan_session *session)
{
	char buffer[ROWAN_UUID_SIZE];

	return ROWAN_VALUE(rowan_text(session, "%s", rowan_uuid_format(rowan_uuid4(), buffer)));
}

struct crate { int32_t id; const char *label; };
ROWAN_MODEL(crate, ROWAN_FIELDS(
	ROWAN_FIELD(crate, id, .primary_key = true),
	ROWAN_FIELD(crate, label, .unique = true)));

/* Known by a word, and what belongs to it. */
struct robot { const char *handle; };
ROWAN_MODEL(robot, ROWAN_FIELDS(ROWAN_FIELD(robot, handle, .primary_key = true)));
struct errand { int64_t id; const char *handle; };
ROWAN_MODEL(errand, ROWAN_FIELDS(
	ROWAN_FIELD(errand, id, .primary_key = true),
	ROWAN_FIELD(errand, handle, .nullable = true, .foreign_key = ROWAN_KEY(robot, handle))));

struct seal { struct rowan_uuid id; int32_t number; };
ROWAN_MODEL(seal, ROWAN_FIELDS(
	ROWAN_FIELD(seal, id, .primary_key = true, .default_factory = uuid_value),
	ROWAN_FIELD(seal, number)));
/* As text: the column is text, or what the database has for it. */
struct stamp { const char *id, *other; int32_t number; };
ROWAN_MODEL(stamp, ROWAN_FIELDS(
	ROWAN_FIELD(stamp, id, .primary_key = true, .default_factory = uuid_text),
	ROWAN_FIELD(stamp, other, .default_factory = uuid_text, .postgres_type = "uuid"),
	ROWAN_FIELD(stamp, number)));

struct loading { int64_t crate_id; struct rowan_uuid seal_id; };
ROWAN_MODEL(loading, ROWAN_FIELDS(
	ROWAN_FIELD(loading, crate_id, .primary_key = true),
	ROWAN_FIELD(loading, seal_id, .primary_key = true, .foreign_key = ROWAN_KEY(seal, id))));

#define KEYS ROWAN_MODELS(&crate_model, &robot_model, &errand_model, &seal_model, \
			  &stamp_model, &loading_model)

static struct rowan_session *open_keys(void)
{
	struct rowan_session *session;

	assert_done(rowan_create_all(engine, KEYS, &error));
	session = rowan_session_open(engine);
	cr_assert(session);
	return session;
}

Test(schema, m06_integer_keys_are_numbered)
{
	struct rowan_session *session = open_keys();
	struct crate *first = rowan_new(session, crate), *second = rowan_new(session, crate);
	struct crate *given = rowan_new(session, crate);

	first->label = "first";
	second->label = "second";
	given->label = "given";
	given->id = 70;
	rowan_add(session, first);
	rowan_add(session, second);
	assert_int(first->id, 0);
	assert_ok(rowan_flush(session));
	assert_int(first->id, 1);
	assert_int(second->id, 2);
	rowan_add(session, given);
	assert_ok(rowan_commit(session));
	assert_int(given->id, 70);
	assert_text(look("SELECT id || label FROM crate ORDER BY id"), "1first 2second 70given");
	rowan_session_close(session);
}

Test(schema, m07_words_are_keys)
{
	struct rowan_session *session = open_keys();
	struct robot *robot = rowan_new(session, robot);
	struct errand *errand = rowan_new(session, errand);

	robot->handle = "@marvin-42";
	errand->handle = "@marvin-42";
	rowan_add(session, robot);
	rowan_add(session, errand);
	assert_ok(rowan_commit(session));
	rowan_clear(session);
	assert_text(((const struct robot *)rowan_get(session, robot, "@marvin-42"))->handle,
		    "@marvin-42");
	assert_null(rowan_get(session, robot, "@marvin"));
	rowan_session_close(session);
	assert_refused("INSERT INTO errand (handle) VALUES ('@nobody')");
	assert_refused("INSERT INTO robot VALUES ('@marvin-42')");
}

#define SEALS 10000

Test(schema, m08_uuids_are_keys)
{
	struct rowan_session *session = open_keys();
	struct rowan_result *seals;
	const struct seal *seal;
	int64_t count = 0;

	for (int i = 0; i < SEALS; i++) {
		struct seal *one = rowan_new(session, seal);

		one->number = i;
		rowan_add(session, one);
	}
	assert_ok(rowan_commit(session));
	rowan_clear(session);
	assert_int(atoll(look("SELECT count(DISTINCT id) FROM seal")), SEALS);
	seals = rowan_exec(session, rowan_select(seal));
	while ((seal = rowan_next(seals))) {
		assert_int(seal->id.bytes[6] >> 4, 4);
		assert_int(seal->id.bytes[8] >> 6, 2);
		count++;
	}
	assert_int(count, SEALS);
	seal = rowan_one(rowan_exec(session, rowan_select(seal,
		.where = rowan_eq(rowan_column(seal, number), 77))));
	cr_assert(rowan_get(session, seal, seal->id) == seal);
	rowan_session_close(session);
	if (runs_on("postgresql")) {
		assert_text(look("SELECT data_type FROM information_schema.columns"
				 " WHERE table_name = 'seal' AND column_name = 'id'"), "uuid");
		assert_text(look("SELECT DISTINCT substr(id::text, 15, 1) FROM seal"), "4");
	}
}

Test(schema, m08_uuids_may_be_text)
{
	struct rowan_session *session = open_keys();
	struct stamp *stamp = rowan_new(session, stamp);
	char id[ROWAN_UUID_SIZE], other[ROWAN_UUID_SIZE];
	const struct stamp *found;

	memcpy(id, stamp->id, sizeof(id));
	memcpy(other, stamp->other, sizeof(other));
	assert_int(strlen(id), 36);
	assert_int(id[14], '4');
	rowan_add(session, stamp);
	assert_ok(rowan_commit(session));
	rowan_clear(session);
	found = rowan_get(session, stamp, (const char *)id);
	assert_text(found->other, other);
	found = rowan_one(rowan_exec(session, rowan_select(stamp,
		.where = rowan_eq(rowan_column(stamp, other), (const char *)other))));
	assert_text(found->id, id);
	rowan_session_close(session);
	if (runs_on("postgresql"))
		assert_text(look("SELECT data_type FROM information_schema.columns"
				 " WHERE table_name = 'stamp' ORDER BY ordinal_position LIMIT 2"),
			    "text uuid");
}

Test(schema, m09_keys_of_two_columns)
{
	struct rowan_session *session = open_keys();
	struct seal *seal = rowan_new(session, seal);
	struct loading *loading = rowan_new(session, loading);
	struct rowan_uuid id = seal->id;

	rowan_add(session, seal);
	loading->crate_id = 7;
	loading->seal_id = id;
	rowan_add(session, loading);
	assert_ok(rowan_commit(session));
	rowan_clear(session);
	cr_assert(rowan_get(session, loading, 7, id));
	assert_null(rowan_get(session, loading, 8, id));

	rowan_clear(session);
	loading = rowan_new(session, loading);
	loading->crate_id = 7;
	loading->seal_id = id;
	rowan_add(session, loading);
	assert_code(rowan_commit(session), ROWAN_UNIQUE);
	assert_text(rowan_error(session)->table, "loading");
	assert_text(rowan_error(session)->columns, "crate_id, seal_id");
	rowan_rollback(session);
	rowan_session_close(session);
}

/* ---- constraints ------------------------------------------------------------------------ */

Test(schema, m11_equal_values_are_refused)
{
	struct rowan_session *session = open_keys();

	for (int i = 0; i < 2; i++) {
		struct crate *crate = rowan_new(session, crate);

		crate->label = "fragile";
		rowan_add(session, crate);
	}
	assert_code(rowan_commit(session), ROWAN_UNIQUE);
	assert_text(rowan_error(session)->constraint, "uq_crate_label");
	assert_text(rowan_error(session)->columns, "label");
	assert_text(rowan_error(session)->table, "crate");
	rowan_rollback(session);
	rowan_session_close(session);
	assert_text(look("SELECT count(*) FROM crate"), "0");
}

Test(schema, m14_orphans_are_refused)
{
	struct rowan_session *session = open_keys();
	struct errand *errand = rowan_new(session, errand);

	rowan_add(session, errand);
	assert_ok(rowan_commit(session));	/* none is fine */
	errand = rowan_new(session, errand);
	errand->handle = "@nobody";
	rowan_add(session, errand);
	assert_code(rowan_commit(session), ROWAN_FOREIGN_KEY);
	assert_text(rowan_error(session)->constraint, "fk_errand_handle");
	assert_text(rowan_error(session)->columns, "handle");
	rowan_rollback(session);
	rowan_session_close(session);
}

/* One name for a thing, whatever the engine. */
Test(schema, m10_m11_m14_constraints_have_the_same_names)
{
	static const char *const names[] = {
		"pk_crate", "uq_crate_label", "pk_loading", "fk_loading_seal_id", "fk_errand_handle",
	};
	const char *everything;

	rowan_session_close(open_keys());
	everything = look(witness->everything);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_contains(everything, names[i]);
}
