/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE		/* timegm() */
#include "support.h"

#include <limits.h>
#include <string.h>
#include <time.h>

TestSuite(calendar, .timeout = 60);

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)

/* The same numbers in every run. */
static int64_t next_number(int64_t low, int64_t high)
{
	static uint64_t state = 42;

	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return low + (int64_t)((state >> 11) % (uint64_t)(high - low + 1));
}

/* ---- making -------------------------------------------------------------------- */

Test(calendar, agrees_with_timegm)
{
	for (int i = 0; i < 200000; i++) {
		struct tm tm = {
			.tm_year = (int)next_number(-5000, 8000),
			.tm_mon = (int)next_number(-30, 30),
			.tm_mday = (int)next_number(-800, 800),
			.tm_hour = (int)next_number(-100, 100),
			.tm_min = (int)next_number(-100000, 100000),
			.tm_sec = (int)next_number(-10000000, 10000000),
		};
		struct rowan_datetime ours = rowan_datetime(tm.tm_year + 1900, tm.tm_mon + 1,
			tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
		struct rowan_date day = rowan_date(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
		struct tm midnight = { .tm_year = tm.tm_year, .tm_mon = tm.tm_mon,
				       .tm_mday = tm.tm_mday };

		assert_int(day.days, timegm(&midnight) / 86400);
		assert_int(ours.us, timegm(&tm) * SECOND);
	}
}

Test(calendar, what_does_not_fit_is_the_nearest_that_does)
{
	assert_int(rowan_datetime(INT_MAX, 1, 1, 0, 0, 0).us, INT64_MAX);
	assert_int(rowan_datetime(INT_MIN, 1, 1, 0, 0, 0).us, INT64_MIN);
	assert_int(rowan_date(INT_MAX, 1, 1).days, INT32_MAX);
	assert_int(rowan_date(INT_MIN, 12, 31).days, INT32_MIN);
	assert_int(rowan_date(INT_MAX, INT_MAX, INT_MAX).days, INT32_MAX);
}

Test(calendar, a_time_of_day_wraps_at_midnight)
{
	assert_int(rowan_time(23, 59, 59).us, DAY - SECOND);
	assert_int(rowan_time(24, 0, 0).us, 0);
	assert_int(rowan_time(25, 0, 1).us, 3601 * SECOND);
	assert_int(rowan_time(0, 0, -1).us, DAY - SECOND);
	assert_int(rowan_time(INT_MIN, INT_MIN, INT_MIN).us >= 0, true);
}

Test(calendar, now_is_what_the_system_says)
{
	int64_t before = (int64_t)time(NULL) * SECOND;
	int64_t now = rowan_now().us;
	int64_t after = ((int64_t)time(NULL) + 1) * SECOND;

	cr_assert(before <= now && now <= after, "%lld", (long long)now);
}

/* ---- there and back ------------------------------------------------------------ */

static void assert_date_survives(int32_t days)
{
	struct rowan_date back = { ~days };
	char text[ROWAN_DATE_SIZE];

	rowan_date_format((struct rowan_date){ days }, text);
	cr_assert(rowan_date_parse(text, &back), "%s of %d", text, days);
	assert_int(back.days, days);
}

static void assert_datetime_survives(int64_t us)
{
	struct rowan_datetime back = { ~us };
	char text[ROWAN_DATETIME_SIZE];

	rowan_datetime_format((struct rowan_datetime){ us }, text);
	cr_assert(rowan_datetime_parse(text, &back), "%s of %lld", text, (long long)us);
	assert_int(back.us, us);
}

Test(calendar, every_date_survives_its_text)
{
	static const int32_t extremes[] = { INT32_MIN, INT32_MIN + 1, -1, 0, 1, INT32_MAX };

	for (size_t i = 0; i < sizeof(extremes) / sizeof(extremes[0]); i++)
		assert_date_survives(extremes[i]);
	for (int32_t day = rowan_date(-1, 1, 1).days; day < rowan_date(10001, 1, 1).days; day += 11)
		assert_date_survives(day);
}

Test(calendar, every_instant_survives_its_text)
{
	static const int64_t extremes[] = {
		INT64_MIN, INT64_MIN + 1, -DAY - 1, -DAY, -DAY + 1, -1, 0, 1, DAY - 1, DAY,
		INT64_MAX - 1, INT64_MAX,
	};

	for (size_t i = 0; i < sizeof(extremes) / sizeof(extremes[0]); i++)
		assert_datetime_survives(extremes[i]);
	for (int i = 0; i < 100000; i++) {
		assert_datetime_survives(next_number(INT64_MIN / 4, INT64_MAX / 4) * 3);
		assert_datetime_survives(next_number(-40000 * DAY, 40000 * DAY));
	}
}

Test(calendar, every_time_of_day_survives_its_text)
{
	for (int i = 0; i < 100000; i++) {
		struct rowan_time time = { next_number(0, DAY - 1) }, back = { -1 };
		char text[ROWAN_TIME_SIZE];

		cr_assert(rowan_time_parse(rowan_time_format(time, text), &back), "%s", text);
		assert_int(back.us, time.us);
	}
}

Test(calendar, text_of_well_known_instants)
{
	static const struct {
		int64_t us;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ -1, "1969-12-31T23:59:59.999999Z" },
		{ 1, "1970-01-01T00:00:00.000001Z" },
		{ INT64_C(1709210096500000), "2024-02-29T12:34:56.500000Z" },
		{ INT64_C(253402300799) * SECOND, "9999-12-31T23:59:59Z" },
		{ INT64_C(253402300800) * SECOND, "+10000-01-01T00:00:00Z" },
		{ INT64_C(-62135596800) * SECOND, "0001-01-01T00:00:00Z" },
		{ INT64_C(-62167219200) * SECOND, "0000-01-01T00:00:00Z" },
		{ INT64_C(-62167219200) * SECOND - 1, "-0001-12-31T23:59:59.999999Z" },
		{ INT64_MIN, "-290308-12-21T19:59:05.224192Z" },
		{ INT64_MAX, "+294247-01-10T04:00:54.775807Z" },
	};
	char text[ROWAN_DATETIME_SIZE];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_text(rowan_datetime_format((struct rowan_datetime){ cases[i].us }, text),
			    cases[i].text);
}

Test(calendar, a_time_beyond_the_day_still_fits_its_buffer)
{
	char text[ROWAN_TIME_SIZE];

	assert_text(rowan_time_format((struct rowan_time){ DAY + 1 }, text), "00:00:00.000001");
	assert_text(rowan_time_format((struct rowan_time){ -1 }, text), "23:59:59.999999");
	assert_int(strlen(rowan_time_format((struct rowan_time){ INT64_MIN }, text)), 15);
}

/* ---- parsing ------------------------------------------------------------------- */

Test(calendar, instants_that_are_understood)
{
	static const struct {
		const char *text;
		int64_t us;
	} cases[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01t00:00:00z", 0 },
		{ "1970-01-01 00:00:00", 0 },
		{ "1970-01-01T00:00:00", 0 },
		{ "1970-01-01T02:00:00+02:00", 0 },
		{ "1969-12-31T18:30:00-05:30", 0 },
		{ "1970-01-01T23:59:00+23:59", 0 },
		{ "1970-01-01T00:00:00-00:00", 0 },
		{ "1970-01-01T00:00:00.5Z", 500000 },
		{ "1970-01-01T00:00:00.5", 500000 },
		{ "1970-01-01T00:00:00.05Z", 50000 },
		{ "1970-01-01T00:00:00.005Z", 5000 },
		{ "1970-01-01T00:00:00.0005Z", 500 },
		{ "1970-01-01T00:00:00.00005Z", 50 },
		{ "1970-01-01T00:00:00.000005Z", 5 },
		{ "1970-01-01T00:00:00.0000019Z", 1 },
		{ "1970-01-01T00:00:00.123456789012345678901234567890Z", 123456 },
		{ "2000-02-29T00:00:00Z", INT64_C(951782400) * SECOND },
		{ "+1970-01-01T00:00:00Z", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rowan_datetime got = { -7 };

		cr_assert(rowan_datetime_parse(cases[i].text, &got), "%s", cases[i].text);
		assert_int(got.us, cases[i].us);
	}
}

Test(calendar, instants_that_are_refused)
{
	static const char *const cases[] = {
		"", " ", "now", "1970", "1970-01-01", "1970-01-01T", "1970-01-01T00:00Z",
		"1970-01-01T00:00:00ZZ", "1970-01-01T00:00:00Z ", " 1970-01-01T00:00:00Z",
		"1970-1-01T00:00:00Z", "70-01-01T00:00:00Z", "1970-01-01X00:00:00Z",
		"1970-00-01T00:00:00Z", "1970-13-01T00:00:00Z", "1970-01-00T00:00:00Z",
		"1970-01-32T00:00:00Z", "1970-04-31T00:00:00Z", "1900-02-29T00:00:00Z",
		"1970-02-29T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z",
		"1990-12-31T23:59:60Z",	/* a leap second */
		"1970-01-01T00:00:00.Z", "1970-01-01T00:00:00,5Z",
		"1970-01-01T00:00:00+02", "1970-01-01T00:00:00+0200", "1970-01-01T00:00:00+24:00",
		"1970-01-01T00:00:00+00:60", "1970-01-01T-1:00:00Z", "12345-01-01T00:00:00Z",
		"+123-01-01T00:00:00Z", "+12345678-01-01T00:00:00Z",
		"+294247-01-10T04:00:54.775808Z", "-290308-12-21T19:59:05.224191Z",
		"-290308-12-21T19:59:05.224192+00:01",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rowan_datetime got = { 4711 };

		cr_assert_not(rowan_datetime_parse(cases[i], &got), "%s", cases[i]);
		assert_int(got.us, 4711);
	}
	cr_assert_not(rowan_datetime_parse(NULL, &(struct rowan_datetime){ 0 }));
}

Test(calendar, dates_and_times_that_are_refused)
{
	static const char *const dates[] = {
		"", "2024-02-30", "2023-02-29", "2024-2-3", "2024-02-03T00:00:00Z", "20240203",
		"+5881580-07-12", "-5877641-06-22", "2024-02-03 ",
	};
	static const char *const times[] = {
		"", "1:02:03", "01:02", "24:00:00", "01:60:00", "01:02:60", "01:02:03.",
		"01:02:03Z", "01:02:03+00:00", "01:02:03 ",
	};

	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		struct rowan_date date = { 4711 };

		cr_assert_not(rowan_date_parse(dates[i], &date), "%s", dates[i]);
		assert_int(date.days, 4711);
	}
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct rowan_time time = { 4711 };

		cr_assert_not(rowan_time_parse(times[i], &time), "%s", times[i]);
		assert_int(time.us, 4711);
	}
	cr_assert_not(rowan_date_parse(NULL, &(struct rowan_date){ 0 }));
	cr_assert_not(rowan_time_parse(NULL, &(struct rowan_time){ 0 }));
}
