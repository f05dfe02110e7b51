/* SPDX-License-Identifier: MIT */
/* 1,000 users with 10 tasks each: one by one, by select-in, joined. */
#include "throughput/workload.h"

/* ---- Rowan ---------------------------------------------------------------- */

static uint64_t rowan_users(struct world *world, const struct rowan_query *query, long count)
{
	struct rowan_session *session = world->session;
	uint64_t sum = 0;

	for (long done = 0; done < count; done += PARENTS) {
		struct rowan_result *result = rowan_exec(session, *query);
		const struct user *user;

		sum = 0;
		while ((user = rowan_next(result)) != NULL) {
			sum = mix_user(sum, user);
			for (size_t i = 0; i < rowan_load(session, user, tasks).count; i++)
				sum = mix_task(sum, user->tasks.rows[i]);
		}
		must(session, rowan_clear(session));
	}
	return sum;
}

#define USERS_WITH_TASKS(loading_) rowan_select(user, \
	.where = rowan_le(USER(id), PARENTS), \
	.order_by = { rowan_asc(USER(id)) }, \
	.load = { loading_(user, tasks) })

static uint64_t rowan_users_each(void *context, long count)
{
	struct rowan_query query = USERS_WITH_TASKS(rowan_each);

	return rowan_users(context, &query, count);
}

static uint64_t rowan_users_selectin(void *context, long count)
{
	struct rowan_query query = USERS_WITH_TASKS(rowan_selectin);

	return rowan_users(context, &query, count);
}

static uint64_t rowan_users_joined(void *context, long count)
{
	struct rowan_query query = USERS_WITH_TASKS(rowan_joined);

	return rowan_users(context, &query, count);
}

/* ---- by hand -------------------------------------------------------------- */

static void append(struct raw_user *user, struct raw_task *task)
{
	if (user->last_task)
		user->last_task->next = task;
	else
		user->tasks = task;
	user->last_task = task;
}

static uint64_t walk(const struct raw_user *user)
{
	uint64_t sum = 0;

	for (; user; user = user->next) {
		sum = mix_raw_user(sum, user);
		for (const struct raw_task *task = user->tasks; task; task = task->next)
			sum = mix_raw_task(sum, task);
	}
	return sum;
}

static struct raw_user *read_users(struct raw *raw)
{
	sqlite3_stmt *statement = raw->statements[RAW_USERS];
	struct raw_user *first = NULL, **end = &first;

	sqlite3_bind_int64(statement, 1, PARENTS);
	while (raw_step(raw, statement)) {
		*end = raw_read_user(raw, statement, 0);
		end = &(*end)->next;
	}
	return first;
}

static uint64_t raw_users_each(void *context, long count)
{
	struct raw *raw = ((struct world *)context)->raw;
	sqlite3_stmt *statement = raw->statements[RAW_TASKS_OF];
	uint64_t sum = 0;

	for (long done = 0; done < count; done += PARENTS) {
		struct raw_user *users = read_users(raw);

		for (struct raw_user *user = users; user; user = user->next) {
			sqlite3_bind_int64(statement, 1, user->id);
			while (raw_step(raw, statement))
				append(user, raw_read_task(raw, statement, 0));
		}
		sum = walk(users);
		raw_clear(raw);
	}
	return sum;
}

/* Users by key: open addressing, at most half full. */
#define SLOTS 2048u

static unsigned first_slot(int64_t id)
{
	return (unsigned)((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 53) % SLOTS;
}

static void remember(struct raw_user *slots[SLOTS], struct raw_user *user)
{
	unsigned slot = first_slot(user->id);

	while (slots[slot])
		slot = (slot + 1) % SLOTS;
	slots[slot] = user;
}

static struct raw_user *find(struct raw_user *const slots[SLOTS], int64_t id)
{
	unsigned slot = first_slot(id);

	while (slots[slot]->id != id)
		slot = (slot + 1) % SLOTS;
	return slots[slot];
}

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

static uint64_t raw_users_selectin(void *context, long count)
{
	struct raw *raw = ((struct world *)context)->raw;
	sqlite3_stmt *statement = raw->statements[RAW_TASKS_OF_ALL];
	uint64_t sum = 0;

	for (long done = 0; done < count; done += PARENTS) {
		struct raw_user *slots[SLOTS] = { NULL };
		struct raw_user *users = read_users(raw), *owner = NULL;
		char *keys = raw_alloc(raw, PARENTS * 20), *end = keys;

		for (struct raw_user *user = users; user; user = user->next) {
			*end = end == keys ? '[' : ',';
			end = add_key(end + 1, user->id);
			remember(slots, user);
		}
		*end++ = ']';

		sqlite3_bind_text(statement, 1, keys, (int)(end - keys), SQLITE_STATIC);
		while (raw_step(raw, statement)) {
			struct raw_task *task = raw_read_task(raw, statement, 0);

			/* They come owner by owner, as a rule. */
			if (!owner || owner->id != task->owner_id)
				owner = find(slots, task->owner_id);
			append(owner, task);
		}
		sum = walk(users);
		raw_clear(raw);
	}
	return sum;
}

static uint64_t raw_users_joined(void *context, long count)
{
	struct raw *raw = ((struct world *)context)->raw;
	sqlite3_stmt *statement = raw->statements[RAW_USERS_AND_TASKS];
	uint64_t sum = 0;

	for (long done = 0; done < count; done += PARENTS) {
		struct raw_user *first = NULL, **end = &first, *user = NULL;

		sqlite3_bind_int64(statement, 1, PARENTS);
		while (raw_step(raw, statement)) {
			/* The user's columns are read once, not for each task. */
			if (!user || user->id != sqlite3_column_int64(statement, 0)) {
				user = *end = raw_read_user(raw, statement, 0);
				end = &user->next;
			}
			if (sqlite3_column_type(statement, 5) != SQLITE_NULL)
				append(user, raw_read_task(raw, statement, 5));
		}
		sum = walk(first);
		raw_clear(raw);
	}
	return sum;
}

const struct workload each_workload = {
	.name = "each", .title = "1,000 x 10, one query each (N+1)", .unit = "parent",
	.count = 5 * PARENTS, .target = 1.25,
	.rowan = { .run = rowan_users_each },
	.twin = { .run = raw_users_each },
};

const struct workload selectin_workload = {
	.name = "selectin", .title = "1,000 x 10, select-in", .unit = "parent",
	.count = 5 * PARENTS, .target = 1.2,
	.rowan = { .run = rowan_users_selectin },
	.twin = { .run = raw_users_selectin },
};

const struct workload joined_workload = {
	.name = "joined", .title = "1,000 x 10, joined", .unit = "parent",
	.count = 5 * PARENTS, .target = 1.2,
	.rowan = { .run = rowan_users_joined },
	.twin = { .run = raw_users_joined },
};
