/* SPDX-License-Identifier: MIT */
#include "bank.h"

#include <pthread.h>
#include <stdlib.h>

ROWAN_MODEL(account,
	ROWAN_FIELDS(
		ROWAN_FIELD(account, id, .primary_key = true),
		ROWAN_FIELD(account, balance)),
	.table = "accounts");

ROWAN_MODEL(job,
	ROWAN_FIELDS(
		ROWAN_FIELD(job, id, .primary_key = true),
		ROWAN_FIELD(job, done),
		ROWAN_FIELD(job, worker),
		ROWAN_FIELD(job, times)),
	.table = "jobs");

const struct rowan_model *const bank_models[] = { &account_model, &job_model, NULL };

int bank_open(struct rowan_engine *engine, size_t accounts, size_t jobs)
{
	rowan_scoped struct rowan_session *session = rowan_session_open(engine);

	for (size_t i = 1; i <= accounts; i++)
		rowan_insert_all(session, account, &((struct account){ (int64_t)i, 1000 }), 1);
	for (size_t i = 1; i <= jobs; i++)
		rowan_insert_all(session, job, &(struct job){ .id = (int64_t)i }, 1);
	return rowan_commit(session);
}

int64_t bank_total(struct rowan_engine *engine)
{
	rowan_scoped struct rowan_session *session = rowan_session_open(engine);
	struct rowan_value sum =
		rowan_scalar(session, rowan_select(account, .scalar = rowan_sum(ACCOUNT(balance))));

	return sum.type == ROWAN_TYPE_NONE ? rowan_error(session)->code : sum.as.i;
}

/* ---- transfers ------------------------------------------------------------------ */

struct teller {
	struct rowan_engine *engine;
	pthread_t thread;
	size_t accounts, transfers;
	bool lock;
	enum rowan_isolation isolation;
	uint64_t random;
	struct bank_figures figures;
};

struct order {
	int64_t from, to, amount;
	bool lock;
};

static uint64_t below(struct teller *teller, uint64_t limit)
{
	teller->random ^= teller->random << 13;
	teller->random ^= teller->random >> 7;
	teller->random ^= teller->random << 17;
	return teller->random % limit;
}

/* Rows are locked in the order of their keys, or two could wait for each other. */
static int transfer(struct rowan_session *session, void *context)
{
	const struct order *order = context;
	const int64_t ids[] = { order->from, order->to };
	struct rowan_result *result = rowan_exec(session, rowan_select(account,
		.where = rowan_in(ACCOUNT(id), ids, 2),
		.order_by = { rowan_asc(ACCOUNT(id)) },
		.lock = order->lock ? ROWAN_FOR_UPDATE : ROWAN_LOCK_NONE));
	const struct account *found;

	while ((found = rowan_next(result))) {
		struct account *account = rowan_edit(session, account, found);

		account->balance += account->id == order->to ? order->amount : -order->amount;
	}
	return ROWAN_OK;
}

static void count(struct bank_figures *figures, int status, int attempts)
{
	figures->done += status == ROWAN_OK;
	figures->failed += status != ROWAN_OK;
	figures->attempts[attempts < BANK_ATTEMPTS ? attempts : BANK_ATTEMPTS]++;
}

static void *work(void *argument)
{
	struct teller *teller = argument;

	for (size_t i = 0; i < teller->transfers; i++) {
		struct order order = { .lock = teller->lock };
		int attempts = 0, status;

		order.from = 1 + (int64_t)below(teller, teller->accounts);
		order.to = 1 + (order.from + (int64_t)below(teller, teller->accounts - 1)) %
			       (int64_t)teller->accounts;
		order.amount = 1 + (int64_t)below(teller, 100);
		status = rowan_transaction(teller->engine, transfer, &order,
					   .isolation = teller->isolation, .attempts = 1000,
					   .attempts_made = &attempts,
					   .error = &teller->figures.error);
		count(&teller->figures, status, attempts);
	}
	return NULL;
}

static void add(struct bank_figures *sum, const struct bank_figures *more)
{
	sum->done += more->done;
	sum->failed += more->failed;
	for (size_t i = 0; i <= BANK_ATTEMPTS; i++)
		sum->attempts[i] += more->attempts[i];
	if (more->failed)
		sum->error = more->error;
}

struct bank_figures bank_transfer(struct rowan_engine *engine, size_t accounts, size_t threads,
				  size_t transfers, bool lock, enum rowan_isolation isolation)
{
	struct teller *tellers = calloc(threads, sizeof(*tellers));
	struct bank_figures figures = { 0 };
	size_t started = 0;

	if (!tellers)
		abort();
	while (started < threads) {
		struct teller *teller = &tellers[started];

		*teller = (struct teller){
			.engine = engine, .accounts = accounts, .transfers = transfers,
			.lock = lock, .isolation = isolation, .random = 88172645463325252u + started,
		};
		if (pthread_create(&teller->thread, NULL, work, teller) != 0)
			break;
		started++;
	}
	for (size_t i = 0; i < started; i++) {
		pthread_join(tellers[i].thread, NULL);
		add(&figures, &tellers[i].figures);
	}
	free(tellers);
	return figures;
}
