/* SPDX-License-Identifier: MIT */
#include "session/session.h"

int64_t rowan_delete_where_(struct rowan_session *session, const struct rowan_query *query)
{
	struct select select = { 0 };
	int64_t deleted;

	if (session_ready(session))
		return session_ready(session);
	deleted = select_check(&select, SELECT_DELETE, query, &session->error);
	if (deleted == ROWAN_OK)
		deleted = write_where(session, &select);
	if (deleted >= 0)
		doubt_dependents(session, select.plan);
	else
		session_failed_at(session, (int)deleted, query->site);
	arena_clear(&session->scratch);
	return deleted;
}
