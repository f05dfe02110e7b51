/* SPDX-License-Identifier: MIT */
#include "throughput/postgres/connection.h"

#include <stdlib.h>

static inline const char *get_text(struct raw_arena *arena, const PGresult *result, int row,
				   int column)
{
	return raw_text(arena, PQgetvalue(result, row, column),
			(size_t)PQgetlength(result, row, column));
}

/* ---- text ----------------------------------------------------------------- */

static int number(const char *digits, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++)
		value = value * 10 + (digits[i] - '0');
	return value;
}

/* Days since 1970 of a date, from March on: leap days are then the last of a year. */
static int64_t days(int year, int month, int day)
{
	int y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;

	return 365L * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

/* "2024-02-29 12:34:56.000789+00", with as many decimals as it takes */
static int64_t parse_time(const char *text)
{
	int64_t seconds = days(number(text, 4), number(text + 5, 2), number(text + 8, 2)) * 86400 +
			  number(text + 11, 2) * 3600 + number(text + 14, 2) * 60 +
			  number(text + 17, 2);
	int64_t us = 0, unit = 100000;

	if (text[19] == '.')
		for (const char *digit = text + 20; *digit >= '0' && *digit <= '9'; digit++) {
			us += (*digit - '0') * unit;
			unit /= 10;
		}
	return seconds * 1000000 + us;
}

static int64_t parse_int(const PGresult *result, int row, int column)
{
	return strtoll(PQgetvalue(result, row, column), NULL, 10);
}

static void parse_task(struct raw_task *task, const PGresult *result, int row, int first)
{
	task->id = parse_int(result, row, first);
	task->completed = *PQgetvalue(result, row, first + 3) == 't';
	task->priority = (int32_t)parse_int(result, row, first + 4);
	task->owner_id = parse_int(result, row, first + 5);
	task->created_at = parse_time(PQgetvalue(result, row, first + 6));
}

static void parse_user(struct raw_user *user, const PGresult *result, int row)
{
	user->id = parse_int(result, row, 0);
	user->is_active = *PQgetvalue(result, row, 3) == 't';
	user->created_at = parse_time(PQgetvalue(result, row, 4));
}

/* ---- rows ----------------------------------------------------------------- */

struct raw_task *pq_read_task(struct raw_arena *arena, const PGresult *result, int row,
			      int first, enum pq_way way)
{
	struct raw_task *task = raw_alloc(arena, sizeof(*task));

	task->title = get_text(arena, result, row, first + 1);
	task->description = PQgetisnull(result, row, first + 2)
				    ? NULL : get_text(arena, result, row, first + 2);
	task->next = NULL;
	if (way == PQ_TEXT) {
		parse_task(task, result, row, first);
		return task;
	}
	task->id = pq_int64(result, row, first);
	task->completed = *PQgetvalue(result, row, first + 3) != 0;
	task->priority = (int32_t)pq_get32(PQgetvalue(result, row, first + 4));
	task->owner_id = pq_int64(result, row, first + 5);
	task->created_at = pq_int64(result, row, first + 6) + PQ_EPOCH_US;
	return task;
}

struct raw_user *pq_read_user(struct raw_arena *arena, const PGresult *result, int row,
			      enum pq_way way)
{
	struct raw_user *user = raw_alloc(arena, sizeof(*user));

	user->email = get_text(arena, result, row, 1);
	user->name = get_text(arena, result, row, 2);
	user->tasks = user->last_task = NULL;
	user->next = NULL;
	if (way == PQ_TEXT) {
		parse_user(user, result, row);
		return user;
	}
	user->id = pq_int64(result, row, 0);
	user->is_active = *PQgetvalue(result, row, 3) != 0;
	user->created_at = pq_int64(result, row, 4) + PQ_EPOCH_US;
	return user;
}

struct raw_task *pq_read_tasks(struct world *world, PGresult *result, enum pq_way way)
{
	struct raw_task *first = NULL, **end = &first;
	int count = PQntuples(result);

	for (int row = 0; row < count; row++) {
		*end = pq_read_task(&world->arena, result, row, 0, way);
		end = &(*end)->next;
	}
	PQclear(result);
	return first;
}
