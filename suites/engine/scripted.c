/* SPDX-License-Identifier: MIT */
#include "scripted.h"

#include <time.h>

struct script script = { .lock = PTHREAD_MUTEX_INITIALIZER };

struct driver scripted;
struct rowan_engine *engine;
struct rowan_error error;

void nap(long ns)
{
	nanosleep(&(struct timespec){ .tv_nsec = ns }, NULL);
}

static int refuse(struct rowan_error *open_error)
{
	pthread_mutex_lock(&script.lock);
	script.refusing++;
	if (script.refusing > script.most_refusing)
		script.most_refusing = script.refusing;
	pthread_mutex_unlock(&script.lock);
	nap(1000000);	/* so that two at a time would meet */
	pthread_mutex_lock(&script.lock);
	script.refusing--;
	pthread_mutex_unlock(&script.lock);

	*open_error = (struct rowan_error){ .code = ROWAN_OPERATIONAL,
					    .message = "nobody is there" };
	return ROWAN_OPERATIONAL;
}

static int open_scripted(const struct driver_target *target, struct driver_connection **out,
			 struct rowan_error *open_error)
{
	bool refused;
	int status;

	pthread_mutex_lock(&script.lock);
	script.attempts++;
	script.last_timeout_ms = target->postgres.connect_timeout_ms;
	refused = script.refusals != 0;
	script.refusals -= script.refusals > 0;
	pthread_mutex_unlock(&script.lock);
	if (refused) {
		*out = NULL;
		return refuse(open_error);
	}
	status = driver_sqlite.open(target, out, open_error);
	pthread_mutex_lock(&script.lock);
	cr_assert(script.count < MOST_CONNECTIONS);
	script.opened[script.count++] = *out;
	pthread_mutex_unlock(&script.lock);
	return status;
}

/* The latest, since an address may be used again. */
static bool is_lost(struct driver_connection *connection)
{
	int i;

	pthread_mutex_lock(&script.lock);
	for (i = script.count - 1; i >= 0 && script.opened[i] != connection; i--)
		;
	pthread_mutex_unlock(&script.lock);
	return i >= 0 && i < script.dead;
}

static bool is_alive(struct driver_connection *connection, bool ping)
{
	script.looks++;
	script.pings += ping;
	return !is_lost(connection);
}

void open_with(struct rowan_engine_options options)
{
	options.error = &error;
	engine = rowan_engine_open_(scratch_url(""), options);
	cr_assert(engine, "%s", error.message);
	scripted = driver_sqlite;
	scripted.open = open_scripted;
	scripted.alive = is_alive;
	scripted.lost = is_lost;
	engine->driver = &scripted;
	/* It was made for a driver that has nothing to look at. */
	if (options.check != ROWAN_CHECK_NONE)
		engine->pool.check_after_ns = (int64_t)engine->options.check_after_ms * NS_PER_MS;
}

void kill_all(void)
{
	script.dead = script.count;
}

void age_idle(int64_t ns)
{
	for (struct connection *idle = engine->pool.idle; idle; idle = idle->next)
		idle->since_ns -= ns;
}

void borrow(int count)
{
	struct connection *held[16];

	for (int i = 0; i < count; i++)
		held[i] = checkout(engine, ROWAN_HERE);
	for (int i = 0; i < count; i++)
		engine_checkin(held[i]);
}
