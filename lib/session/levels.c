/* SPDX-License-Identifier: MIT */
#include "session/order.h"

#include "model/key.h"

/*
 * Levels.
 *
 * Among rows of tables that refer to each other in a circle, or to themselves, a row's level is
 * one more than the highest of those that it refers to and that are sent with it.  They are
 * found depth first, and without recursion: lists and trees of rows are as deep as they like.
 *
 * Where the way comes back to a row that is on it, the rows themselves are a circle.  It is cut
 * at the nearest key that can be NULL: see circles.c.
 */

#define LEVEL_OPEN UINT32_MAX /* not known yet */

/* A row of the same rank that is sent with the one that refers to it; NULL: none. */
struct reference {
	const struct key *key;
	struct change *to;
};

struct walk {
	struct rowan_session *session;
	struct work *work;
	struct vector way; /* each row refers to the next, whose level must be known first */

	/* The i-th reference of a row; false: it has no more, or an error. */
	bool (*reference)(struct rowan_session *session, const struct change *change, size_t i,
			  struct reference *out);
	/* See order.h. */
	bool (*cut)(struct rowan_session *session, struct work *work, struct change *change,
		    const struct key *key);
	/* The way back to the start of a circle without a key to cut is through this row. */
	void (*give_up)(struct rowan_session *session, struct change *change);
};

/* ---- rows to be inserted ------------------------------------------------------------ */

/* A row may refer to itself, if it has its key. */
static bool is_needed(const struct change *change, const struct key_link *link)
{
	const struct change *parent = link->parent;

	return !link->late && parent->state == CHANGE_INSERT &&
	       parent->plan->rank == change->plan->rank &&
	       (parent != change || !link_is_known(link, change->plan->rank));
}

static bool insert_reference(struct rowan_session *session, const struct change *change, size_t i,
			     struct reference *out)
{
	const struct key_link *link = change->links;

	(void)session;
	while (link && i-- > 0)
		link = link->next;
	if (!link)
		return false;
	*out = (struct reference){ link->key, is_needed(change, link) ? link->parent : NULL };
	return true;
}

static void refuse(struct rowan_session *session, struct change *change)
{
	session_fail(session, ROWAN_MISUSE, change->site,
		     "rows of %s that were never stored refer to each other in a circle, and no "
		     "foreign key of it can be NULL at first",
		     change->plan->table);
}

/* ---- rows to be deleted ------------------------------------------------------------- */

static bool delete_reference(struct rowan_session *session, const struct change *change, size_t i,
			     struct reference *out)
{
	const struct foreign_key *key = &change->plan->foreign_keys[i];
	struct change *to = NULL;
	void *row = NULL;

	if (i == change->plan->foreign_key_count)
		return false;
	if (key->target->rank == change->plan->rank)
		row = held_row(session, &key->references, &key->columns, change->flushed);
	if (row)
		to = unit_find(&session->unit, row);
	if (to == change || (to && to->state != CHANGE_DELETE))
		to = NULL;
	*out = (struct reference){ &key->columns, to };
	return session_ready(session) == ROWAN_OK;
}

/* Let the database judge. */
static void take_as_it_is(struct rowan_session *session, struct change *change)
{
	(void)session;
	change->level = 0;
}

/* ---- the walk ----------------------------------------------------------------------- */

/*
 * A row whose level must be known before this one's; else that is known from now on.  Keys
 * that can't be NULL are gone along first: where one of them closes a circle, that is cut
 * before this row, once, and not on each way that goes on from here.
 */
static bool find_open(const struct walk *walk, struct change *change, struct reference *open)
{
	uint32_t level = 0;
	struct reference reference;

	open->to = NULL;
	for (size_t i = 0; walk->reference(walk->session, change, i, &reference); i++) {
		if (!reference.to)
			continue;
		if (reference.to->level != LEVEL_OPEN) {
			if (reference.to->level >= level)
				level = reference.to->level + 1;
		} else if (!key_can_be_null(reference.key)) {
			*open = reference;
			return true;
		} else if (!open->to) {
			*open = reference;
		}
	}
	if (open->to)
		return true;
	change->level = level;
	return false;
}

static void go_on(struct walk *walk, struct change *change)
{
	change->visiting = true;
	if (!vector_push(&walk->way, change))
		session_no_memory(walk->session, change->site);
}

static struct change *last_of(const struct walk *walk)
{
	return walk->way.items[walk->way.count - 1];
}

static void go_back(struct walk *walk)
{
	last_of(walk)->visiting = false;
	walk->way.count--;
}

/* The way leads back to `start`: back to where it can be cut, and there on without the key. */
static void break_circle(struct walk *walk, const struct change *start)
{
	struct change *last = last_of(walk);

	for (size_t i = walk->way.count; i-- > 0;) {
		struct change *change = walk->way.items[i];
		struct reference open;

		if (find_open(walk, change, &open) &&
		    walk->cut(walk->session, walk->work, change, open.key)) {
			while (last_of(walk) != change)
				go_back(walk);
			return;
		}
		if (change == start || session_ready(walk->session))
			break;
	}
	if (session_ready(walk->session) == ROWAN_OK)
		walk->give_up(walk->session, last);
	go_back(walk);
}

static int find_level(struct walk *walk, struct change *first)
{
	struct rowan_session *session = walk->session;

	walk->way.count = 0;
	go_on(walk, first);
	while (walk->way.count > 0 && session_ready(session) == ROWAN_OK) {
		struct reference open;

		if (!find_open(walk, last_of(walk), &open))
			go_back(walk);
		else if (open.to->visiting)
			break_circle(walk, open.to);
		else
			go_on(walk, open.to);
	}
	return session_ready(session);
}

static int find_all(struct walk *walk, const struct vector *list)
{
	bool some_open = false;
	int status = ROWAN_OK;

	for (size_t i = 0; i < list->count; i++) {
		struct change *change = list->items[i];

		change->level = change->plan->circular ? LEVEL_OPEN : 0;
		some_open |= change->plan->circular;
	}
	for (size_t i = 0; some_open && i < list->count && status == ROWAN_OK; i++) {
		struct change *change = list->items[i];

		if (change->level == LEVEL_OPEN)
			status = find_level(walk, change);
	}
	vector_release(&walk->way);
	return status;
}

int find_levels(struct rowan_session *session, struct work *work)
{
	struct walk inserts = { .session = session,
				.work = work,
				.cut = cut_insert,
				.reference = insert_reference,
				.give_up = refuse };
	struct walk deletes = { .session = session,
				.work = work,
				.cut = cut_delete,
				.reference = delete_reference,
				.give_up = take_as_it_is };
	int status = find_all(&inserts, &work->inserts);

	return status < 0 ? status : find_all(&deletes, &work->deletes);
}
