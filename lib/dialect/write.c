/* SPDX-License-Identifier: MIT */
#include "dialect/render.h"

/*
 * What a statement is given for each row: values of these columns, then, if it finds rows
 * that are there, of the key's and the version's.
 */
struct given {
	const struct plan *plan;
	const uint16_t *columns;
	size_t count;
	bool finds;
};

static size_t given_count(const struct given *given)
{
	const struct plan *plan = given->plan;

	return given->count + (given->finds ? plan->key_count + (plan->version != NULL) : 0);
}

static const struct column *given_column(const struct given *given, size_t i)
{
	const struct plan *plan = given->plan;

	if (i < given->count)
		return &plan->columns[given->columns[i]];
	return i - given->count < plan->key_count ? plan->keys[i - given->count] : plan->version;
}

/* ---- row sets ------------------------------------------------------------------- */

/* unnest($1::text[], $2::bigint[]) AS v (c0, c1): an array for each column. */
static void render_unnest(struct render *render, const struct given *given, bool numbered)
{
	size_t count = given_count(given);

	for (size_t i = 0; i < count; i++) {
		text_add(render->sql, i ? ", " : "unnest(");
		render_array(render, given_column(given, i));
	}
	text_add(render->sql, numbered ? ") WITH ORDINALITY AS v (" : ") AS v (");
	for (size_t i = 0; i < count; i++)
		text_addf(render->sql, "%sc%zu", i ? ", " : "", i);
	text_add(render->sql, numbered ? ", n)" : ")");
}

/* Rows are inserted, and numbered, in the order of the arrays. */
static void render_row_set(struct render *render, const struct given *given)
{
	for (size_t i = 0; i < given->count; i++) {
		text_add(render->sql, i ? ", " : " SELECT ");
		render_element(render, given_column(given, i), i);
	}
	text_add(render->sql, " FROM ");
	render_unnest(render, given, true);
	text_add(render->sql, " ORDER BY v.n");
}

/* t0."a" = v.c1 AND t0."b" = v.c2: the rows of the table that the keys are of. */
static void render_matching(struct render *render, const struct given *given)
{
	render->table = "t0";
	for (size_t i = 0; i < given->plan->key_count; i++) {
		if (i > 0)
			text_add(render->sql, " AND ");
		render_column(render, given->plan->keys[i]);
		text_add(render->sql, " = ");
		render_element(render, given->plan->keys[i], given->count + i);
	}
}

/* The row is still as it was read.  An update is given the next version, a delete that one. */
static void render_version(struct render *render, const struct given *given, bool many)
{
	const struct plan *plan = given->plan;

	if (!plan->version)
		return;
	text_add(render->sql, " AND ");
	render_column(render, plan->version);
	text_add(render->sql, " = ");
	if (many)
		render_element(render, plan->version, given->count + plan->key_count);
	else
		render_value(render, plan->version);
	if (given->count > 0)
		text_add(render->sql, " - 1");
}

/* ---- counted -------------------------------------------------------------------- */

static bool is_counted(enum returning returning)
{
	return returning == RETURNING_COUNT || returning == RETURNING_KEYS;
}

/*
 * Without a failure a COMMIT that is sent right behind would make permanent what is
 * not as it should be.  The text that is cast to a number is what the error says.
 */
static void begin_counted(struct render *render, enum returning returning)
{
	if (render->dialect->row_sets && is_counted(returning))
		text_add(render->sql, "WITH written AS (");
}

/*
 * With keys: in one array, before the count; those of many rows must be in their order,
 * or nobody knows which is whose.
 */
static void end_counted(struct render *render, const struct plan *plan, enum returning returning,
			bool many)
{
	const struct column *returned = returning == RETURNING_KEYS ? plan->generated : NULL;
	struct text *sql = render->sql;

	if (!render->dialect->row_sets || !is_counted(returning))
		return;
	text_add(sql, " RETURNING ");
	if (returned)
		render_member(render, returned);
	else
		text_add_char(sql, '1');
	text_add(sql, " AS k) SELECT ");
	if (returned)
		text_add(sql, "array_agg(CAST(k AS bigint)), ");
	if (returned && many)
		text_add(sql, "CASE WHEN array_agg(k) = array_agg(k ORDER BY k) THEN 1 ELSE "
			      "CAST('" DIALECT_KEYS_UNORDERED "' || count(*) AS integer) END, ");
	text_add(sql, "CASE WHEN count(*) = ");
	render_param(render);
	text_add(sql, " THEN 1 ELSE CAST('" DIALECT_ROWS_MISSING "' || count(*) AS integer) END"
		      " FROM written");
}

/* ---- INSERT --------------------------------------------------------------------- */

static void render_column_names(struct text *sql, const struct given *given)
{
	for (size_t i = 0; i < given->count; i++) {
		if (i > 0)
			text_add(sql, ", ");
		render_name(sql, given_column(given, i)->name);
	}
}

/* (?1, ?2), (?3, ?4); for a row without columns (NULL), which numbers it. */
static void render_values(struct render *render, const struct given *given, size_t rows)
{
	for (size_t row = 0; row < rows; row++) {
		text_add(render->sql, row ? ", (" : " VALUES (");
		for (size_t i = 0; i < given->count; i++) {
			if (i > 0)
				text_add(render->sql, ", ");
			render_value(render, given_column(given, i));
		}
		if (given->count == 0)
			text_add(render->sql, render->dialect->generate);
		text_add_char(render->sql, ')');
	}
}

static void render_rows(struct render *render, const struct given *given, size_t rows)
{
	const struct column *generated = given->plan->generated;

	if (given->count == 0 && !generated) {
		text_add(render->sql, " DEFAULT VALUES");
		return;
	}
	text_add(render->sql, " (");
	if (given->count > 0)
		render_column_names(render->sql, given);
	else
		render_name(render->sql, generated->name);
	text_add_char(render->sql, ')');
	if (rows > 1 && given->count > 0 && render->dialect->row_sets)
		render_row_set(render, given);
	else
		render_values(render, given, rows);
}

static bool is_given(const struct given *given, const struct column *column)
{
	for (size_t i = 0; i < given->count; i++) {
		if (given_column(given, i) == column)
			return true;
	}
	return false;
}

/* RETURNING "id", "created_at": the key, and the columns that were left out. */
static void render_left_out(struct render *render, const struct given *given)
{
	const struct plan *plan = given->plan;

	for (size_t i = 0; i < plan->key_count; i++) {
		text_add(render->sql, i ? ", " : " RETURNING ");
		render_member(render, plan->keys[i]);
	}
	for (size_t i = 0; i < plan->omittable_count; i++) {
		if (is_given(given, plan->omittable[i]))
			continue;
		text_add(render->sql, ", ");
		render_member(render, plan->omittable[i]);
	}
}

void render_insert(const struct dialect *dialect, const struct plan *plan,
		   const uint16_t *columns, size_t column_count, size_t rows,
		   enum returning returning, struct text *sql)
{
	struct render render = { .dialect = dialect, .sql = sql };
	struct given given = { .plan = plan, .columns = columns, .count = column_count };

	begin_counted(&render, returning);
	text_add(sql, "INSERT INTO ");
	render_table(dialect, plan, sql);
	render_rows(&render, &given, rows);
	if (returning == RETURNING_ROWS)
		render_left_out(&render, &given);
	end_counted(&render, plan, returning, rows > 1);
}

/* ---- UPDATE --------------------------------------------------------------------- */

static void render_assignments(struct render *render, const struct given *given, bool many)
{
	for (size_t i = 0; i < given->count; i++) {
		const struct column *column = given_column(given, i);

		text_add(render->sql, i ? ", " : " SET ");
		render_name(render->sql, column->name);
		text_add(render->sql, " = ");
		if (many)
			render_element(render, column, i);
		else
			render_value(render, column);
	}
}

void render_update(const struct dialect *dialect, const struct plan *plan,
		   const uint16_t *columns, size_t column_count, bool many,
		   enum returning returning, struct text *sql)
{
	struct render render = { .dialect = dialect, .sql = sql };
	struct given given = { plan, columns, column_count, true };

	begin_counted(&render, returning);
	text_add(sql, "UPDATE ");
	render_table(dialect, plan, sql);
	if (many)
		text_add(sql, " AS t0");
	render_assignments(&render, &given, many);
	if (many) {
		text_add(sql, " FROM ");
		render_unnest(&render, &given, false);
	}
	text_add(sql, " WHERE ");
	if (many)
		render_matching(&render, &given);
	else
		render_match(&render, plan->keys, plan->key_count);
	render_version(&render, &given, many);
	end_counted(&render, plan, returning, many);
}

/* ---- DELETE --------------------------------------------------------------------- */

void render_delete(const struct dialect *dialect, const struct plan *plan, bool many,
		   enum returning returning, struct text *sql)
{
	struct render render = { .dialect = dialect, .sql = sql };
	struct given given = { .plan = plan, .finds = true };
	bool tuples = many && given_count(&given) > 1;

	begin_counted(&render, returning);
	text_add(sql, "DELETE FROM ");
	render_table(dialect, plan, sql);
	if (tuples) {
		text_add(sql, " AS t0 USING ");
		render_unnest(&render, &given, false);
	}
	text_add(sql, " WHERE ");
	if (tuples)
		render_matching(&render, &given);
	else if (many)
		render_in(&render, plan->keys[0]);
	else
		render_match(&render, plan->keys, plan->key_count);
	render_version(&render, &given, many);
	end_counted(&render, plan, returning, many);
}

void render_write_lock(const struct plan *plan, struct text *sql)
{
	text_add(sql, "DELETE FROM ");
	render_name(sql, plan->table);
	text_add(sql, " WHERE 0");
}
