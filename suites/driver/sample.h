/* SPDX-License-Identifier: MIT */
#ifndef SUITES_DRIVER_SAMPLE_H
#define SUITES_DRIVER_SAMPLE_H

/* A row with everything that a driver binds and reads. */

#include "support.h"

#include "base/slot.h"

/* A member of every type, and of every type that may be NULL. */
struct sample {
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

#define SAMPLE_SLOTS 23
#define SAMPLE_PLAIN 12		/* the first ones, which hold no NULL */

/* Of a table "samples". */
extern const struct slot sample_slots[SAMPLE_SLOTS];

/* Something in every member that holds no NULL. */
struct sample usual_sample(void);

/* Equal in one member, or in every one; text and bytes are copies. */
void assert_value(const struct slot *slot, const struct sample *got, const struct sample *want);
void assert_sample(const struct sample *got, const struct sample *want);

#endif
