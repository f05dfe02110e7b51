/* SPDX-License-Identifier: MIT */
/*
 * Days, instants and their ISO 8601 text.  The calendar is the proleptic
 * Gregorian one; days_from_civil() and civil_from_days() are Howard Hinnant's
 * (chrono-Compatible Low-Level Date Algorithms, 2013).
 */
#include <rowan/value.h>

#include <stdio.h>
#include <time.h>

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_MINUTE (60 * US_PER_SECOND)
#define US_PER_DAY (86400 * US_PER_SECOND)

/* ---- the calendar --------------------------------------------------------- */

struct civil {
	int64_t year;
	int month, day;
};

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t floor_mod(int64_t a, int64_t b)
{
	int64_t rest = a % b;

	return rest < 0 ? rest + b : rest;
}

/*
 * Years run from March, so that the leap day is the last one, and come in eras
 * of 400, which are 146,097 days each.
 */
static int64_t days_from_civil(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = floor_div(y, 400);
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static struct civil civil_from_days(int64_t days)
{
	int64_t era = floor_div(days + 719468, 146097);
	int64_t day_of_era = days + 719468 - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524
			       - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era
		- (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int month = (int)((5 * day_of_year + 2) / 153);
	int day = (int)(day_of_year - (153 * month + 2) / 5 + 1);

	month += month < 10 ? 3 : -9;
	return (struct civil){ year_of_era + era * 400 + (month <= 2), month, day };
}

static int days_in_month(int64_t year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && leap ? 29 : days[month - 1];
}

/* Days since 1970 with months and days that may be beyond their range. */
static int64_t days_carried(int year, int month, int day)
{
	int64_t months = (int64_t)month - 1;

	return days_from_civil(year + floor_div(months, 12), (int)floor_mod(months, 12) + 1, 1)
		+ day - 1;
}

/* An instant that does not fit is the nearest one that does. */
static int64_t instant(int64_t days, int64_t us)
{
	int64_t result;

	if (__builtin_mul_overflow(days, US_PER_DAY, &result)
	    || __builtin_add_overflow(result, us, &result))
		return days < 0 ? INT64_MIN : INT64_MAX;
	return result;
}

struct rowan_datetime rowan_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (struct rowan_datetime){ now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000 };
}

struct rowan_datetime rowan_datetime(int year, int month, int day,
				     int hour, int minute, int second)
{
	int64_t seconds = (int64_t)hour * 3600 + (int64_t)minute * 60 + second;

	return (struct rowan_datetime){
		instant(days_carried(year, month, day) + floor_div(seconds, 86400),
			floor_mod(seconds, 86400) * US_PER_SECOND) };
}

struct rowan_date rowan_date(int year, int month, int day)
{
	int64_t days = days_carried(year, month, day);

	if (days > INT32_MAX)
		days = INT32_MAX;
	if (days < INT32_MIN)
		days = INT32_MIN;
	return (struct rowan_date){ (int32_t)days };
}

/* There is no day to carry to: 25:00 is 01:00. */
struct rowan_time rowan_time(int hour, int minute, int second)
{
	int64_t seconds = (int64_t)hour * 3600 + (int64_t)minute * 60 + second;

	return (struct rowan_time){ floor_mod(seconds, 86400) * US_PER_SECOND };
}

/* ---- to text -------------------------------------------------------------- */

/* A year of more than four digits has a sign, as ISO 8601 wants it. */
static int format_days(int64_t days, char *buffer, size_t size)
{
	struct civil civil = civil_from_days(days);
	const char *sign = civil.year < 0 ? "-" : civil.year > 9999 ? "+" : "";
	long long year = civil.year < 0 ? -civil.year : civil.year;

	/* The masks change nothing; they tell gcc that two digits are enough. */
	return snprintf(buffer, size, "%s%04lld-%02d-%02d", sign, year, civil.month & 15,
			civil.day & 31);
}

static int format_time(int64_t us, char *buffer, size_t size)
{
	int seconds = (int)(us / US_PER_SECOND);
	int fraction = (int)(us % US_PER_SECOND);
	int length = snprintf(buffer, size, "%02d:%02d:%02d",
			      seconds / 3600, seconds / 60 % 60, seconds % 60);

	if (fraction)
		length += snprintf(buffer + length, size - (size_t)length, ".%06d", fraction);
	return length;
}

char *rowan_date_format(struct rowan_date value, char buffer[ROWAN_DATE_SIZE])
{
	format_days(value.days, buffer, ROWAN_DATE_SIZE);
	return buffer;
}

char *rowan_time_format(struct rowan_time value, char buffer[ROWAN_TIME_SIZE])
{
	format_time(floor_mod(value.us, US_PER_DAY), buffer, ROWAN_TIME_SIZE);
	return buffer;
}

char *rowan_datetime_format(struct rowan_datetime value, char buffer[ROWAN_DATETIME_SIZE])
{
	size_t size = ROWAN_DATETIME_SIZE;
	size_t at = (size_t)format_days(floor_div(value.us, US_PER_DAY), buffer, size);

	buffer[at++] = 'T';
	at += (size_t)format_time(floor_mod(value.us, US_PER_DAY), buffer + at, size - at);
	buffer[at++] = 'Z';
	buffer[at] = '\0';
	return buffer;
}

/* ---- from text ------------------------------------------------------------ */

/*
 * Readers take a cursor and move it behind what they understood.  After a
 * refusal the cursor is of no use.
 */
static bool read_digits(const char **text, int count, int64_t *out)
{
	*out = 0;
	for (; count > 0; count--, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		*out = *out * 10 + (**text - '0');
	}
	return true;
}

static bool read_char(const char **text, char wanted)
{
	if (**text != wanted)
		return false;
	(*text)++;
	return true;
}

/* Four digits, or a sign and as many as a date can have. */
static bool read_year(const char **text, int64_t *out)
{
	bool negative = **text == '-';
	int digits = 0;

	if (!negative && **text != '+')
		return read_digits(text, 4, out);
	(*text)++;
	while (digits < 8 && (*text)[digits] >= '0' && (*text)[digits] <= '9')
		digits++;
	if (digits < 4 || digits > 7 || !read_digits(text, digits, out))
		return false;
	if (negative)
		*out = -*out;
	return true;
}

static bool read_days(const char **text, int64_t *out)
{
	int64_t year, month, day;

	if (!read_year(text, &year) || !read_char(text, '-') || !read_digits(text, 2, &month)
	    || !read_char(text, '-') || !read_digits(text, 2, &day))
		return false;
	if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, (int)month))
		return false;
	*out = days_from_civil(year, (int)month, (int)day);
	return true;
}

/* ".5" to ".500000"; digits beyond the microsecond are dropped. */
static bool read_fraction(const char **text, int64_t *us)
{
	int64_t scale = US_PER_SECOND / 10;

	*us = 0;
	if (!read_char(text, '.'))
		return true;
	if (**text < '0' || **text > '9')
		return false;
	for (; **text >= '0' && **text <= '9'; (*text)++, scale /= 10)
		*us += scale * (**text - '0');
	return true;
}

/* Leap seconds are refused: no instant of ours stands for one. */
static bool read_time(const char **text, int64_t *out)
{
	int64_t hour, minute, second, fraction;

	if (!read_digits(text, 2, &hour) || !read_char(text, ':')
	    || !read_digits(text, 2, &minute) || !read_char(text, ':')
	    || !read_digits(text, 2, &second) || !read_fraction(text, &fraction))
		return false;
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	*out = (hour * 3600 + minute * 60 + second) * US_PER_SECOND + fraction;
	return true;
}

/* Microseconds east of UTC: Z, +02:00, or nothing. */
static bool read_offset(const char **text, int64_t *out)
{
	int64_t hour, minute;
	bool west = **text == '-';

	*out = 0;
	if (**text == '\0' || read_char(text, 'Z') || read_char(text, 'z'))
		return true;
	if (!west && **text != '+')
		return false;
	(*text)++;
	if (!read_digits(text, 2, &hour) || !read_char(text, ':') || !read_digits(text, 2, &minute)
	    || hour > 23 || minute > 59)
		return false;
	*out = (west ? -1 : 1) * (hour * 60 + minute) * US_PER_MINUTE;
	return true;
}

bool rowan_date_parse(const char *text, struct rowan_date *out)
{
	int64_t days;

	if (!text || !read_days(&text, &days) || *text || days < INT32_MIN || days > INT32_MAX)
		return false;
	out->days = (int32_t)days;
	return true;
}

bool rowan_time_parse(const char *text, struct rowan_time *out)
{
	int64_t us;

	if (!text || !read_time(&text, &us) || *text)
		return false;
	out->us = us;
	return true;
}

bool rowan_datetime_parse(const char *text, struct rowan_datetime *out)
{
	int64_t days, time, offset, us;

	if (!text || !read_days(&text, &days)
	    || !(read_char(&text, 'T') || read_char(&text, 't') || read_char(&text, ' '))
	    || !read_time(&text, &time) || !read_offset(&text, &offset) || *text)
		return false;

	/* The earliest instant's day begins before it: multiply towards zero. */
	if (days < 0) {
		days++;
		time -= US_PER_DAY;
	}
	if (__builtin_mul_overflow(days, US_PER_DAY, &us)
	    || __builtin_add_overflow(us, time - offset, &us))
		return false;
	out->us = us;
	return true;
}
