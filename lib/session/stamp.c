/* SPDX-License-Identifier: MIT */
#include "session/session.h"

/* What the program wrote itself stays. */
int stamp_change(struct rowan_session *session, struct change *change)
{
	const struct plan *plan = change->plan;

	for (size_t i = 0; i < plan->stamped_count; i++) {
		const struct column *column = plan->stamped[i];
		const struct slot *slot = slot_of(column);
		struct rowan_value value;

		if (!slot_equal(slot, change->row, change->flushed))
			continue;
		value = column->field->on_update(session);
		if (session_ready(session))	/* the factory failed */
			return session_ready(session);
		if (value.type != ROWAN_TYPE_NONE)
			slot_set(slot, change->row, value);
	}
	if (plan->stamped_count)
		change_compare(change);
	return ROWAN_OK;
}
