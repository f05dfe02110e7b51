/* SPDX-License-Identifier: MIT */
#ifndef SESSION_UNIT_H
#define SESSION_UNIT_H

/*
 * The unit of work: every row that was handed out writable, and what is to become
 * of it.  Rows that were only read are not here and cost nothing at a flush.
 */

#include "base/vector.h"
#include "model/plan.h"

enum change_state {
	CHANGE_NEW,		/* made, not added: no part of the work yet */
	CHANGE_INSERT,		/* to be inserted */
	CHANGE_STORED,		/* in the database; updated if it differs from `flushed` */
	CHANGE_DELETE,		/* to be deleted */
	CHANGE_GONE,		/* deleted in this transaction */
};

/*
 * A foreign key that follows a row: `column` of the child is to be the value of
 * `parent_column`, which may be known only once the parent was inserted.
 */
struct key_link {
	struct key_link *next;
	const struct key *key;	/* that the column is part of */
	const struct column *column, *parent_column;
	struct change *parent;
	bool followed;		/* the child was sent with it */
	bool late;		/* .. is sent without it first: see circles.c */
	bool brings;		/* .. comes into the work with the parent */
};

/* A row that was appended to another, and is to be added with it if its link still says so. */
struct brought {
	struct brought *next;
	struct change *child;
};

struct change {
	const struct plan *plan;
	void *row;
	/*
	 * The row as the database has it in this transaction, and as it had it at
	 * the last commit; NULL if it has not.  The same memory as long as they are
	 * equal.
	 */
	void *flushed, *saved;
	struct key_link *links;
	struct brought *brought;
	/* What the database put into it in this transaction, ended by NULL; or NULL. */
	const struct column *const *put_in;
	struct rowan_site site;		/* where it was made, or first edited */
	uint64_t dirty;			/* flush: columns to be sent; see change_compare() */
	uint32_t order;			/* of coming into the unit */
	uint32_t asked;			/* the last flush in which its hook was called */
	uint32_t level;			/* flush: see levels.c */
	uint8_t state;			/* enum change_state */
	bool visiting;			/* .. on the way that is being walked */
	bool key_generated;		/* the database numbered it, in this transaction */
	bool awaited;			/* its key is on the way: see outbox.h */
	bool sent;			/* committing: `flushed` is to become the row as it is */
	bool orphaned;			/* left a relation with DELETE_ORPHAN, and entered none */
	bool cascaded;			/* to be deleted, and so are those of its relations */
	bool cut;			/* flush: in two statements, for it is in a circle */
};

/* A row's slot came to lead to the target, or no longer does. */
struct step {
	const struct relation *relation;
	void *row;
	const void *target;
	bool add;
};

/* What the row's column follows, or NULL. */
struct key_link *change_link_of(const struct change *change, const struct column *column);

/* Whether a stored row differs from what the database has. */
bool change_is_dirty(const struct change *change);

/*
 * The same, noting the columns; each is compared once in a flush.  The last bit
 * stands for all columns from the 64th on.
 */
bool change_compare(struct change *change);

/* The first noted column at or after `from`; the number of columns if there is none. */
size_t change_next_dirty(const struct change *change, size_t from);

/* The next version of what was stored, whatever was written into the row. */
void row_count_update(const struct plan *plan, void *row, const void *stored);
void change_count_update(struct change *change);

struct unit_entry { const void *row; struct change *change; };

struct unit {
	struct vector changes;		/* struct change *, in the order they came */
	struct unit_entry *entries;	/* by address of the row; open addressing */
	size_t capacity;
	uint32_t next_order;
	bool deletes_wait;		/* something may be in CHANGE_DELETE, */
	bool some_gone;			/* .. in CHANGE_GONE, */
	bool some_linked;		/* .. have links, */
	bool some_orphaned;		/* .. be orphaned */
	struct step *steps;		/* since the last flush */
	size_t step_count, step_capacity;
};

/* Whether the row has its key already, or the database is to number it. */
bool row_has_key(const struct plan *plan, const void *row);
static inline bool change_has_key(const struct change *change)
{
	return row_has_key(change->plan, change->row);
}

/* The change of a row, or NULL. */
struct change *unit_find(const struct unit *unit, const void *row);

/* Remember a change under its row; false when there is no memory. */
bool unit_add(struct unit *unit, struct change *change);

/* Remember a step; false when there is no memory. */
bool unit_note(struct unit *unit, struct step step);

/* Nothing waits any more: it was flushed, or rolled back. */
void unit_settle(struct unit *unit);

/* Forget a change. */
void unit_remove(struct unit *unit, const struct change *change);

/* Forget the changes for which `keep` is false. */
void unit_keep(struct unit *unit, bool (*keep)(const struct change *change));

/* Forget all changes; memory is kept for as many again. */
void unit_clear(struct unit *unit);
void unit_release(struct unit *unit);

#endif
