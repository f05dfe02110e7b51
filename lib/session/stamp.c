/* SPDX-License-Identifier: MIT */
#include "session/session.h"

/* What the program wrote itself stays. */
int stamp_change(struct rowan_session *session, struct change *change)
{
	const struct plan *plan = change->plan;

	for (size_t i = 0; i < plan->stamped_count; i++) {
		const struct column *column = plan->stamped[i];

		if (!slot_equal(slot_of(column), change->row, change->flushed))
			continue;
		if (set_by_factory(session, column, change->row, column->field->on_update,
				   change->site) < 0)
			return session_ready(session);
	}
	if (plan->stamped_count)
		change_compare(change);
	return ROWAN_OK;
}
