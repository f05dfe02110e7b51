/* SPDX-License-Identifier: MIT */
#include "session/session.h"

/*
 * What the database did by itself, or by a condition: the session does not know to which
 * of its rows.  They are read anew when they are next asked for, and so are relations.
 */

static void doubt(struct session_model *model)
{
	for (size_t i = 0; i < model->map.capacity; i++)
		model->map.entries[i].epoch = 0;
}

void doubt_rows(struct rowan_session *session, const struct plan *plan)
{
	if (plan->id < session->model_count && session->models[plan->id].map.plan)
		doubt(&session->models[plan->id]);
	unload_all_relations(session);
}

static bool has_dependents(const struct plan *plan)
{
	for (const struct plan *other = plan_next(NULL); other; other = plan_next(other)) {
		for (size_t i = 0; other->acted_upon && i < other->foreign_key_count; i++) {
			const struct foreign_key *key = &other->foreign_keys[i];

			if (key->target == plan && key->on_delete >= ROWAN_ON_DELETE_CASCADE)
				return true;
		}
	}
	return false;
}

/* One action may lead to the next: all models that have any are in doubt. */
void doubt_dependents(struct rowan_session *session, const struct plan *plan)
{
	if (!has_dependents(plan))
		return;
	for (size_t i = 0; i < session->model_count; i++) {
		struct session_model *model = &session->models[i];

		if (model->map.plan && model->map.plan->acted_upon)
			doubt(model);
	}
	unload_all_relations(session);
}
