/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include "model/key.h"

/*
 * Foreign keys that follow rows: see struct key_link.
 */

/* ---- rows that come along ------------------------------------------------------------ */

static bool is_added(const struct change *change)
{
	return change->state == CHANGE_INSERT || change->state == CHANGE_STORED;
}

static bool add(struct change *change, struct vector *added)
{
	change->state = CHANGE_INSERT;
	return vector_push(added, change);
}

static bool add_parents(const struct change *change, struct vector *added)
{
	bool fits = true;

	for (struct key_link *link = change->links; link && fits; link = link->next)
		if (link->parent->state == CHANGE_NEW)
			fits = add(link->parent, added);
	return fits;
}

/* It may have been taken out again since. */
static bool is_brought_by(const struct change *change, const struct change *parent)
{
	for (const struct key_link *link = change->links; link; link = link->next)
		if (link->brings && link->parent == parent)
			return true;
	return false;
}

static bool add_brought(const struct change *change, struct vector *added)
{
	bool fits = true;

	for (struct brought *brought = change->brought; brought && fits; brought = brought->next)
		if (brought->child->state == CHANGE_NEW && is_brought_by(brought->child, change))
			fits = add(brought->child, added);
	return fits;
}

int add_others(struct rowan_session *session, struct rowan_site site)
{
	const struct vector *changes = &session->unit.changes;
	struct vector added = { 0 };
	bool fits = true;

	for (size_t i = 0; session->unit.some_linked && i < changes->count && fits; i++) {
		const struct change *change = changes->items[i];

		if (!is_added(change))
			continue;
		fits = add_parents(change, &added) && add_brought(change, &added);
		while (added.count > 0 && fits) {
			change = added.items[--added.count];
			fits = add_parents(change, &added) && add_brought(change, &added);
		}
	}
	vector_release(&added);
	return fits ? ROWAN_OK : session_no_memory(session, site);
}

int bring_along(struct rowan_session *session, struct change *child, const struct key *key,
		struct rowan_site site)
{
	struct change *parent = NULL;
	struct brought *brought;

	for (struct key_link *link = child->links; link; link = link->next)
		if (link->key == key) {
			link->brings = true;
			parent = link->parent;
		}
	if (!parent)
		return ROWAN_OK;
	brought = arena_alloc(&session->arena, sizeof(*brought));
	if (!brought)
		return session_no_memory(session, site);
	*brought = (struct brought){ parent->brought, child };
	parent->brought = brought;
	return ROWAN_OK;
}

bool change_is_brought(const struct change *change)
{
	for (const struct key_link *link = change->links; link; link = link->next)
		if (link->brings)
			return true;
	return false;
}

void leave_behind(struct change *child, const struct key *key)
{
	for (struct key_link *link = child->links; link; link = link->next)
		if (!key || key_has(key, link->column))
			link->brings = false;
}

/* ---- where values come from ---------------------------------------------------------- */

struct source {
	const struct change *change;
	const struct column *column;
};

/* Keys follow only rows that are not stored, and never themselves: there is an end. */
bool leads_back(const struct change *parent, const struct column *parent_column,
		const struct change *child, const struct column *column)
{
	struct source at = { parent, parent_column };
	const struct key_link *link;

	while ((at.change != child || at.column != column) &&
	       (link = change_link_of(at.change, at.column)))
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

	while ((link = change_link_of(at.change, at.column)) && !was_followed(at.change, link))
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

/* It is sent without it first, or what it follows is. */
static bool comes_late(const struct key_link *link)
{
	while (!link->late || !slot_of(link->column)->nullable) {
		const struct change *parent = link->parent;

		link = change_link_of(parent, link->parent_column);
		if (!link || was_followed(parent, link))
			return false;
	}
	return true;
}

/* .. and it can be: else what there is has to do. */
static bool is_null_first(const struct change *change, const struct key_link *link)
{
	return change->state == CHANGE_INSERT && slot_of(link->column)->nullable &&
	       comes_late(link);
}

bool link_is_awaited(const struct change *change, const struct key_link *link)
{
	return !is_null_first(change, link) && source_of(link).change->awaited;
}

/* ---- following ----------------------------------------------------------------------- */

void change_follow_keys(struct change *change)
{
	for (struct key_link *link = change->links; link; link = link->next) {
		const struct slot *slot = slot_of(link->column);
		struct source source;

		if (was_followed(change, link))
			continue;
		if (is_null_first(change, link)) {
			slot_set(slot, change->row, (struct rowan_value){ .null = true });
			continue;
		}
		source = source_of(link);
		slot_assign(slot, change->row, slot_of(source.column), source.change->row);
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
