/* SPDX-License-Identifier: MIT */
#ifndef ROWAN_VALUE_H
#define ROWAN_VALUE_H

/*
 * Values: the C types a model's members may have.
 *
 *	member type              column        SQLite storage      PostgreSQL
 *	int16_t .. int64_t       integer       INTEGER             smallint .. bigint
 *	bool                     boolean       INTEGER 0/1, CHECK  boolean
 *	double                   real          REAL                double precision
 *	const char *             text          TEXT                text
 *	struct rowan_bytes       bytes         BLOB                bytea
 *	struct rowan_datetime    UTC instant   INTEGER, us         timestamptz
 *	struct rowan_date        calendar day  TEXT, ISO 8601      date
 *	struct rowan_time        time of day   TEXT, ISO 8601      time
 *	struct rowan_uuid        UUID          BLOB, 16 bytes      uuid
 *
 * A scalar that may be NULL says so in its type: `struct rowan_opt_int64`.
 * Text and bytes are NULL when their pointer is, and the field then says
 * `.nullable = true`.  Text is UTF-8, ends with a NUL and holds none.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ROWAN_API __attribute__((visibility("default")))
#define ROWAN_PRINTF_(format_, first_) __attribute__((format(printf, format_, first_)))
#else
#define ROWAN_API
#define ROWAN_PRINTF_(format_, first_)
#endif

enum rowan_type {
	ROWAN_TYPE_NONE,
	ROWAN_TYPE_INT16,
	ROWAN_TYPE_INT32,
	ROWAN_TYPE_INT64,
	ROWAN_TYPE_BOOL,
	ROWAN_TYPE_DOUBLE,
	ROWAN_TYPE_TEXT,
	ROWAN_TYPE_BYTES,
	ROWAN_TYPE_DATETIME,
	ROWAN_TYPE_DATE,
	ROWAN_TYPE_TIME,
	ROWAN_TYPE_UUID,
	ROWAN_TYPE_COUNT_
};

/* An instant: microseconds since 1970-01-01T00:00:00 UTC. */
struct rowan_datetime { int64_t us; };

/* A day of the proleptic Gregorian calendar: days since 1970-01-01. */
struct rowan_date { int32_t days; };

/* A time of day: microseconds since midnight, 0 to 86,399,999,999. */
struct rowan_time { int64_t us; };

/* In the byte order of the text form (RFC 4122). */
struct rowan_uuid { unsigned char bytes[16]; };

/* Borrowed bytes.  NULL data is SQL's NULL; an empty value has data. */
struct rowan_bytes { const void *data; size_t size; };

struct rowan_opt_int16 { bool set; int16_t value; };
struct rowan_opt_int32 { bool set; int32_t value; };
struct rowan_opt_int64 { bool set; int64_t value; };
struct rowan_opt_bool { bool set; bool value; };
struct rowan_opt_double { bool set; double value; };
struct rowan_opt_datetime { bool set; struct rowan_datetime value; };
struct rowan_opt_date { bool set; struct rowan_date value; };
struct rowan_opt_time { bool set; struct rowan_time value; };
struct rowan_opt_uuid { bool set; struct rowan_uuid value; };

/*
 * One value of any type: a key, a default, a scalar result.  Text and bytes
 * are borrowed.  All-zero has no type and stands for "nothing given".
 */
struct rowan_value {
	enum rowan_type type;
	bool null;
	union {
		int16_t i16;
		int32_t i32;
		int64_t i;
		bool b;
		double d;
		const char *text;
		struct rowan_bytes bytes;
		struct rowan_datetime datetime;
		struct rowan_date date;
		struct rowan_time time;
		struct rowan_uuid uuid;
	} as;
};

/* ---- the clock and the calendar ------------------------------------------ */

/* Room for 32 characters and a NUL; the earliest has 30: "-290308-12-21T19:59:05.224192Z". */
#define ROWAN_DATETIME_SIZE 33
#define ROWAN_DATE_SIZE 16
#define ROWAN_TIME_SIZE 16
#define ROWAN_UUID_SIZE 37

/* The wall clock, UTC. */
ROWAN_API struct rowan_datetime rowan_now(void);

/*
 * Civil time in UTC to an instant and to a day.  Month 1 to 12; days, hours and
 * so on beyond their range carry over, as in timegm().
 */
ROWAN_API struct rowan_datetime rowan_datetime(int year, int month, int day,
					       int hour, int minute, int second);
ROWAN_API struct rowan_date rowan_date(int year, int month, int day);
ROWAN_API struct rowan_time rowan_time(int hour, int minute, int second);

/*
 * ISO 8601 text, as RFC 3339 has it.  A datetime ends in Z or an offset
 * (+02:00); without one it is taken as UTC.  Parsers return false, and leave
 * `out` alone, for anything else; formatters write into `buffer` and return it.
 */
ROWAN_API bool rowan_datetime_parse(const char *text, struct rowan_datetime *out);
ROWAN_API bool rowan_date_parse(const char *text, struct rowan_date *out);
ROWAN_API bool rowan_time_parse(const char *text, struct rowan_time *out);
ROWAN_API bool rowan_uuid_parse(const char *text, struct rowan_uuid *out);
ROWAN_API char *rowan_datetime_format(struct rowan_datetime value,
				      char buffer[ROWAN_DATETIME_SIZE]);
ROWAN_API char *rowan_date_format(struct rowan_date value, char buffer[ROWAN_DATE_SIZE]);
ROWAN_API char *rowan_time_format(struct rowan_time value, char buffer[ROWAN_TIME_SIZE]);
ROWAN_API char *rowan_uuid_format(struct rowan_uuid value, char buffer[ROWAN_UUID_SIZE]);

/* A random UUID, version 4 (RFC 4122, section 4.4), from the system's generator. */
ROWAN_API struct rowan_uuid rowan_uuid4(void);

#ifdef __cplusplus
}
#endif

#ifndef __cplusplus

/* ---- making values ------------------------------------------------------- */

/* task->parent_id = rowan_opt_int64(7); all-zero is NULL. */
#define ROWAN_OPT_(name_, type_) \
	static inline struct rowan_opt_##name_ rowan_opt_##name_(type_ value) \
	{ return (struct rowan_opt_##name_){ true, value }; }
ROWAN_OPT_(int16, int16_t)
ROWAN_OPT_(int32, int32_t)
ROWAN_OPT_(int64, int64_t)
ROWAN_OPT_(bool, bool)
ROWAN_OPT_(double, double)
ROWAN_OPT_(datetime, struct rowan_datetime)
ROWAN_OPT_(date, struct rowan_date)
ROWAN_OPT_(time, struct rowan_time)
ROWAN_OPT_(uuid, struct rowan_uuid)
#undef ROWAN_OPT_

#define ROWAN_VALUE_(name_, type_, tag_, member_) \
	static inline struct rowan_value rowan_##name_##_value(type_ value) \
	{ return (struct rowan_value){ .type = tag_, .as.member_ = value }; }
ROWAN_VALUE_(int, int64_t, ROWAN_TYPE_INT64, i)
ROWAN_VALUE_(bool, bool, ROWAN_TYPE_BOOL, b)
ROWAN_VALUE_(double, double, ROWAN_TYPE_DOUBLE, d)
ROWAN_VALUE_(text, const char *, ROWAN_TYPE_TEXT, text)
ROWAN_VALUE_(bytes, struct rowan_bytes, ROWAN_TYPE_BYTES, bytes)
ROWAN_VALUE_(datetime, struct rowan_datetime, ROWAN_TYPE_DATETIME, datetime)
ROWAN_VALUE_(date, struct rowan_date, ROWAN_TYPE_DATE, date)
ROWAN_VALUE_(time, struct rowan_time, ROWAN_TYPE_TIME, time)
ROWAN_VALUE_(uuid, struct rowan_uuid, ROWAN_TYPE_UUID, uuid)
#undef ROWAN_VALUE_
static inline struct rowan_value rowan_as_it_is_(struct rowan_value value)
{ return value; }

/* SQL's NULL, as a value. */
#define ROWAN_NULL ((struct rowan_value){ .null = true })

/* A value of the argument's own type: ROWAN_VALUE("Ada"), ROWAN_VALUE(7). */
#define ROWAN_VALUE(v_) _Generic((v_), \
	bool: rowan_bool_value, \
	float: rowan_double_value, double: rowan_double_value, \
	char *: rowan_text_value, const char *: rowan_text_value, \
	struct rowan_bytes: rowan_bytes_value, \
	struct rowan_datetime: rowan_datetime_value, \
	struct rowan_date: rowan_date_value, \
	struct rowan_time: rowan_time_value, \
	struct rowan_uuid: rowan_uuid_value, \
	struct rowan_value: rowan_as_it_is_, \
	default: rowan_int_value)(v_)

#endif /* __cplusplus */
#endif
