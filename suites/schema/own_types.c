/* SPDX-License-Identifier: MIT */
/* Columns with a type of their own: one struct, whatever the database has for it. */
#include "database.h"

struct parcel {
	const char *code;
	const char *size;
	const char *contents;
	const char *marks;
	int64_t weight;
	struct rowan_opt_int64 owner_id;
	ROWAN_ONE(struct owner) owner;
};

struct owner {
	int64_t id;
	const char *name;
	ROWAN_MANY(struct parcel) parcels;
};

extern const struct rowan_model owner_model, parcel_model;

ROWAN_MODEL(parcel,
	ROWAN_FIELDS(
		ROWAN_FIELD(parcel, code, .primary_key = true, .postgres_type = "varchar(8)"),
		ROWAN_FIELD(parcel, size, .postgres_type = "size"),
		ROWAN_FIELD(parcel, contents, .postgres_type = "jsonb", .sqlite_type = "TEXT",
			    .nullable = true),
		ROWAN_FIELD(parcel, marks, .postgres_type = "text[]", .nullable = true),
		ROWAN_FIELD(parcel, weight, .postgres_type = "numeric(10, 2)"),
		ROWAN_FIELD(parcel, owner_id, .foreign_key = ROWAN_KEY(owner, id))),
	ROWAN_RELATIONS(ROWAN_TO_ONE(parcel, owner, owner, .back_populates = "parcels")));

/* PostgreSQL's key is the smaller one; what it returns is as wide as the member. */
ROWAN_MODEL(owner,
	ROWAN_FIELDS(
		ROWAN_FIELD(owner, id, .primary_key = true, .postgres_type = "integer"),
		ROWAN_FIELD(owner, name, .postgres_type = "varchar")),
	ROWAN_RELATIONS(ROWAN_TO_MANY(owner, parcels, parcel, .back_populates = "owner")));

#define PARCEL(member_) rowan_column(parcel, member_)

static const struct {
	const char *code, *size, *contents, *marks;
	int64_t weight;
} samples[] = {
	{ "a", "small", "{\"k\": [1, null]}", "{x,\"y z\",\"quoted \\\"\"}", 7 },
	{ "b", "large", "\"text\"", "{}", 10 },
	{ "c", "medium", NULL, NULL, -1 },
};
#define SAMPLES (sizeof(samples) / sizeof(samples[0]))

static struct rowan_session *open_parcels(void)
{
	struct rowan_session *session;
	struct owner *owner;

	if (runs_on("postgresql"))
		change("CREATE TYPE size AS ENUM ('small', 'medium', 'large')");
	assert_done(rowan_create_all(engine, ROWAN_MODELS(&parcel_model, &owner_model), &error));
	session = rowan_session_open(engine);
	owner = rowan_new(session, owner);
	owner->name = "Ada";
	rowan_add(session, owner);
	assert_ok(rowan_flush(session));
	assert_int(owner->id, 1);
	for (size_t i = 0; i < SAMPLES; i++) {
		struct parcel *parcel = rowan_new(session, parcel);

		parcel->code = samples[i].code;
		parcel->size = samples[i].size;
		parcel->contents = samples[i].contents;
		parcel->marks = samples[i].marks;
		parcel->weight = samples[i].weight;
		parcel->owner_id = rowan_opt_int64(owner->id);
		rowan_add(session, parcel);
	}
	assert_ok(rowan_commit(session));
	rowan_clear(session);
	return session;
}

Test(schema, m18_what_is_written_is_read)
{
	struct rowan_session *session = open_parcels();

	for (size_t i = 0; i < SAMPLES; i++) {
		const struct parcel *parcel = rowan_get(session, parcel, samples[i].code);

		cr_assert(parcel, "%s", rowan_error(session)->message);
		assert_text(parcel->size, samples[i].size);
		assert_text(parcel->contents, samples[i].contents);
		assert_text(parcel->marks, samples[i].marks);
		assert_int(parcel->weight, samples[i].weight);
	}
	rowan_session_close(session);
	if (runs_on("postgresql")) {
		assert_text(look("SELECT code FROM parcel WHERE contents -> 'k' -> 0 = '1'"), "a");
		assert_text(look("SELECT marks[2] FROM parcel WHERE code = 'a'"), "y z");
		assert_text(look("SELECT weight FROM parcel WHERE size > 'medium'"), "10.00");
		assert_text(look("SELECT DISTINCT format_type(atttypid, atttypmod) FROM pg_attribute"
				 " WHERE attrelid = 'parcel'::regclass AND attnum > 0 ORDER BY 1"),
			    "bigint character varying(8) jsonb numeric(10,2) size text[]");
	} else {
		assert_text(look("SELECT DISTINCT typeof(contents) FROM parcel ORDER BY 1"),
			    "null text");
	}
}

static int64_t count(struct rowan_session *session, struct rowan_expr where)
{
	int64_t found = rowan_count(session, rowan_select(parcel, .where = where));

	cr_assert(found >= 0, "%s: %s", rowan_error(session)->message,
		  rowan_error(session)->database);
	return found;
}

Test(schema, m18_values_are_compared_as_the_column)
{
	struct rowan_session *session = open_parcels();
	const char *codes[] = { "a", "c", "other" }, *sizes[] = { "small", "large" };
	const int64_t weights[] = { 7, 8, 10 };

	assert_int(count(session, rowan_eq(PARCEL(size), "small")), 1);
	assert_int(count(session, rowan_ne(PARCEL(code), "a")), 2);
	assert_int(count(session, rowan_eq(PARCEL(contents), samples[0].contents)), 1);
	assert_int(count(session, rowan_eq(PARCEL(marks), samples[0].marks)), 1);
	assert_int(count(session, rowan_is_null(PARCEL(marks))), 1);
	assert_int(count(session, rowan_gt(PARCEL(weight), 7)), 1);
	assert_int(count(session, rowan_starts_with(PARCEL(code), "a")), 1);
	assert_int(count(session, rowan_in(PARCEL(code), codes, 3)), 2);
	assert_int(count(session, rowan_in(PARCEL(size), sizes, 2)), 2);
	assert_int(count(session, rowan_in(PARCEL(weight), weights, 3)), 2);
	/* What does not fit the column is not cut to fit. */
	assert_int(count(session, rowan_eq(PARCEL(code), "a        ")), 0);
	if (runs_on("postgresql"))	/* in the enum's own order */
		assert_int(count(session, rowan_gt(PARCEL(size), "small")), 2);
	rowan_session_close(session);
}

Test(schema, m18_rows_are_sorted_as_the_column)
{
	struct rowan_session *session = open_parcels();
	struct rowan_result *parcels;

	parcels = rowan_exec(session, rowan_select(parcel, .order_by = { rowan_asc(PARCEL(weight)) }));
	for (int64_t want[] = { -1, 7, 10 }, i = 0; i < 3; i++)
		assert_int(((const struct parcel *)rowan_next(parcels))->weight, want[i]);
	parcels = rowan_exec(session, rowan_select(parcel, .order_by = { rowan_desc(PARCEL(size)) },
						   .limit = 1, .load = { rowan_joined(parcel, owner) }));
	assert_text(((const struct parcel *)rowan_one(parcels))->size,
		    runs_on("postgresql") ? "large" : "small");
	rowan_session_close(session);
}

Test(schema, m18_aggregates)
{
	struct rowan_session *session = open_parcels();

	assert_int(rowan_scalar(session, rowan_select(parcel,
		.scalar = rowan_max(PARCEL(weight)))).as.i, 10);
	assert_int(rowan_scalar(session, rowan_select(parcel,
		.scalar = rowan_sum(PARCEL(weight)))).as.i, 16);
	assert_text(rowan_scalar(session, rowan_select(parcel, .scalar = rowan_value_of(PARCEL(size)),
		.where = rowan_eq(PARCEL(code), "a"))).as.text, "small");
	rowan_session_close(session);
}

Test(schema, m18_changes_are_written)
{
	struct rowan_session *session = open_parcels();
	const struct parcel *a = rowan_get(session, parcel, "a"), *b = rowan_get(session, parcel, "b");

	rowan_edit(session, parcel, a)->contents = "[]";
	rowan_edit(session, parcel, a)->size = "large";
	rowan_edit(session, parcel, b)->contents = "[1]";
	rowan_edit(session, parcel, b)->size = "small";
	rowan_delete(session, parcel, rowan_get(session, parcel, "c"));
	assert_ok(rowan_commit(session));
	assert_text(look("SELECT code || contents || size FROM parcel ORDER BY code"),
		    "a[]large b[1]small");
	assert_int(rowan_delete_where(session, rowan_select(parcel,
		.where = rowan_eq(PARCEL(size), "small"))), 1);
	assert_ok(rowan_commit(session));
	assert_text(look("SELECT code FROM parcel"), "a");
	rowan_session_close(session);
}

Test(schema, m18_related_rows)
{
	struct rowan_session *session = open_parcels();
	const struct owner *owner;
	const struct parcel *parcel;

	owner = rowan_one(rowan_exec(session, rowan_select(owner,
		.load = { rowan_joined(owner, parcels) })));
	assert_int(owner->parcels.count, SAMPLES);
	rowan_clear(session);
	owner = rowan_one(rowan_exec(session, rowan_select(owner,
		.load = { rowan_selectin(owner, parcels) })));
	assert_int(owner->parcels.count, SAMPLES);
	assert_int(owner->parcels.rows[0]->weight, 7);
	rowan_clear(session);
	parcel = rowan_first(rowan_exec(session, rowan_select(parcel, .limit = 2,
		.order_by = { rowan_asc(PARCEL(code)) }, .load = { rowan_joined(parcel, owner) })));
	assert_text(parcel->contents, samples[0].contents);
	assert_text(parcel->owner.row->name, "Ada");
	rowan_session_close(session);
}

/* Refused by the column, not cut or made into something else. */
Test(schema, m18_what_the_column_cannot_hold)
{
	static const struct { const char *code, *size, *contents, *marks; } wrong[] = {
		{ "123456789", "small", NULL, NULL }, { "d", "huge", NULL, NULL },
		{ "d", "small", "{no json", NULL }, { "d", "small", NULL, "{no array" },
	};
	struct rowan_session *session = open_parcels();

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct parcel *parcel = rowan_new(session, parcel);

		parcel->code = wrong[i].code;
		parcel->size = wrong[i].size;
		parcel->contents = wrong[i].contents;
		parcel->marks = wrong[i].marks;
		rowan_add(session, parcel);
		assert_code(rowan_commit(session), ROWAN_DATA);
		rowan_rollback(session);
	}
	assert_text(look("SELECT count(*) FROM parcel"), "3");
	rowan_session_close(session);
}

/* ---- a field that others can't have -------------------------------------------------- */

struct document { int64_t id; const char *metadata; };
ROWAN_MODEL(document, ROWAN_FIELDS(
	ROWAN_FIELD(document, id, .primary_key = true),
	ROWAN_FIELD(document, metadata, .postgres_type = "jsonb", .nullable = true)));

Test(schema, m31_a_field_may_be_called_metadata)
{
	struct rowan_session *session;
	struct document *document;
	const struct document *found;

	assert_done(rowan_create_all(engine, ROWAN_MODELS(&document_model), &error));
	session = rowan_session_open(engine);
	document = rowan_new(session, document);
	document->metadata = "{\"tags\": [\"a\", \"b\"]}";
	rowan_add(session, document);
	rowan_add(session, rowan_new(session, document));
	assert_ok(rowan_commit(session, .clear = true));
	found = rowan_one(rowan_exec(session, rowan_select(document,
		.where = rowan_is_not_null(rowan_column(document, metadata)))));
	assert_text(found->metadata, "{\"tags\": [\"a\", \"b\"]}");
	rowan_edit(session, document, found)->metadata = "[]";
	assert_ok(rowan_commit(session));
	assert_text(look("SELECT metadata FROM document WHERE id = 1"), "[]");
	rowan_session_close(session);
	if (runs_on("postgresql"))
		assert_text(look("SELECT jsonb_typeof(metadata) FROM document WHERE id = 1"), "array");
}
