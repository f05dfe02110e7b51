/* SPDX-License-Identifier: MIT */
#ifndef SESSION_BUDGET_H
#define SESSION_BUDGET_H

/* What a session has spent of its budget; a session without one has none of this. */

#include "session/session.h"

/* How often one line of the program executed one statement. */
#define REPEATS_KNOWN 32
struct repeat {
	uint64_t statement;
	struct rowan_site site;
	unsigned count;
};

struct budget {
	int64_t statements, until_ms;
	struct repeat repeats[REPEATS_KNOWN];
	unsigned next;
};

int budget_open(struct rowan_session *session, struct rowan_error *error);
void budget_close(struct rowan_session *session);

/* Before a statement is executed; of none is left, the session's error says what of. */
int budget_spend_(struct rowan_session *session, const struct shape *shape, struct rowan_site site);
static inline int budget_spend(struct rowan_session *session, const struct shape *shape,
			       struct rowan_site site)
{
	return session->budget ? budget_spend_(session, shape, site) : ROWAN_OK;
}

/* No more rows may be read. */
int budget_rows_spent(struct rowan_session *session, struct rowan_site site);

#endif
