/* SPDX-License-Identifier: MIT */
/* On sqlite3: 1,000 users with 10 tasks each. */
#include "throughput/sqlite/connection.h"

static struct raw_user *read_users(struct world *world)
{
	sqlite3_stmt *statement = world->sqlite->statements[RAW_USERS];
	struct raw_user *first = NULL, **end = &first;

	sqlite3_bind_int64(statement, 1, PARENTS);
	while (raw_step(world->sqlite, statement)) {
		*end = raw_read_user(&world->arena, statement, 0);
		end = &(*end)->next;
	}
	return first;
}

static uint64_t users_each(void *context, long count)
{
	struct world *world = context;
	sqlite3_stmt *statement = world->sqlite->statements[RAW_TASKS_OF];
	uint64_t sum = 0;

	for (long done = 0; done < count; done += PARENTS) {
		struct raw_user *users = read_users(world);

		for (struct raw_user *user = users; user; user = user->next) {
			sqlite3_bind_int64(statement, 1, user->id);
			while (raw_step(world->sqlite, statement))
				raw_append(user, raw_read_task(&world->arena, statement, 0));
		}
		sum = mix_raw_users(users);
		raw_clear(&world->arena);
	}
	return sum;
}

const struct twin sqlite_each[] = {
	{ "prepared", { .run = users_each } }, { 0 },
};

/* "[1,2,3]" and where it ends. */
static char *add_key(char *out, int64_t id)
{
	char digits[20];
	int length = 0;

	do {
		digits[length++] = (char)('0' + id % 10);
		id /= 10;
	} while (id);
	while (length)
		*out++ = digits[--length];
	return out;
}

static uint64_t users_selectin(void *context, long count)
{
	struct world *world = context;
	sqlite3_stmt *statement = world->sqlite->statements[RAW_TASKS_OF_ALL];
	uint64_t sum = 0;

	for (long done = 0; done < count; done += PARENTS) {
		struct raw_user *users = read_users(world);
		struct raw_users by_key = { 0 };
		char *keys = raw_alloc(&world->arena, PARENTS * 20), *end = keys;

		for (struct raw_user *user = users; user; user = user->next) {
			*end = end == keys ? '[' : ',';
			end = add_key(end + 1, user->id);
			raw_remember(&by_key, user);
		}
		*end++ = ']';

		sqlite3_bind_text(statement, 1, keys, (int)(end - keys), SQLITE_STATIC);
		while (raw_step(world->sqlite, statement))
			raw_append_to_owner(&by_key, raw_read_task(&world->arena, statement, 0));
		sum = mix_raw_users(users);
		raw_clear(&world->arena);
	}
	return sum;
}

const struct twin sqlite_selectin[] = {
	{ "json_each", { .run = users_selectin } }, { 0 },
};

static uint64_t users_joined(void *context, long count)
{
	struct world *world = context;
	sqlite3_stmt *statement = world->sqlite->statements[RAW_USERS_AND_TASKS];
	uint64_t sum = 0;

	for (long done = 0; done < count; done += PARENTS) {
		struct raw_user *first = NULL, **end = &first, *user = NULL;

		sqlite3_bind_int64(statement, 1, PARENTS);
		while (raw_step(world->sqlite, statement)) {
			/* The user's columns are read once, not for each task. */
			if (!user || user->id != sqlite3_column_int64(statement, 0)) {
				user = *end = raw_read_user(&world->arena, statement, 0);
				end = &user->next;
			}
			if (sqlite3_column_type(statement, 5) != SQLITE_NULL)
				raw_append(user, raw_read_task(&world->arena, statement, 5));
		}
		sum = mix_raw_users(first);
		raw_clear(&world->arena);
	}
	return sum;
}

const struct twin sqlite_joined[] = {
	{ "prepared", { .run = users_joined } }, { 0 },
};
