/* SPDX-License-Identifier: MIT */

/*
 * Many threads move money through few connections, while others terminate and kill the
 * server's sessions at random: for as long as one likes, and under ThreadSanitizer,
 * which Criterion's own processes do not bear.  A plain program: it ends with 0 if every
 * transfer was made exactly once, whatever the threads were told about it.
 *
 *	soak [--seconds N] [--seed N]	(ROWAN_SOAK_SECONDS, else 10)
 *
 * The server is its own.
 */

#include "bank.h"
#include "fault.h"
#include "server_script.h"

#include "engine/engine.h"

#include <rowan/schema.h>

#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define THREADS 64
#define CONNECTIONS 5
#define ACCOUNTS 20
#define NAME "rowan soak"

/* What was done: the client gave it its number, and so can ask whether it was. */
struct receipt {
	int64_t id;
	int64_t from_id, to_id, amount;
};

ROWAN_MODEL(receipt,
	ROWAN_FIELDS(
		ROWAN_FIELD(receipt, id, .primary_key = true),
		ROWAN_FIELD(receipt, from_id),
		ROWAN_FIELD(receipt, to_id),
		ROWAN_FIELD(receipt, amount)),
	.table = "receipts");

static const struct rowan_model *const models[] = { &account_model, &receipt_model, NULL };

static struct rowan_engine *engine;
static bool stop;

static bool stopped(void)
{
	return __atomic_load_n(&stop, __ATOMIC_RELAXED);
}

static void nap(long ms)
{
	nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
}

static uint64_t below(uint64_t *random, uint64_t limit)
{
	*random ^= *random << 13;
	*random ^= *random >> 7;
	*random ^= *random << 17;
	return *random % limit;
}

/* ---- the server ------------------------------------------------------------------------ */

static char server[32];

static bool start_server(char url[256])
{
	char options[64];

	snprintf(server, sizeof(server), "soak-%ld", (long)getpid());
	snprintf(options, sizeof(options), "--local --for %ld", (long)getpid());
	return server_script("up", server, options, url);
}

/* ---- those who break things --------------------------------------------------------------- */

struct breaker {
	struct rowan_engine *engine;
	uint64_t random;
	long terminated, killed;
};

static int render(void *context, struct text *sql, struct rowan_error *error)
{
	(void)error;
	text_add(sql, context);
	return ROWAN_OK;
}

/* The number that a query comes to; < 0 if the server is just not there. */
static int64_t ask(struct rowan_engine *admin, char *sql)
{
	struct connection *connection;
	struct statement *statement;
	struct execution run;
	struct rowan_error error;
	struct shape shape;
	int64_t number = -1;

	shape_start(&shape);
	shape_add(&shape, sql, strlen(sql));
	if (engine_checkout(admin, ROWAN_HERE, &connection, &error) < 0)
		return -1;
	if (connection_statement(connection, &shape, render, sql, &statement, &error) == ROWAN_OK) {
		execution_begin(&run, connection, statement, ROWAN_HERE, &error);
		if (execution_step(&run) == DRIVER_ROW)
			number = run.driver->read_int(statement->handle, 0);
		execution_end(&run, ROWAN_OK);
	}
	engine_checkin(connection);
	return number;
}

#define SOMEBODY "FROM pg_stat_activity WHERE application_name = '" NAME "' ORDER BY random() LIMIT 1"

static void *break_things(void *argument)
{
	static char terminate[] = "SELECT pg_terminate_backend(pid)::int::bigint " SOMEBODY;
	static char pick[] = "SELECT pid::bigint " SOMEBODY;
	struct breaker *self = argument;

	for (int round = 1; !stopped(); round++) {
		int64_t victim;

		nap((long)below(&self->random, 100));
		if (round % 40) {
			self->terminated += ask(self->engine, terminate) == 1;
			continue;
		}
		victim = ask(self->engine, pick);
		self->killed += victim > 0 && kill((pid_t)victim, SIGKILL) == 0;
	}
	return NULL;
}

/* ---- those who work ----------------------------------------------------------------------- */

struct worker {
	pthread_t thread;
	int64_t number;
	uint64_t random;
	long done, unknown, refused, wrong;
	int64_t longest_us;
	struct rowan_error error;
};

/* Rows are locked in the order of their keys, or two could wait for each other. */
static int transfer(struct rowan_session *session, void *context)
{
	const struct receipt *order = context;
	const int64_t ids[] = { order->from_id, order->to_id };
	struct rowan_result *result = rowan_exec(session, rowan_select(account,
		.where = rowan_in(ACCOUNT(id), ids, 2),
		.order_by = { rowan_asc(ACCOUNT(id)) }, .lock = ROWAN_FOR_UPDATE));
	const struct account *found;
	struct receipt *receipt;

	while ((found = rowan_next(result)))
		rowan_edit(session, account, found)->balance +=
			found->id == order->to_id ? order->amount : -order->amount;
	receipt = rowan_new(session, receipt);
	if (!receipt)
		return rowan_error(session)->code;
	*receipt = *order;
	return rowan_add(session, receipt);
}

static bool was_done(const struct receipt *order)
{
	rowan_scoped struct rowan_session *session = rowan_session_open(engine);

	return rowan_get(session, receipt, order->id) != NULL;
}

/*
 * Until it is done.  If nobody knows, the database is asked; and if it should be done
 * just behind the question, the receipt's number lets it not be done twice.
 */
static bool make(struct worker *worker, struct receipt *order)
{
	for (;;) {
		switch (rowan_transaction(engine, transfer, order, .error = &worker->error)) {
		case ROWAN_OK:
		case ROWAN_UNIQUE:
			return true;
		case ROWAN_UNKNOWN_OUTCOME:
			worker->unknown++;
			if (was_done(order))
				return true;
			break;
		case ROWAN_OPERATIONAL:
		case ROWAN_TIMEOUT:
		case ROWAN_CONFLICT:
			worker->refused++;
			break;
		default:
			worker->wrong++;
			return false;
		}
	}
}

static void *work(void *argument)
{
	struct worker *worker = argument;

	while (!stopped() && !worker->wrong) {
		int64_t from = (int64_t)below(&worker->random, ACCOUNTS);
		int64_t step = 1 + (int64_t)below(&worker->random, ACCOUNTS - 1);
		int64_t began = rowan_now().us, took;
		struct receipt order = {
			.id = worker->number << 32 | (worker->done + 1),
			.from_id = 1 + from, .to_id = 1 + (from + step) % ACCOUNTS,
			.amount = 1 + (int64_t)below(&worker->random, 100),
		};

		worker->done += make(worker, &order);
		took = rowan_now().us - began;
		worker->longest_us = took > worker->longest_us ? took : worker->longest_us;
	}
	return NULL;
}

/* ---- the end ---------------------------------------------------------------------------------- */

/* Accounts that are not what the receipts say; and receipts too many, or too few. */
static int count_wrong(struct rowan_session *session, void *context)
{
	struct worker *sum = context;
	struct rowan_result *receipts = rowan_exec(session, rowan_select(receipt));
	struct rowan_result *accounts = rowan_exec(session, rowan_select(account));
	int64_t balance[ACCOUNTS + 1] = { 0 }, total = 0;
	const struct receipt *receipt;
	const struct account *account;

	sum->wrong = labs((long)rowan_result_count(receipts) - sum->done) +
		     labs((long)rowan_result_count(accounts) - ACCOUNTS);
	while ((receipt = rowan_next(receipts))) {
		balance[receipt->from_id] -= receipt->amount;
		balance[receipt->to_id] += receipt->amount;
	}
	while ((account = rowan_next(accounts))) {
		sum->wrong += account->balance != 1000 + balance[account->id];
		total += account->balance;
	}
	sum->wrong += total != 1000 * ACCOUNTS;
	return ROWAN_OK;
}

/* The last connections to be killed are still in the pool, and a crashed server recovers. */
static void settle(struct worker *sum)
{
	struct rowan_error error;
	int status, patience = 100;

	while ((status = rowan_transaction(engine, count_wrong, sum, .error = &error)) < 0 &&
	       patience-- > 0)
		nap(100);
	if (status < 0) {
		printf("%s\n", error.message);
		sum->wrong++;
	}
}

static int open_files(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int count = 0;

	while (directory && readdir(directory))
		count++;
	if (directory)
		closedir(directory);
	return count;
}

/* Connections that are in use, or there at all, when nobody needs one. */
static long count_leaked(int files)
{
	struct rowan_engine_stats stats = rowan_engine_stats(engine);
	long leaked = stats.in_use + stats.waiting;

	rowan_engine_dispose(engine);
	leaked += rowan_engine_stats(engine).size;
	return leaked + labs(open_files() - files);
}

static bool tell(struct worker *sum, const struct breaker *breaker, long least, long leaked)
{
	long broken = breaker->terminated + breaker->killed;
	char figure[192];

	snprintf(figure, sizeof(figure), "%ld transfers by %d threads (%ld and more each), longest "
		 "%.1f s; %ld sessions terminated, %ld killed; %ld unknown, settled; %ld refused",
		 sum->done, THREADS, least, (double)sum->longest_us / 1e6, breaker->terminated,
		 breaker->killed, sum->unknown, sum->refused);
	printf("%s; %ld wrong, %ld leaked\n", figure, sum->wrong, leaked);
	return fault_note(&(struct fault_line){
		.id = "pool-7", .engine = "postgresql", .test = "soak", .injections = broken,
		.survived = broken, .wrong = sum->wrong, .leaked = leaked, .figure = figure });
}

static bool soak(struct rowan_engine *admin, int seconds, uint64_t seed)
{
	static struct worker workers[THREADS];
	struct breaker breaker = { .engine = admin, .random = seed };
	struct worker sum = { 0 };
	long least = LONG_MAX, wrong = 0, leaked;
	int files = open_files();
	pthread_t thread;

	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .number = i + 1, .random = seed + 1 + (uint64_t)i };
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
			abort();
	}
	if (pthread_create(&thread, NULL, break_things, &breaker) != 0)
		abort();
	nap(seconds * 1000L);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	for (int i = 0; i < THREADS; i++) {
		struct worker *worker = &workers[i];

		pthread_join(worker->thread, NULL);
		if (worker->wrong)
			printf("%s\n", worker->error.message);
		sum.done += worker->done;
		sum.unknown += worker->unknown;
		sum.refused += worker->refused;
		wrong += worker->wrong;
		sum.longest_us = worker->longest_us > sum.longest_us ? worker->longest_us
								      : sum.longest_us;
		least = worker->done < least ? worker->done : least;
	}
	settle(&sum);
	sum.wrong += wrong;
	leaked = count_leaked(files);
	return tell(&sum, &breaker, least, leaked) && sum.wrong == 0 && leaked == 0 && least > 0 &&
	       breaker.terminated > 0;
}

static bool run(const char *url, int seconds, uint64_t seed)
{
	struct rowan_error error = { 0 };
	struct rowan_engine *admin = rowan_engine_open(url, .pool = ROWAN_POOL_NULL, .error = &error);
	bool right = false;

	engine = rowan_engine_open(url, .pool_size = CONNECTIONS, .max_overflow = -1,
				   .application_name = NAME, .error = &error);
	if (engine && admin && rowan_create_all(engine, models, &error) == ROWAN_OK &&
	    bank_open(engine, ACCOUNTS, 0) == ROWAN_OK) {
		rowan_engine_dispose(engine);
		right = soak(admin, seconds, seed);
	}
	if (error.code)
		printf("%s\n", error.message);
	rowan_engine_close(engine);
	rowan_engine_close(admin);
	return right;
}

int main(int argc, char **argv)
{
	const char *text = getenv("ROWAN_SOAK_SECONDS");
	int seconds = text && *text ? atoi(text) : 10;
	uint64_t seed = (uint64_t)rowan_now().us;
	char url[256] = "";
	bool right;

	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--seconds") == 0)
			seconds = atoi(argv[i + 1]);
		if (strcmp(argv[i], "--seed") == 0)
			seed = strtoull(argv[i + 1], NULL, 10);
	}
	if (!start_server(url)) {
		printf("SKIPPED, no PostgreSQL: a private cluster could not be started\n");
		return getenv("CI") ? 1 : 0;
	}
	printf("--seconds %d --seed %" PRIu64 "\n", seconds, seed);
	fflush(stdout);
	alarm((unsigned)seconds + 90);	/* threads that wait for each other, for ever */
	right = run(url, seconds, seed);
	server_script("down", server, "2>&1", url);
	return right ? 0 : 1;
}
