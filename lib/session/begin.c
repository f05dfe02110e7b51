/* SPDX-License-Identifier: MIT */
#include "session/session.h"

int begin_transaction(struct rowan_session *session, bool write, struct rowan_site site)
{
	int status;

	if (session->in_transaction)
		return ROWAN_OK;
	if ((status = session_connect(session, site)) < 0 ||
	    (status = session_execute(session, write ? session->dialect->begin_write : "BEGIN",
				      site)) < 0)
		return status;
	session->in_transaction = true;
	return ROWAN_OK;
}

int rowan_begin_(struct rowan_session *session, struct rowan_begin_options options,
		 struct rowan_site site)
{
	if (session_ready(session))
		return session_ready(session);
	if (session->in_transaction)
		return session_fail(session, ROWAN_MISUSE, site,
				    "rowan_begin: a transaction is open already");
	return begin_transaction(session, options.write, site);
}
