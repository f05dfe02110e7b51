/* SPDX-License-Identifier: MIT */
#include "session/session.h"

/*
 * Foreign keys that follow rows: see struct key_link.
 */

/* ---- rows that come along ------------------------------------------------------------ */

static bool is_added(const struct change *change)
{
	return change->state == CHANGE_INSERT || change->state == CHANGE_STORED;
}

static bool add_parents(const struct change *change, struct vector *added)
{
	for (struct key_link *link = change->links; link; link = link->next) {
		if (link->parent->state != CHANGE_NEW)
			continue;
		link->parent->state = CHANGE_INSERT;
		if (!vector_push(added, link->parent))
			return false;
	}
	return true;
}

/* .. that added rows follow. */
static int add_all_parents(struct rowan_session *session, struct rowan_site site)
{
	const struct vector *changes = &session->unit.changes;
	struct vector added = { 0 };
	bool fits = true;

	for (size_t i = 0; i < changes->count && fits; i++) {
		if (!is_added(changes->items[i]))
			continue;
		fits = add_parents(changes->items[i], &added);
		while (added.count > 0 && fits)
			fits = add_parents(added.items[--added.count], &added);
	}
	vector_release(&added);
	return fits ? ROWAN_OK : session_no_memory(session, site);
}

bool change_is_brought(const struct change *change)
{
	for (const struct key_link *link = change->links; link; link = link->next)
		if (link->brings)
			return true;
	return false;
}

static bool comes_now(const struct change *change)
{
	for (const struct key_link *link = change->links; link; link = link->next)
		if (link->brings && is_added(link->parent))
			return true;
	return false;
}

/* .. that were appended to added ones; true if there were any. */
static bool add_brought(const struct vector *changes)
{
	bool some = false;

	/* There and back: either of two may be the older. */
	for (size_t i = 0; i < 2 * changes->count; i++) {
		size_t at = i < changes->count ? i : 2 * changes->count - 1 - i;
		struct change *change = changes->items[at];

		if (change->state != CHANGE_NEW || !comes_now(change))
			continue;
		change->state = CHANGE_INSERT;
		some = true;
	}
	return some;
}

int add_others(struct rowan_session *session, struct rowan_site site)
{
	int status = ROWAN_OK;

	if (!session->unit.some_linked)
		return ROWAN_OK;
	do
		status = add_all_parents(session, site);
	while (status == ROWAN_OK && session->unit.some_brought &&
	       add_brought(&session->unit.changes));
	return status;
}

void bring_along(struct rowan_session *session, struct change *child, const struct key *key,
		 bool brings)
{
	for (struct key_link *link = child->links; link; link = link->next)
		if (link->key == key)
			link->brings = brings;
	session->unit.some_brought |= brings;
}

void leave_alone(struct change *change)
{
	for (struct key_link *link = change->links; link; link = link->next)
		link->brings = false;
}

/* ---- where values come from ---------------------------------------------------------- */

struct source {
	const struct change *change;
	const struct column *column;
};

static const struct key_link *link_of(const struct source *at)
{
	for (const struct key_link *link = at->change->links; link; link = link->next)
		if (link->column == at->column)
			return link;
	return NULL;
}

bool leads_back(const struct change *parent, const struct column *parent_column,
		const struct change *child, const struct column *column)
{
	struct source at = { parent, parent_column };
	const struct key_link *link;

	while ((at.change != child || at.column != column) && (link = link_of(&at)))
		at = (struct source){ link->parent, link->parent_column };
	return at.change == child && at.column == column;
}

/* What is there was written after the parent's key was. */
static bool was_followed(const struct change *change, const struct key_link *link)
{
	return link->followed && change->state == CHANGE_STORED;
}

/* The parent's column may follow another. */
static struct source source_of(const struct key_link *link)
{
	struct source at = { link->parent, link->parent_column };

	while ((link = link_of(&at)) && !was_followed(at.change, link))
		at = (struct source){ link->parent, link->parent_column };
	return at;
}

bool link_is_known(const struct key_link *link, uint32_t rank)
{
	struct source source = source_of(link);

	if (source.change->state != CHANGE_INSERT || source.change->plan->rank < rank)
		return true;
	if (source.column == source.change->plan->generated)
		return change_has_key(source.change);
	return !source.column->omittable || slot_value(slot_of(source.column), source.change->row);
}

bool link_is_awaited(const struct key_link *link)
{
	if (!link->late)
		return link->parent->awaited;
	return !slot_of(link->column)->nullable && source_of(link).change->awaited;
}

/* ---- following ----------------------------------------------------------------------- */

/* Before all rows of the circle are there: NULL, or what is known. */
static void set_late(const struct change *change, const struct key_link *link)
{
	const struct slot *slot = slot_of(link->column);
	struct source source;

	if (slot->nullable) {
		slot_set(slot, change->row, (struct rowan_value){ .null = true });
		return;
	}
	source = source_of(link);
	slot_assign(slot, change->row, slot_of(source.column), source.change->row);
}

void change_follow_keys(struct change *change)
{
	for (struct key_link *link = change->links; link; link = link->next) {
		if (link->late && change->state == CHANGE_INSERT)
			set_late(change, link);
		else if (!was_followed(change, link))
			slot_assign(slot_of(link->column), change->row,
				    slot_of(link->parent_column), link->parent->row);
	}
}

bool change_waits_for_key(const struct change *change)
{
	for (const struct key_link *link = change->links; link; link = link->next)
		if (link->parent->state == CHANGE_INSERT)
			return true;
	return false;
}

void keys_followed(const struct vector *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct change *change = list->items[i];

		for (struct key_link *link = change->links; link; link = link->next)
			link->followed = true;
	}
}
