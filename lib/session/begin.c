/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include <stdio.h>

/*
 * How a transaction begins.
 *
 * Its BEGIN travels with the first statement where the driver can defer it, so
 * beginning costs no round trip.
 */

#define BEGIN_SIZE 80	/* the longest: all clauses below */

static void write_begin(const struct dialect *dialect, struct rowan_begin_options options,
			char sql[BEGIN_SIZE])
{
	static const char *const levels[] = {
		[ROWAN_ISOLATION_DEFAULT] = "",
		[ROWAN_READ_COMMITTED] = " ISOLATION LEVEL READ COMMITTED",
		[ROWAN_REPEATABLE_READ] = " ISOLATION LEVEL REPEATABLE READ",
		[ROWAN_SERIALIZABLE] = " ISOLATION LEVEL SERIALIZABLE",
	};
	bool modes = dialect->transaction_modes;

	snprintf(sql, BEGIN_SIZE, "%s%s%s%s", options.write ? dialect->begin_write : "BEGIN",
		 modes ? levels[options.isolation] : "",
		 modes && options.read_only ? " READ ONLY" : "",
		 modes && options.deferrable ? " DEFERRABLE" : "");
}

static int begin(struct rowan_session *session, struct rowan_begin_options options,
		 struct rowan_site site)
{
	char sql[BEGIN_SIZE];
	int status = session_connect(session, site);

	if (status < 0)
		return status;
	if (session->connection->words->begun) {
		if (options.isolation)
			return session_fail(session, ROWAN_MISUSE, site,
					    "rowan_begin: a sandbox's transaction has begun, so "
					    ".isolation comes too late");
	} else {
		write_begin(session->dialect, options, sql);
		status = connection_command_later(session->connection, sql, site, &session->error);
		if (status < 0)
			return session_failed_at(session, status, site);
	}
	session->in_transaction = true;
	session->read_only = options.read_only;
	return ROWAN_OK;
}

int begin_transaction(struct rowan_session *session, bool write, struct rowan_site site)
{
	if (!session->in_transaction)
		return begin(session, (struct rowan_begin_options){ .write = write }, site);
	if (write && session->read_only)
		return session_fail(session, ROWAN_MISUSE, site,
				    "the transaction was begun with .read_only: "
				    "nothing can be written or locked in it");
	return ROWAN_OK;
}

static const char *mistake_in(struct rowan_begin_options options)
{
	if (options.isolation > ROWAN_SERIALIZABLE)
		return ".isolation is no enum rowan_isolation";
	if (options.write && options.read_only)
		return ".write and .read_only exclude each other";
	if (options.deferrable && !(options.isolation == ROWAN_SERIALIZABLE && options.read_only))
		return ".deferrable needs .isolation = ROWAN_SERIALIZABLE and .read_only";
	return NULL;
}

int rowan_begin_(struct rowan_session *session, struct rowan_begin_options options,
		 struct rowan_site site)
{
	const char *mistake = mistake_in(options);

	if (session_ready(session))
		return session_ready(session);
	if (session->in_transaction)
		mistake = "a transaction is open already";
	if (mistake)
		return session_fail(session, ROWAN_MISUSE, site, "rowan_begin: %s", mistake);
	return begin(session, options, site);
}
