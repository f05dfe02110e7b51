/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Every type of member through a session: smallest, largest, empty, non-ASCII, NULL. */

struct specimen {
	int64_t id;
	int16_t i16;
	int32_t i32;
	int64_t i64;
	bool flag;
	double real;
	const char *text;
	struct rowan_bytes bytes;
	struct rowan_datetime datetime;
	struct rowan_date date;
	struct rowan_time time;
	struct rowan_uuid uuid;
	struct rowan_opt_int16 opt_i16;
	struct rowan_opt_int32 opt_i32;
	struct rowan_opt_int64 opt_i64;
	struct rowan_opt_bool opt_flag;
	struct rowan_opt_double opt_real;
	const char *opt_text;
	struct rowan_bytes opt_bytes;
	struct rowan_opt_datetime opt_datetime;
	struct rowan_opt_date opt_date;
	struct rowan_opt_time opt_time;
	struct rowan_opt_uuid opt_uuid;
};

extern const struct rowan_model specimen_model;
ROWAN_MODEL(specimen, ROWAN_FIELDS(
	ROWAN_FIELD(specimen, id, .primary_key = true),
	ROWAN_FIELD(specimen, i16), ROWAN_FIELD(specimen, i32), ROWAN_FIELD(specimen, i64),
	ROWAN_FIELD(specimen, flag), ROWAN_FIELD(specimen, real), ROWAN_FIELD(specimen, text),
	ROWAN_FIELD(specimen, bytes), ROWAN_FIELD(specimen, datetime),
	ROWAN_FIELD(specimen, date), ROWAN_FIELD(specimen, time), ROWAN_FIELD(specimen, uuid),
	ROWAN_FIELD(specimen, opt_i16), ROWAN_FIELD(specimen, opt_i32),
	ROWAN_FIELD(specimen, opt_i64), ROWAN_FIELD(specimen, opt_flag),
	ROWAN_FIELD(specimen, opt_real), ROWAN_FIELD(specimen, opt_text, .nullable = true),
	ROWAN_FIELD(specimen, opt_bytes, .nullable = true), ROWAN_FIELD(specimen, opt_datetime),
	ROWAN_FIELD(specimen, opt_date), ROWAN_FIELD(specimen, opt_time),
	ROWAN_FIELD(specimen, opt_uuid)));

#define SPECIMEN(member_) rowan_column(specimen, member_)

/* Keys that are not numbers, and a foreign key to one. */
struct worker {
	const char *handle;
	struct rowan_opt_int64 desk;
	ROWAN_MANY(struct document) documents;
};
struct document {
	struct rowan_uuid id;
	const char *author_handle;
	ROWAN_ONE(struct worker) author;
};
extern const struct rowan_model worker_model, document_model;

static struct rowan_value new_uuid(struct rowan_session *ignored)
{
	(void)ignored;
	return ROWAN_VALUE(rowan_uuid4());
}

ROWAN_MODEL(worker,
	ROWAN_FIELDS(
		ROWAN_FIELD(worker, handle, .primary_key = true),
		ROWAN_FIELD(worker, desk)),
	ROWAN_RELATIONS(ROWAN_TO_MANY(worker, documents, document, .back_populates = "author")));
ROWAN_MODEL(document,
	ROWAN_FIELDS(
		ROWAN_FIELD(document, id, .primary_key = true, .default_factory = new_uuid),
		ROWAN_FIELD(document, author_handle, .foreign_key = ROWAN_KEY(worker, handle))),
	ROWAN_RELATIONS(ROWAN_TO_ONE(document, author, worker, .back_populates = "documents")));

static void open_specimens(void)
{
	open_models(ROWAN_MODELS(&specimen_model, &worker_model, &document_model));
}

TestSuite(values, .init = open_specimens, .fini = close_sample, .timeout = 60);

static void assert_bytes(struct rowan_bytes got, struct rowan_bytes want)
{
	assert_int(got.data != NULL, want.data != NULL);
	assert_int(got.size, want.size);
	if (want.size)
		cr_assert_arr_eq(got.data, want.data, want.size);
}

/* Bit for bit: 0.0 and -0.0 differ. */
static void assert_double(double got, double want)
{
	cr_assert(memcmp(&got, &want, sizeof(got)) == 0, "got %a, want %a", got, want);
}

static void assert_same(const struct specimen *got, const struct specimen *want)
{
	assert_int(got->i16, want->i16);
	assert_int(got->i32, want->i32);
	assert_int(got->i64, want->i64);
	assert_int(got->flag, want->flag);
	assert_double(got->real, want->real);
	assert_text(got->text, want->text);
	assert_bytes(got->bytes, want->bytes);
	assert_int(got->datetime.us, want->datetime.us);
	assert_int(got->date.days, want->date.days);
	assert_int(got->time.us, want->time.us);
	cr_assert_arr_eq(got->uuid.bytes, want->uuid.bytes, 16);
}

static void assert_same_opt(const struct specimen *got, const struct specimen *want)
{
#define ASSERT_SET(member_) assert_int(got->member_.set, want->member_.set)
	ASSERT_SET(opt_i16);
	ASSERT_SET(opt_i32);
	ASSERT_SET(opt_i64);
	ASSERT_SET(opt_flag);
	ASSERT_SET(opt_real);
	ASSERT_SET(opt_datetime);
	ASSERT_SET(opt_date);
	ASSERT_SET(opt_time);
	ASSERT_SET(opt_uuid);
#undef ASSERT_SET
	assert_int(got->opt_i16.value, want->opt_i16.value);
	assert_int(got->opt_i32.value, want->opt_i32.value);
	assert_int(got->opt_i64.value, want->opt_i64.value);
	assert_int(got->opt_flag.value, want->opt_flag.value);
	assert_double(got->opt_real.value, want->opt_real.value);
	assert_text(got->opt_text, want->opt_text);
	assert_bytes(got->opt_bytes, want->opt_bytes);
	assert_int(got->opt_datetime.value.us, want->opt_datetime.value.us);
	assert_int(got->opt_date.value.days, want->opt_date.value.days);
	assert_int(got->opt_time.value.us, want->opt_time.value.us);
	cr_assert_arr_eq(got->opt_uuid.value.bytes, want->opt_uuid.value.bytes, 16);
}

/* The same values in the members that may be NULL. */
static void fill_opt(struct specimen *s)
{
	s->opt_i16 = rowan_opt_int16(s->i16);
	s->opt_i32 = rowan_opt_int32(s->i32);
	s->opt_i64 = rowan_opt_int64(s->i64);
	s->opt_flag = rowan_opt_bool(s->flag);
	s->opt_real = rowan_opt_double(s->real);
	s->opt_text = s->text;
	s->opt_bytes = s->bytes;
	s->opt_datetime = rowan_opt_datetime(s->datetime);
	s->opt_date = rowan_opt_date(s->date);
	s->opt_time = rowan_opt_time(s->time);
	s->opt_uuid = rowan_opt_uuid(s->uuid);
}

/* Stored, and read by another session: by key and by query, and updated to. */
static void assert_round_trip(const struct specimen *want)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);
	struct specimen *made = rowan_new(session, specimen), *changed;
	int64_t id;

	*made = *want;
	rowan_add(session, made);
	changed = rowan_new(session, specimen);
	changed->text = "";
	changed->bytes = (struct rowan_bytes){ "", 0 };
	changed->real = 0.5;			/* 0 and -0 are equal: no change */
	rowan_add(session, changed);
	assert_ok(rowan_flush(session));
	id = changed->id;
	*changed = *want;
	changed->id = id;
	assert_ok(rowan_commit(session));

	assert_same(rowan_get(other, specimen, made->id), want);
	assert_same_opt(rowan_get(other, specimen, made->id), want);
	assert_same_opt(rowan_get(other, specimen, id), want);
	assert_same(rowan_one(rowan_exec(other, rowan_select(specimen, .untracked = true,
		.where = rowan_eq(SPECIMEN(id), id)))), want);
	assert_statements(engine, 0)		/* equal after the trip: nothing to update */
		assert_ok(rowan_commit(session, .clear = true));
}

Test(values, m04_zero_and_empty)
{
	struct specimen s = { .text = "", .bytes = { "", 0 } };

	assert_round_trip(&s);
	fill_opt(&s);
	assert_round_trip(&s);
}

Test(values, m05_null_is_not_zero_false_or_empty)
{
	struct specimen s = { .text = "", .bytes = { "", 0 } };
	struct specimen *made;

	fill_opt(&s);
	assert_round_trip(&s);
	made = rowan_new(session, specimen);
	made->text = "";
	made->bytes = s.bytes;
	rowan_add(session, made);
	assert_ok(rowan_commit(session, .clear = true));
	assert_int(rowan_count(session, rowan_select(specimen,
		.where = rowan_is_null(SPECIMEN(opt_i64)))), 1);
	assert_int(rowan_count(session, rowan_select(specimen,
		.where = rowan_eq(SPECIMEN(opt_i64), 0))), 2);
	assert_int(rowan_count(session, rowan_select(specimen,
		.where = rowan_is_null(SPECIMEN(opt_text)))), 1);
	assert_int(rowan_count(session, rowan_select(specimen,
		.where = rowan_eq(SPECIMEN(opt_text), ""))), 2);
	assert_int(rowan_count(session, rowan_select(specimen,
		.where = rowan_is_null(SPECIMEN(opt_bytes)))), 1);
	assert_int(rowan_count(session, rowan_select(specimen,
		.where = rowan_eq(SPECIMEN(opt_flag), false))), 2);
}

/* PostgreSQL's first day is one of 4714 BC, in the Julian calendar's year -4712. */
static struct rowan_datetime smallest_datetime(void)
{
	return runs_on("sqlite") ? (struct rowan_datetime){ INT64_MIN }
				 : rowan_datetime(-4713, 11, 24, 0, 0, 0);
}

Test(values, m04_smallest)
{
	struct specimen s = {
		.i16 = INT16_MIN, .i32 = INT32_MIN, .i64 = INT64_MIN, .real = -DBL_MAX,
		.text = "\x01", .bytes = { "\0", 1 }, .datetime = smallest_datetime(),
		.date = rowan_date(1, 1, 1),
	};

	fill_opt(&s);
	assert_round_trip(&s);
}

Test(values, m04_largest)
{
	struct specimen s = {
		.i16 = INT16_MAX, .i32 = INT32_MAX, .i64 = INT64_MAX, .flag = true, .real = DBL_MAX,
		.text = "\xf4\x8f\xbf\xbf", .bytes = { "\xff\xff", 2 }, .datetime = { INT64_MAX },
		.date = rowan_date(9999, 12, 31), .time = { INT64_C(86399999999) },
	};

	memset(s.uuid.bytes, 0xff, 16);
	fill_opt(&s);
	assert_round_trip(&s);
}

Test(values, m04_doubles_bit_for_bit)
{
	const double numbers[] = {
		0.1, -0.0, 1.0 / 3.0, DBL_MIN, DBL_TRUE_MIN, -DBL_TRUE_MIN, DBL_EPSILON, 1e300,
		9007199254740993.0, 3.0, HUGE_VAL, -HUGE_VAL,
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		struct specimen s = { .text = "", .bytes = { "", 0 }, .real = numbers[i] };

		/* SQLite stores -0.0 as 0.0 */
		if (s.real == 0 && runs_on("sqlite"))
			s.real = 0;
		fill_opt(&s);
		assert_round_trip(&s);
	}
}

/* SQLite has no such number and would store NULL. */
Test(values, m04_not_a_number_is_stored_or_refused)
{
	struct specimen *s = rowan_new(session, specimen);

	s->text = "";
	s->bytes = (struct rowan_bytes){ "", 0 };
	s->real = NAN;
	rowan_add(session, s);
	if (runs_on("sqlite")) {
		assert_code(rowan_commit(session), ROWAN_VALIDATION);
		assert_contains(rowan_error(session)->columns, "real");
	} else {
		assert_ok(rowan_commit(session, .clear = true));
		s = rowan_edit(session, specimen, rowan_one(rowan_exec(session,
			rowan_select(specimen))));
		cr_assert(isnan(s->real));
		assert_statements(engine, 0)		/* equal to itself, here */
			assert_ok(rowan_commit(session));
	}
}

Test(values, m04_text_beyond_ascii)
{
	const char *const texts[] = {
		"é", "e\xcc\x81", "日本語", "😀👩‍👩‍👧", "עברית", "ß", "\t\n\r", "quote ' \" ` \\",
		"\xef\xbf\xbd", "\xed\x9f\xbf", "\xee\x80\x80",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct specimen s = { .text = texts[i], .bytes = { texts[i], strlen(texts[i]) } };

		fill_opt(&s);
		assert_round_trip(&s);
		assert_int(rowan_count(session, rowan_select(specimen,
			.where = rowan_eq(SPECIMEN(text), texts[i]))), 2);
	}
}

Test(values, m04_a_megabyte)
{
	static char text[1 << 20], data[1 << 20];
	struct specimen s = { .text = text, .bytes = { data, sizeof(data) } };

	memset(text, 'x', sizeof(text) - 1);
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 7);
	fill_opt(&s);
	assert_round_trip(&s);
}

Test(values, q02_every_type_can_be_compared)
{
	struct specimen *s = rowan_new(session, specimen);
	const struct rowan_expr matches[] = {
		rowan_eq(SPECIMEN(i16), -3), rowan_lt(SPECIMEN(i16), 0),
		rowan_eq(SPECIMEN(i32), 70000), rowan_eq(SPECIMEN(i64), INT64_MAX),
		rowan_eq(SPECIMEN(flag), true), rowan_eq(SPECIMEN(real), 0.5),
		rowan_between(SPECIMEN(real), 0.4, 0.6), rowan_eq(SPECIMEN(real), 0.5f),
		rowan_eq(SPECIMEN(text), "text"), rowan_gt(SPECIMEN(text), "tex"),
		rowan_eq(SPECIMEN(bytes), ((struct rowan_bytes){ "\0\xff", 2 })),
		rowan_lt(SPECIMEN(bytes), ((struct rowan_bytes){ "\1", 1 })),
		rowan_eq(SPECIMEN(datetime), rowan_datetime(2024, 2, 29, 12, 0, 0)),
		rowan_ge(SPECIMEN(datetime), rowan_datetime(2024, 2, 29, 0, 0, 0)),
		rowan_eq(SPECIMEN(date), rowan_date(2024, 2, 29)),
		rowan_between(SPECIMEN(date), rowan_date(2024, 2, 28), rowan_date(2024, 3, 1)),
		rowan_eq(SPECIMEN(time), rowan_time(23, 59, 59)),
		rowan_lt(SPECIMEN(time), ((struct rowan_time){ INT64_C(86399999999) })),
		rowan_ge(SPECIMEN(uuid), (struct rowan_uuid){ { 0x12 } }),
		rowan_eq(SPECIMEN(opt_i16), (struct rowan_opt_int16){ 0 }),
		rowan_is_null(SPECIMEN(opt_uuid)),
	};

	s->i16 = -3;
	s->i32 = 70000;
	s->i64 = INT64_MAX;
	s->flag = true;
	s->real = 0.5;
	s->text = "text";
	s->bytes = (struct rowan_bytes){ "\0\xff", 2 };
	s->datetime = rowan_datetime(2024, 2, 29, 12, 0, 0);
	s->date = rowan_date(2024, 2, 29);
	s->time = rowan_time(23, 59, 59);
	s->uuid = (struct rowan_uuid){ { 0x12, 0x34 } };
	rowan_add(session, s);
	assert_ok(rowan_commit(session));
	for (size_t i = 0; i < sizeof(matches) / sizeof(*matches); i++) {
		int64_t found = rowan_count(session, rowan_select(specimen, .where = matches[i]));

		cr_assert_eq(found, 1, "condition %zu found %d: %s", i, (int)found,
			     rowan_error(session)->message);
		assert_int(rowan_count(session, rowan_select(specimen,
			.where = rowan_not(matches[i]))), 0);
	}
}

Test(values, q07_lists_of_every_type)
{
	const double doubles[] = { 0.1, 1e300, -0.5 };
	const struct rowan_date dates[] = { rowan_date(2024, 2, 29) };
	const struct rowan_time times[] = { rowan_time(1, 2, 3), { INT64_C(86399999999) } };
	const struct rowan_uuid uuids[] = { { { 1 } }, rowan_uuid4(), rowan_uuid4() };
	const struct rowan_datetime datetimes[] = { smallest_datetime(), { INT64_MAX } };
	struct specimen *s = rowan_new(session, specimen);

	s->text = "";
	s->bytes = (struct rowan_bytes){ "", 0 };
	s->real = 0.1;
	s->date = dates[0];
	s->time = times[1];
	s->uuid = uuids[2];
	s->datetime = datetimes[0];
	rowan_add(session, s);
	assert_ok(rowan_commit(session));
#define FOUND(expr_) rowan_count(session, rowan_select(specimen, .where = expr_))
	assert_int(FOUND(rowan_in(SPECIMEN(real), doubles, 3)), 1);
	assert_int(FOUND(rowan_in(SPECIMEN(real), doubles + 1, 2)), 0);
	assert_int(FOUND(rowan_in(SPECIMEN(date), dates, 1)), 1);
	assert_int(FOUND(rowan_in(SPECIMEN(time), times, 2)), 1);
	assert_int(FOUND(rowan_in(SPECIMEN(time), times, 1)), 0);
	assert_int(FOUND(rowan_in(SPECIMEN(uuid), uuids, 3)), 1);
	assert_int(FOUND(rowan_in(SPECIMEN(uuid), uuids, 2)), 0);
	assert_int(FOUND(rowan_in(SPECIMEN(datetime), datetimes, 2)), 1);
	assert_int(FOUND(rowan_in(SPECIMEN(datetime), datetimes + 1, 1)), 0);
#undef FOUND
}

/* ---- keys ------------------------------------------------------------------------ */

static struct worker *add_worker(const char *handle)
{
	struct worker *worker = rowan_new(session, worker);

	worker->handle = handle;
	rowan_add(session, worker);
	return worker;
}

Test(values, m07_text_key)
{
	struct worker *builder = add_worker("@builder");
	struct document *document = rowan_new(session, document);

	rowan_set_one(session, document, author, builder);
	rowan_add(session, document);
	assert_ok(rowan_commit(session, .clear = true));

	builder = rowan_edit(session, worker, rowan_get(session, worker, "@builder"));
	assert_text(builder->handle, "@builder");
	assert_null(rowan_get(session, worker, "@Builder"));
	assert_int(rowan_load(session, builder, documents).count, 1);
	assert_text(builder->documents.rows[0]->author_handle, "@builder");
	builder->desk = rowan_opt_int64(7);
	assert_ok(rowan_commit(session));
	assert_statements(engine, 0)
		cr_assert_eq(rowan_load(session, builder->documents.rows[0], author).row, builder);
}

Test(values, m07_text_key_must_be_there)
{
	add_worker(NULL);
	assert_code(rowan_commit(session), ROWAN_VALIDATION);
	assert_error(session, ROWAN_VALIDATION, "handle");
	assert_ok(rowan_rollback(session));
	add_worker("@builder");
	assert_ok(rowan_commit(session, .clear = true));
	add_worker("@builder");
	assert_code(rowan_commit(session), ROWAN_UNIQUE);
	assert_text(rowan_error(session)->columns, "handle");
}

Test(values, m07_many_text_keys_load_their_relations)
{
	struct rowan_result *workers = NULL;
	const struct worker *worker;

	for (int i = 0; i < 50; i++) {
		struct worker *added = add_worker(rowan_text(session, "@it's \"%d\"", i));

		for (int d = 0; d < 2; d++) {
			struct document *document = rowan_new(session, document);

			rowan_set_one(session, document, author, added);
			rowan_add(session, document);
		}
	}
	assert_ok(rowan_commit(session, .clear = true));
	assert_statements(engine, 2)
		workers = rowan_exec(session, rowan_select(worker,
			.load = { rowan_selectin(worker, documents) }));
	while ((worker = rowan_next(workers))) {
		assert_int(worker->documents.count, 2);
		assert_text(worker->documents.rows[1]->author_handle, worker->handle);
	}
}

Test(values, m08_uuid_key_from_a_factory)
{
	struct document *first, *second;

	add_worker("@builder");
	first = rowan_new(session, document);
	second = rowan_new(session, document);
	cr_assert(memcmp(first->id.bytes, second->id.bytes, 16) != 0);
	first->author_handle = second->author_handle = "@builder";
	rowan_add(session, first);
	rowan_add(session, second);
	assert_ok(rowan_commit(session));
	assert_statements(engine, 1)
		cr_assert_eq(rowan_get(session, document, second->id), second);
	assert_null(rowan_get(session, document, rowan_uuid4()));
	assert_ok(rowan_delete(session, document, first));
	assert_ok(rowan_commit(session));
	assert_int(rowan_count(session, rowan_select(document)), 1);
}

Test(values, m15_factory_is_called_once_per_row)
{
	struct rowan_uuid seen[100];

	for (int i = 0; i < 100; i++) {
		struct document *document = rowan_new(session, document);

		seen[i] = document->id;
		assert_int(document->id.bytes[6] >> 4, 4);
		for (int k = 0; k < i; k++)
			cr_assert(memcmp(&seen[k], &seen[i], sizeof(*seen)) != 0);
	}
}
