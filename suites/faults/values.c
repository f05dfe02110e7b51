/* SPDX-License-Identifier: MIT */
/* Values at their edges, names of every kind, results that are bigger than memory should be. */
#include "places.h"
#include "scaled.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

TestSuite(edges, .init = open_place, .fini = close_place, .timeout = 240);

/* ---- lengths --------------------------------------------------------------------------- */

struct blob { int64_t id; struct rowan_bytes data; };
extern const struct rowan_model blob_model;
ROWAN_MODEL(blob, ROWAN_FIELDS(
	ROWAN_FIELD(blob, id, .primary_key = true), ROWAN_FIELD(blob, data)));

/* The lengths are lies: whoever read so much would crash. */
Test(edges, value3_a_length_beyond_all_bounds_is_refused)
{
	static const size_t sizes[] = { (size_t)INT32_MAX, (size_t)INT32_MAX + 1, UINT32_MAX,
					(size_t)UINT32_MAX + 5, SIZE_MAX / 2 };
	const size_t count = sizeof(sizes) / sizeof(sizes[0]);

	assert_ok(rowan_create_all(engine, ROWAN_MODELS(&blob_model), NULL));
	for (size_t i = 0; i < count; i++) {
		struct blob row = { 1, { "x", sizes[i] } };
		int status = rowan_insert_all(session, blob, &row, 1);
		if (status == ROWAN_OK)
			status = rowan_commit(session);
		cr_assert(status == ROWAN_VALIDATION || status == ROWAN_DATA, "%zu: %s", sizes[i],
			  rowan_error(session)->message);
		assert_ok(rowan_rollback(session));
		assert_int(rowan_count(session, rowan_select(blob)), 0);
	}
	record_fault("value-3", .injections = (long)count, .survived = (long)count,
		     .figure = "bytes of a length near 2^31, 2^32 and 2^63");
}

/* ---- instants ----------------------------------------------------------------------------- */

static const char *const zones[] = {
	"UTC", "Europe/Warsaw", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu",
	"Pacific/Apia", "America/New_York", "Africa/Casablanca",
};
#define ZONES (sizeof(zones) / sizeof(zones[0]))

/* Both sides of what clocks do in some of these zones, and of the calendar's ends. */
static const char *const instants[] = {
	"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000001Z", "1582-10-04T23:59:59Z",
	"1582-10-15T00:00:00Z", "1883-11-18T16:59:59Z", "1883-11-18T17:00:01Z",
	"1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z", "2000-02-29T12:00:00Z",
	"2011-12-30T09:59:59Z", "2011-12-30T10:00:00Z", "2024-03-10T06:59:59.999999Z",
	"2024-03-10T07:00:00Z", "2024-03-31T00:59:59Z", "2024-03-31T01:00:00Z",
	"2024-03-31T02:30:00Z", "2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z",
	"2024-11-03T05:30:00Z", "2024-11-03T06:30:00Z", "2016-12-31T23:59:59Z",
	"2038-01-19T03:14:08Z", "9999-12-31T23:59:59.999999Z",
};
#define INSTANTS (sizeof(instants) / sizeof(instants[0]))

static void set_zone(const char *name, const char *zone)
{
	setenv(name, zone, 1);
	tzset();
}

static int64_t instant(size_t i)
{
	struct rowan_datetime value;

	cr_assert(rowan_datetime_parse(instants[i], &value), "%s", instants[i]);
	return value.us;
}

/* The program's zone and the database session's are any two of them. */
static void assert_instants(struct rowan_session *own, bool write)
{
	for (size_t i = 0; i < INSTANTS; i++) {
		const struct category *found;

		if (write) {
			struct category *row = rowan_new(own, category);

			row->name = rowan_text(own, "%zu", i);
			row->stamps.created_at.us = instant(i);
			rowan_add(own, row);
			continue;
		}
		found = rowan_one(rowan_exec(own, rowan_select(category,
			.where = rowan_eq(CATEGORY(stamps.created_at), ((struct rowan_datetime){ instant(i) })))));
		cr_assert_not_null(found, "%s: %s", instants[i], rowan_error(own)->message);
		assert_int(atoi(found->name), i);
		assert_int(found->stamps.created_at.us, instant(i));
	}
	assert_ok(rowan_commit(own));
}

Test(edges, value5_an_instant_is_the_same_in_every_zone)
{
	assert_instants(session, true);
	for (size_t z = 0; z < ZONES; z++) {
		struct rowan_engine *elsewhere;
		struct rowan_session *own;

		set_zone("TZ", zones[z]);
		set_zone("PGTZ", zones[(z + 3) % ZONES]);	/* the server's, for the session */
		elsewhere = rowan_engine_open(place_url);
		own = rowan_session_open(elsewhere);
		assert_instants(own, false);
		rowan_delete_where(own, rowan_select(category, .all_rows = true));
		assert_instants(own, true);
		rowan_session_close(own);
		rowan_engine_close(elsewhere);
	}
	assert_ok(rowan_clear(session));
	assert_instants(session, false);
	record_fault("value-5", .injections = ZONES * INSTANTS, .survived = ZONES * INSTANTS,
		     .figure = "instants at the edges of clocks and years 1 to 9999, in 8 zones: 0 changed");
}

/* ---- names ------------------------------------------------------------------------------------ */

/* Words that are reserved in one database or the other, and texts that are no words at all. */
static const char *const names[] = {
	"select", "from", "where", "order", "group", "user", "table", "index", "primary", "key",
	"references", "default", "check", "constraint", "unique", "null", "not", "and", "or", "in",
	"is", "like", "between", "case", "when", "then", "else", "end", "join", "left", "natural",
	"using", "limit", "offset", "union", "all", "distinct", "values", "insert", "update",
	"delete", "into", "set", "begin", "commit", "rollback", "savepoint", "release", "trigger",
	"view", "analyze", "array", "lateral", "window", "with", "current_user", "session_user",
	"localtime", "fetch", "grant", "ilike", "only", "placing", "similar", "some", "symmetric",
	"to", "variadic", "verbose", "glob", "rowid", "oid", "ctid", "xmin", "excluded", "new", "old",
	"a b", "a\"b", "a'b", "a;b", "a--b", "a/*b", "a%b", "a.b", "$1", "?1", ":x", "1", "\xc5\xbc",
	"UPPER", "\xf0\x9f\x98\x80", "a\\b",
	"a_name_as_long_as_one_may_be_in_postgresql_with_pk_before_it",
};
#define NAMES (sizeof(names) / sizeof(names[0]))

/* PostgreSQL has columns of these names in each table, and SQLite a key without one. */
static bool is_the_systems(const char *name)
{
	static const char *const taken[] = { "ctid", "xmin", "oid", "rowid" };

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (strcmp(name, taken[i]) == 0)
			return true;
	return false;
}

struct named { int64_t id; const char *text; };

static void assert_name_works(const char *name)
{
	struct rowan_field fields[] = {
		{ .name = "id", .type = ROWAN_TYPE_INT64, .primary_key = true },
		{ .name = "text", .type = ROWAN_TYPE_TEXT, .offset = 8,
		  .column = is_the_systems(name) ? "text" : name },
	};
	struct rowan_field *kept = malloc(sizeof(fields));
	struct rowan_model *model = calloc(1, sizeof(*model));
	void **plan = calloc(1, sizeof(*plan));
	struct named row = { 1, "here" };
	struct rowan_error error = { 0 };
	struct rowan_query query;

	cr_assert(kept && model && plan);
	memcpy(kept, fields, sizeof(fields));	/* as long as the plan: for ever */
	*model = (struct rowan_model){ .name = "named", .table = name, .size = sizeof(row),
				       .fields = kept, .field_count = 2, .plan_ = plan };
	cr_assert(rowan_create_all(engine, ROWAN_MODELS(model), &error) == ROWAN_OK, "%s: %s", name,
		  error.message);
	assert_ok(rowan_insert_all_(session, model, &row, 1, ROWAN_HERE));
	query = (struct rowan_query){ .model = model, .where = rowan_test_(ROWAN_OP_IS_NOT_NULL,
		(struct rowan_column){ model, 8 }) };
	cr_assert(rowan_count_(session, &query) == 1, "%s: %s", name, rowan_error(session)->message);
	assert_ok(rowan_commit(session));
	cr_assert(rowan_drop_all(engine, ROWAN_MODELS(model), &error) == ROWAN_OK, "%s: %s", name,
		  error.message);
}

Test(edges, value7_any_name_of_up_to_63_bytes_is_one)
{
	for (size_t i = 0; i < NAMES; i++)
		assert_name_works(names[i]);
	record_fault("value-7", .injections = NAMES, .survived = NAMES,
		     .figure = "tables and columns named by reserved words, signs and 60 letters");
}

/* What PostgreSQL would cut, so that two became one. */
Test(edges, value7_longer_names_are_refused)
{
	char name[2][80];

	for (int i = 0; i < 2; i++) {
		static void *plans[2];
		static const struct rowan_field field = {
			.name = "id", .type = ROWAN_TYPE_INT64, .primary_key = true };
		struct rowan_model model = { .name = "named", .table = name[i], .size = 8,
			.fields = &field, .field_count = 1, .plan_ = &plans[i] };
		struct rowan_error error;

		memset(name[i], 'n', 63);
		name[i][63] = (char)('a' + i);
		name[i][64] = '\0';
		assert_code(rowan_create_all(engine, ROWAN_MODELS(&model), &error), ROWAN_MISUSE);
		assert_contains(error.message, "63 bytes");
	}
	record_fault("value-7", .injections = 2, .survived = 2,
		     .figure = "two names that share 63 bytes, refused");
}

#ifdef __SANITIZE_ADDRESS__
size_t __sanitizer_get_current_allocated_bytes(void);
#endif

/* ---- results ------------------------------------------------------------------------------------ */

/* What the process has; where its allocator keeps what is freed, what it has allocated. */
static long resident_kb(void)
{
#ifdef __SANITIZE_ADDRESS__
	return (long)(__sanitizer_get_current_allocated_bytes() / 1024);
#else
	long pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	cr_assert(file && fscanf(file, "%*s %ld", &pages) == 1);
	fclose(file);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
#endif
}

#define MORE_KB 4096

Test(edges, value8_a_stream_takes_no_more_memory_for_more_rows)
{
	long rows = scaled("ROWAN_ROWS", MANY), count = 0, early = 0;
	struct rowan_stream *stream;
	const struct category *row;
	int64_t us;
	char sql[1500], filler[1001] = "", figure[96];
	const char *then = runs_on("sqlite") ? "0" : "now()";

	memset(filler, 'x', sizeof(filler) - 1);
	snprintf(sql, sizeof(sql), "INSERT INTO categories (id, name, color, description, created_at,"
		 " updated_at) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
		 " WHERE i < %ld) SELECT i, 'name ' || i, 'red', '%s', %s, %s FROM n", rows, filler,
		 then, then);
	execute(sql);
	us = -rowan_now().us;
	stream = rowan_stream(session, rowan_select(category));
	while ((row = rowan_stream_next(stream))) {
		cr_assert(strlen(row->description) == 1000);
		if (++count == rows / 10)
			early = resident_kb();
	}
	assert_ok(rowan_stream_close(stream));
	us += rowan_now().us;
	assert_int(count, rows);
	cr_assert(resident_kb() - early < MORE_KB, "%ld KB more", resident_kb() - early);
	snprintf(figure, sizeof(figure), "rows of 1 kB streamed, %.0f a second: %ld KB more at the end "
		 "than after a tenth", (double)rows * 1e6 / (double)us, resident_kb() - early);
	record_fault("value-8", .injections = rows, .survived = rows, .figure = figure);
}
