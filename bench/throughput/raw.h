/* SPDX-License-Identifier: MIT */
#ifndef THROUGHPUT_RAW_H
#define THROUGHPUT_RAW_H

/*
 * What the twins of all engines share, written as a careful C programmer does it:
 * rows and their text in an arena that is freed at once, lists that are chained.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct raw_task {
	int64_t id;
	const char *title;
	const char *description;
	int64_t owner_id;
	int64_t created_at;
	int32_t priority;
	bool completed;
	struct raw_task *next;	/* of the same owner, or of the same result */
};

struct raw_user {
	int64_t id;
	const char *email;
	const char *name;
	int64_t created_at;
	bool is_active;
	struct raw_task *tasks, *last_task;
	struct raw_user *next;
};

/* ---- memory --------------------------------------------------------------- */

struct raw_chunk {
	struct raw_chunk *next;
	size_t size;
};

struct raw_arena {
	char *next, *end;
	struct raw_chunk *chunks;
};

/* Forget all rows; one chunk is kept for those to come. */
void raw_clear(struct raw_arena *arena);
void raw_free(struct raw_arena *arena);
void *raw_grow_(struct raw_arena *arena, size_t size);

static inline void *raw_alloc(struct raw_arena *arena, size_t size)
{
	size = (size + 7) & ~(size_t)7;
	if (size <= (size_t)(arena->end - arena->next)) {
		void *memory = arena->next;

		arena->next += size;
		return memory;
	}
	return raw_grow_(arena, size);
}

/* `size` bytes of text and a NUL; NULL stays NULL. */
static inline const char *raw_text(struct raw_arena *arena, const char *text, size_t size)
{
	char *copy;

	if (!text)
		return NULL;
	copy = raw_alloc(arena, size + 1);
	memcpy(copy, text, size);
	copy[size] = '\0';
	return copy;
}

/* ---- rows ----------------------------------------------------------------- */

/* A row that lives on, with text of its own, as the session's rows do. */
struct raw_task *raw_new_task(struct raw_arena *arena, const struct raw_task *input);

/* To its owner's tasks. */
static inline void raw_append(struct raw_user *user, struct raw_task *task)
{
	if (user->last_task)
		user->last_task->next = task;
	else
		user->tasks = task;
	user->last_task = task;
}

/* Users by key: open addressing, at most half full. */
#define RAW_SLOTS 2048u

struct raw_users {
	struct raw_user *slots[RAW_SLOTS];
	struct raw_user *latest;	/* tasks come owner by owner, as a rule */
};

static inline unsigned raw_slot(int64_t id)
{
	return (unsigned)((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 53) % RAW_SLOTS;
}

static inline void raw_remember(struct raw_users *users, struct raw_user *user)
{
	unsigned slot = raw_slot(user->id);

	while (users->slots[slot])
		slot = (slot + 1) % RAW_SLOTS;
	users->slots[slot] = user;
}

/* To the tasks of the user it belongs to, who is there. */
static inline void raw_append_to_owner(struct raw_users *users, struct raw_task *task)
{
	if (!users->latest || users->latest->id != task->owner_id) {
		unsigned slot = raw_slot(task->owner_id);

		while (users->slots[slot]->id != task->owner_id)
			slot = (slot + 1) % RAW_SLOTS;
		users->latest = users->slots[slot];
	}
	raw_append(users->latest, task);
}

#endif
