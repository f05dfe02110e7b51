/* SPDX-License-Identifier: MIT */
#ifndef ROWAN_ENGINE_H
#define ROWAN_ENGINE_H

/*
 * Engines: a database, and the pool of connections to it.
 *
 *	struct rowan_error error;
 *	struct rowan_engine *engine = rowan_engine_open("sqlite:///tasks.db",
 *		.pool_size = 5, .echo = ROWAN_ECHO_SQL, .error = &error);
 *
 * A program has one engine per database, opened at its start.  An engine may be
 * used by all threads at once.
 *
 * Connections die: a server restarts, an administrator ends them.  One that was idle is
 * looked at before it is lent again, and replaced unseen, together with those of its
 * age.  While a server that was there is away, those who want a connection wait for
 * it, or for one that somebody gives back, up to pool_timeout_ms; one that never was there is
 * an error at once.
 *
 * After fork() the connections stay the parent's.  A child opens its own with the same
 * engine; of a session that it inherited it can only make an end.  Other libraries have
 * locks that no fork heeds: SQLite, and GSSAPI and TLS while a connection is made.  So
 * fork when no other thread is in SQLite or connecting, or a child may wait for ever.
 */

#include <rowan/error.h>

struct rowan_engine;
struct rowan_hooks;

/*
 * QUEUE	keeps up to pool_size connections, opens up to max_overflow more, and
 *		lets further ones wait in line, first come first served
 * NULL		connects for each session and disconnects after it
 * STATIC	one connection, used by one session at a time
 */
enum rowan_pool_kind { ROWAN_POOL_QUEUE, ROWAN_POOL_NULL, ROWAN_POOL_STATIC };

/*
 * How an idle connection is looked at before it is handed out again, once it was
 * idle for `check_after_ms`.  One that is no good is replaced unseen.
 *
 * SOCKET	without a round trip: whether the server hung up
 * PING		by a round trip: sees also a network that was cut, or a server that froze
 */
enum rowan_check { ROWAN_CHECK_SOCKET, ROWAN_CHECK_PING, ROWAN_CHECK_NONE };

/*
 * Whether a pooler stands between us and PostgreSQL that gives each transaction
 * another connection (pgbouncer or Neon, transaction mode).  Nothing is then kept in
 * the database's session: no prepared statements, time-outs by SET LOCAL.
 *
 * DETECT	is found out when connecting; a host with "-pooler" in its name is one
 */
enum rowan_pooler { ROWAN_POOLER_DETECT, ROWAN_POOLER_NONE, ROWAN_POOLER_TRANSACTION };

/*
 * What the options are that a call leaves out.
 *
 * SERVER	for a program that runs on and on: the defaults below
 * SERVERLESS	for one of many short-lived copies before one database, which may freeze
 *		between requests: pool_size 1, max_overflow 2, pool_timeout_ms 10,000,
 *		connect_timeout_ms 5,000, recycle_s 300, check PING
 */
enum rowan_profile { ROWAN_PROFILE_SERVER, ROWAN_PROFILE_SERVERLESS };

/* What is told of each statement: bits to be or-ed. */
enum rowan_echo {
	ROWAN_ECHO_NONE = 0,
	ROWAN_ECHO_SQL = 1,	/* the text, and the file and line that asked for it */
	ROWAN_ECHO_PARAMS = 2,	/* its parameters; those of secret fields as *** */
	ROWAN_ECHO_TIME = 4,	/* microseconds, and rows */
};

enum rowan_event_kind {
	ROWAN_EVENT_STATEMENT,	/* a statement was executed, well or not */
	ROWAN_EVENT_WARNING,	/* `text` says what looks wrong */
	ROWAN_EVENT_N_PLUS_ONE,	/* `text` names the loop and the option that mends it */
	ROWAN_EVENT_FAULT,	/* of a fault: URL; `text` says which, and names the statement */
};

/* Something that happened; every pointer is valid during the call only. */
struct rowan_event {
	enum rowan_event_kind kind;
	const char *text;	/* the SQL, or what is reported */
	const char *params;	/* "[7, 'open']", NULL unless ROWAN_ECHO_PARAMS is on */
	struct rowan_site site;
	int64_t rows;		/* read, or changed */
	int64_t ns;		/* 0 unless ROWAN_ECHO_TIME is on */
	int status;		/* ROWAN_OK or the error */
	bool prepared;		/* the statement was prepared for this execution */
	bool internal;		/* BEGIN, COMMIT and the like; schema statements */
};

/*
 * Somebody who wants to know.  `on_event` is called by the thread that caused
 * the event and must not use the engine, nor fork.  The struct stays the caller's and
 * must live until rowan_engine_unobserve().
 */
struct rowan_observer {
	void (*on_event)(struct rowan_observer *self, const struct rowan_event *event);
	void *context;
	struct rowan_observer *next_;
};

struct rowan_engine_options {
	enum rowan_profile profile;
	enum rowan_pool_kind pool;
	int pool_size;		/* kept open; 0 = 5 */
	int max_overflow;	/* opened beyond, closed on return; 0 = 10, -1 = none */
	int pool_timeout_ms;	/* until one is free or its server back; 0 = 30,000, -1 = none */
	int busy_timeout_ms;	/* SQLite: wait for a lock; 0 = 5,000, -1 = do not wait */
	int statement_cache;	/* statements kept per connection; 0 = 128, -1 = none */
	enum rowan_check check;	/* PostgreSQL: the connection's health */
	int check_after_ms;	/* .. if idle for so long; 0 = 1,000, -1 = always */
	int recycle_s;		/* replace a connection when so old, up to a tenth sooner; 0 = never */
	bool discard_on_return;	/* PostgreSQL: undo SET, temporary tables, LISTEN, locks */
	enum rowan_pooler pooler;
	int connect_timeout_ms;	/* PostgreSQL, each attempt; 0 = 10,000, -1 = wait for ever */
	int statement_timeout_ms; /* PostgreSQL: a longer one is ROWAN_TIMEOUT; 0 = the server's */
	const char *application_name;	/* PostgreSQL: as pg_stat_activity shows it */
	const char *env_file;	/* rowan_engine_open_env(): NULL = ".env", "" = no file */
	/* Called when its sessions write: <rowan/hooks.h>.  Borrowed as long as it is open. */
	const struct rowan_hooks *hooks;
	unsigned echo;		/* enum rowan_echo; to stderr unless `log` is set */
	/* Echo and warnings go here, one line without its newline. */
	void (*log)(void *context, const char *line);
	void *log_context;
	struct rowan_error *error;	/* filled when opening fails; may be NULL */
	char sentinel_;
};

/*
 * A connection as its client library knows it, for what that can and Rowan can't: COPY,
 * LISTEN, backups, extensions.
 *
 *	struct rowan_raw *raw = rowan_raw_open(engine, &error);
 *	PQexec(raw->postgres, "LISTEN jobs");
 */
struct rowan_raw {
	struct sqlite3 *sqlite;		/* one of these; the other is NULL */
	struct pg_conn *postgres;	/* libpq calls it PGconn */
};

struct rowan_engine_stats {
	int size, idle, in_use, waiting;	/* connections now; threads in line */
	uint64_t connects, checkouts, waits, timeouts;
	uint64_t lost;		/* connections that were found dead */
	uint64_t statements;	/* executed, internal ones included */
	uint64_t prepares;	/* of these, how many had to be prepared */
	uint64_t faults;	/* of a fault: URL, that came to pass */
	bool sandbox;		/* it has one now: rowan_sandbox_begin() */
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * URLs:
 *	sqlite://			in memory: shared by the engine's sessions
 *	sqlite:///tasks.db		a file, relative to the working directory
 *	sqlite:////var/lib/tasks.db	a file, absolute
 *	..?mode=ro|rw|rwc&journal_mode=wal&synchronous=normal	SQLite's own, checked
 *
 *	postgresql://user:password@host:5432/database	any part may be left out
 *	postgresql://[::1],standby:5433/database	an address, several hosts
 *	postgresql:///database?host=/run/postgresql	a socket's directory
 *	..?sslmode=require&connect_timeout=5&..		all that libpq knows
 *
 * SQLAlchemy's URLs are understood as they are: postgresql+asyncpg:// is
 * postgresql://, ?ssl=require is ?sslmode=require, time-outs have their Python names
 * as well.  In a user, password, host, database or option @ : / ? & % are written
 * %40 %3A %2F %3F %26 %25.  An option of the call has the last word over the URL's.
 *
 * With "fault:" in front of any of these the database is one that fails, for tests of what
 * a program does then.  Its options are among the URL's own:
 *
 *	fault:sqlite:///bank.db?fault_at=3&fault=drop
 *
 *	fault_at=N		which statement, from 1 on: of all connections together,
 *				BEGIN, COMMIT and ROLLBACK included
 *	fault=drop		the connection is lost before the statement gets through
 *	fault=drop_after	.. with its answer: the statement was executed
 *	fault=40001		it fails with this SQLSTATE, any one; it is not executed
 *	fault=delay:50		it takes so many milliseconds longer; without fault_at each
 *
 * What the program meets is what a server would do: a failed statement aborts the
 * transaction, a COMMIT without an answer is ROWAN_UNKNOWN_OUTCOME.  SQLite, which has no
 * connection to lose, does as if it had; after an SQLSTATE its transaction is open until it
 * is rolled back.  What PostgreSQL is sent only with the next statement, as BEGIN, is
 * dropped before that, in either way.  The log names the statement, and the statistics tell
 * whether the fault came to pass, so that each has its turn:
 *
 *	for (n = 1, faults = 1; faults > 0; n++) {
 *		snprintf(url, sizeof(url), "fault:sqlite:///bank.db?fault_at=%d&fault=drop", n);
 *		engine = rowan_engine_open(url);
 *		transfer(engine);
 *		faults = rowan_engine_stats(engine).faults;
 *		rowan_engine_close(engine);
 *		.. whatever became of it, no money is lost ..
 *	}
 *
 * Returns NULL, with options.error filled, for a URL or an option it does not
 * understand, or a database that can't be had.  Queue and null pools on a file or a
 * server connect on first use.
 */
ROWAN_API struct rowan_engine *rowan_engine_open_(const char *url,
						  struct rowan_engine_options options);

/*
 * The same by what is found around the program:
 *
 *	engine = rowan_engine_open_env(.error = &error);
 *
 *	DATABASE_URL		the URL
 *	DB_POOL_SIZE		5 unless set
 *	DB_MAX_OVERFLOW		10; 0 = none, -1 = no limit
 *	DB_POOL_TIMEOUT		30 (seconds); 0 = do not wait
 *
 * in the environment, or else in a file of lines NAME=value (options.env_file), which
 * need not exist.  What the call says itself comes first; what is empty counts as not
 * set.  The environment is not changed.
 */
ROWAN_API struct rowan_engine *rowan_engine_open_env_(struct rowan_engine_options options);

/*
 * Close every idle connection; those in use are closed when they come back.
 * The engine stays usable and reconnects on demand.  An in-memory database is
 * gone and starts empty.
 */
ROWAN_API void rowan_engine_dispose(struct rowan_engine *engine);

/*
 * The end of the engine.  All its sessions must be closed: one that is not is
 * reported, with the line that opened it, and the engine is kept so that nothing
 * dangles.  NULL is fine.
 */
ROWAN_API void rowan_engine_close(struct rowan_engine *engine);

ROWAN_API struct rowan_engine_stats rowan_engine_stats(struct rowan_engine *engine);

/*
 * The options that it runs by: those of the call, then the URL's, then the profile's.
 * A number that is 0 means none here, as -1 does in the call.
 */
ROWAN_API struct rowan_engine_options rowan_engine_options(const struct rowan_engine *engine);

/*
 * Open one, set up as all of the engine's, and close it.  It is the caller's alone and
 * none of the pool: it takes no place there, is not looked at, and no session is in its
 * transaction, nor in a sandbox.  NULL, with `error` (which may be NULL) filled, if it
 * can't be had; NULL is fine to close.
 */
ROWAN_API struct rowan_raw *rowan_raw_open(struct rowan_engine *engine,
					   struct rowan_error *error);
ROWAN_API void rowan_raw_close(struct rowan_raw *raw);

/* Its URL without a password. */
ROWAN_API const char *rowan_engine_url(const struct rowan_engine *engine);

ROWAN_API void rowan_engine_observe(struct rowan_engine *engine,
				    struct rowan_observer *observer);
ROWAN_API void rowan_engine_unobserve(struct rowan_engine *engine,
				      struct rowan_observer *observer);

#ifdef __cplusplus
}
#else
#define rowan_engine_open(...) ROWAN_ENGINE_OPEN_(__VA_ARGS__, .sentinel_ = 0)
#define ROWAN_ENGINE_OPEN_(url_, ...) \
	rowan_engine_open_((url_), (struct rowan_engine_options){ __VA_ARGS__ })
#define rowan_engine_open_env(...) \
	rowan_engine_open_env_((struct rowan_engine_options){ .sentinel_ = 0, __VA_ARGS__ })
#endif
#endif
