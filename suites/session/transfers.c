/* SPDX-License-Identifier: MIT */

/*
 * Money moved by many threads at once: for ThreadSanitizer, which Criterion's own
 * processes do not bear.  A plain program: it ends with 0 if every transfer was made
 * and the sum is what it was.
 *
 *	transfers [threads [transfers]]
 *
 * It runs on a SQLite file, on a database in memory, and on the PostgreSQL of
 * ROWAN_POSTGRES_URL, where it makes its tables anew and drops them.
 */

#include "bank.h"
#include "fault.h"

#include <rowan/schema.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ACCOUNTS 10

/* Reports of races end the program; what is said here is what there was to race for. */
static bool note(struct rowan_engine *engine, const char *how, size_t threads,
		 const struct bank_figures *figures, int64_t total)
{
	bool sqlite = strncmp(rowan_engine_url(engine), "sqlite", 6) == 0;
	char figure[96];

	snprintf(figure, sizeof(figure), "transfers by %zu threads, %s, on %s", threads, how,
		 strcmp(rowan_engine_url(engine), "sqlite://") == 0 ? "memory"
								    : sqlite ? "a file" : "a server");
	return fault_note(&(struct fault_line){
		.id = sqlite ? "lite-5" : "txn-3", .engine = sqlite ? "sqlite" : "postgresql",
		.test = "transfers", .injections = figures->done + figures->failed,
		.survived = figures->done, .wrong = total != 1000 * ACCOUNTS, .figure = figure });
}

static bool transfer(struct rowan_engine *engine, const char *how, size_t threads,
		     size_t transfers, bool lock, enum rowan_isolation isolation)
{
	struct bank_figures figures =
		bank_transfer(engine, ACCOUNTS, threads, transfers, lock, isolation);
	int64_t total = bank_total(engine);

	printf("%s: %u made, %u failed, total %lld, attempts", how, figures.done,
	       figures.failed, (long long)total);
	for (size_t i = 1; i <= BANK_ATTEMPTS; i++)
		printf(" %zu:%u", i, figures.attempts[i]);
	printf("%s%s\n", figures.failed ? ": " : "", figures.error.message);
	return note(engine, how, threads, &figures, total) &&
	       figures.done == threads * transfers && total == 1000 * ACCOUNTS;
}

static int64_t richest(struct rowan_engine *engine)
{
	rowan_scoped struct rowan_session *session = rowan_session_open(engine);

	return rowan_scalar(session, rowan_select(account,
		.scalar = rowan_max(ACCOUNT(balance)))).as.i;
}

/* Threads take turns on the sandbox's connection, and nothing of it is left. */
static bool transfer_in_sandbox(struct rowan_engine *engine, size_t threads, size_t transfers)
{
	struct rowan_error error = { 0 };
	int64_t before = richest(engine);
	bool right = rowan_sandbox_begin(engine, &error) == ROWAN_OK &&
		     transfer(engine, "in a sandbox", threads, transfers, true,
			      ROWAN_ISOLATION_DEFAULT) &&
		     rowan_sandbox_end(engine, &error) == ROWAN_OK;

	if (error.code)
		printf("%s\n", error.message);
	return right && richest(engine) == before;
}

static bool run(const char *url, const char *name, size_t threads, size_t transfers)
{
	struct rowan_error error = { 0 };
	struct rowan_engine *engine =	/* a connection for each thread */
		rowan_engine_open(url, .pool_size = (int)threads, .error = &error);
	bool right = false;

	printf("%s\n", name);
	if (engine && rowan_drop_all(engine, bank_models, &error) == ROWAN_OK &&
	    rowan_create_all(engine, bank_models, &error) == ROWAN_OK &&
	    bank_open(engine, ACCOUNTS, 0) == ROWAN_OK) {
		right = transfer(engine, "row locks", threads, transfers, true,
				 ROWAN_ISOLATION_DEFAULT);
		right &= transfer(engine, "serializable", threads, transfers / 10, false,
				  ROWAN_SERIALIZABLE);
		right &= transfer_in_sandbox(engine, threads, transfers / 10);
		right &= rowan_drop_all(engine, bank_models, &error) == ROWAN_OK;
	}
	if (error.code)
		printf("%s\n", error.message);
	rowan_engine_close(engine);
	return right;
}

static bool run_on_file(size_t threads, size_t transfers)
{
	char folder[] = "/tmp/rowan-transfers-XXXXXX", url[128], path[64];
	static const char *const ends[] = { "", "-wal", "-shm" };
	bool right;

	if (!mkdtemp(folder))
		return false;
	snprintf(url, sizeof(url), "sqlite:///%s/bank.db?journal_mode=wal&synchronous=off", folder);
	right = run(url, "SQLite, a file", threads, transfers);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(path, sizeof(path), "%s/bank.db%s", folder, ends[i]);
		unlink(path);
	}
	rmdir(folder);
	return right;
}

/* If ThreadSanitizer has seen a race it makes the program fail, whatever is said here. */
static bool note_threads(size_t threads, size_t transfers)
{
#ifdef __SANITIZE_THREAD__
	return fault_note(&(struct fault_line){
		.id = "mem-3", .engine = "sqlite", .test = "transfers",
		.injections = (long)(threads * transfers), .survived = (long)(threads * transfers),
		.figure = "pieces of work by threads under ThreadSanitizer: 0 races" });
#else
	(void)threads;
	(void)transfers;
	return true;
#endif
}

int main(int argc, char **argv)
{
	size_t threads = argc > 1 ? strtoul(argv[1], NULL, 10) : 8;
	size_t transfers = argc > 2 ? strtoul(argv[2], NULL, 10) : 200;
	const char *server = getenv("ROWAN_POSTGRES_URL");
	bool right = run_on_file(threads, transfers);

	right &= run("sqlite://", "SQLite, in memory", threads, transfers);
	if (server && *server) {
		right &= run(server, "PostgreSQL", threads, transfers);
	} else {
		printf("SKIPPED, no PostgreSQL: ROWAN_POSTGRES_URL is not set\n");
		right &= !getenv("CI");
	}
	return right && note_threads(threads, transfers) ? 0 : 1;
}
