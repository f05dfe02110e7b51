/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/error.h"
#include "driver/fault.h"
#include "engine/internal.h"

/* An option that counts: 0 is the profile's, and -1 none where there may be none. */
static const struct number_option {
	const char *name;
	size_t offset;		/* in struct rowan_engine_options */
	int normal[2], least;	/* by enum rowan_profile */
} number_options[] = {
	{ "pool_size", offsetof(struct rowan_engine_options, pool_size), { 5, 1 }, 1 },
	{ "max_overflow", offsetof(struct rowan_engine_options, max_overflow), { 10, 2 }, -1 },
	{ "pool_timeout_ms", offsetof(struct rowan_engine_options, pool_timeout_ms),
	  { 30000, 10000 }, -1 },
	{ "busy_timeout_ms", offsetof(struct rowan_engine_options, busy_timeout_ms),
	  { 5000, 5000 }, -1 },
	{ "statement_cache", offsetof(struct rowan_engine_options, statement_cache),
	  { 128, 128 }, -1 },
	{ "check_after_ms", offsetof(struct rowan_engine_options, check_after_ms),
	  { 1000, 1000 }, -1 },
	{ "recycle_s", offsetof(struct rowan_engine_options, recycle_s), { 0, 300 }, 0 },
	{ "connect_timeout_ms", offsetof(struct rowan_engine_options, connect_timeout_ms),
	  { 10000, 5000 }, -1 },
	{ "statement_timeout_ms", offsetof(struct rowan_engine_options, statement_timeout_ms),
	  { 0, 0 }, -1 },
};

/* Fill in the defaults; -1 becomes the 0 that it means. */
static int resolve_options(struct rowan_engine_options *options, struct rowan_error *error)
{
	const size_t count = sizeof(number_options) / sizeof(number_options[0]);

	if (options->profile > ROWAN_PROFILE_SERVERLESS)
		return error_set(error, ROWAN_MISUSE, "there is no such profile");
	for (size_t i = 0; i < count; i++) {
		const struct number_option *option = &number_options[i];
		int *number = (int *)(void *)((char *)options + option->offset);

		if (*number == 0)
			*number = option->normal[options->profile];
		else if (*number < option->least)
			return error_set(error, ROWAN_MISUSE, "%s cannot be %d", option->name,
					 *number);
		else if (*number == -1)
			*number = 0;
	}
	if (options->profile == ROWAN_PROFILE_SERVERLESS && options->check == ROWAN_CHECK_SOCKET)
		options->check = ROWAN_CHECK_PING;
	if (options->pool > ROWAN_POOL_STATIC)
		return error_set(error, ROWAN_MISUSE, "there is no such pool");
	if (options->check > ROWAN_CHECK_NONE)
		return error_set(error, ROWAN_MISUSE, "there is no such check");
	if (options->pooler > ROWAN_POOLER_TRANSACTION)
		return error_set(error, ROWAN_MISUSE, "there is no such pooler");
	return ROWAN_OK;
}

static void free_engine(struct rowan_engine *engine)
{
	fork_unwatch(engine);
	pool_dispose(engine);
	pool_destroy(&engine->pool);
	listeners_destroy(engine);
	sessions_destroy(&engine->sessions);
	pthread_mutex_destroy(&engine->anchor_lock);
	url_release(&engine->url);
	mem_free(engine);
}

/* What the call says has the last word, and the URL the one before. */
static int configure(struct rowan_engine *engine, const char *url,
		     struct rowan_engine_options *options, struct rowan_error *error)
{
	int status = url_parse(url, &engine->url, error);

	if (status < 0)
		return status;
	url_fill_options(&engine->url, options);
	status = resolve_options(options, error);
	if (status == ROWAN_OK)
		status = url_apply_options(&engine->url, options, error);
	if (status < 0)
		url_release(&engine->url);
	return status;
}

static void tell_fault(void *engine, const char *text)
{
	engine_report(engine, ROWAN_EVENT_FAULT, (struct rowan_site){ 0 }, "%s", text);
}

/* Nobody hands over a statement yet. */
static void watch_fault(struct rowan_engine *engine)
{
	struct fault *fault = engine->url.target.fault;

	if (!fault)
		return;
	fault->tell = tell_fault;
	fault->context = engine;
}

static struct rowan_engine *make_engine(const char *url, struct rowan_engine_options *options,
					struct rowan_error *error)
{
	struct rowan_engine *engine = mem_alloc(sizeof(*engine));

	if (!engine) {
		error_no_memory(error);
		return NULL;
	}
	if (configure(engine, url, options, error) < 0) {
		mem_free(engine);
		return NULL;
	}
	engine->driver = engine->url.driver;
	engine->options = *options;
	engine->options.error = NULL;
	/* Texts are the caller's. */
	engine->options.application_name = engine->options.env_file = NULL;
	pthread_mutex_init(&engine->anchor_lock, NULL);
	pool_init(&engine->pool, engine);
	listeners_init(engine);
	sessions_init(&engine->sessions);
	watch_fault(engine);
	return engine;
}

/* A database in memory begins to exist; a static pool is its one connection. */
static int begin(struct rowan_engine *engine, struct rowan_error *error)
{
	int status = fork_watch(engine, error);

	if (status == ROWAN_OK && engine->url.target.sqlite.memory)
		status = connection_anchor(engine, error);
	if (status == ROWAN_OK && engine->options.pool == ROWAN_POOL_STATIC)
		status = pool_connect_now(engine, error);
	return status;
}

struct rowan_engine *rowan_engine_open_(const char *url, struct rowan_engine_options options)
{
	struct rowan_error error = { 0 };
	struct rowan_engine *engine = make_engine(url, &options, &error);

	if (engine && begin(engine, &error) < 0) {
		free_engine(engine);
		engine = NULL;
	}
	if (options.error)
		*options.error = error;
	return engine;
}

void rowan_engine_dispose(struct rowan_engine *engine)
{
	pool_dispose(engine);
}

static void report_holder(struct rowan_engine *engine, struct rowan_site holder)
{
	engine_report(engine, ROWAN_EVENT_WARNING, holder,
		      "the engine is not closed: a connection is still in use");
}

void rowan_engine_close(struct rowan_engine *engine)
{
	if (!engine || sessions_report_open(engine))
		return;
	if (rowan_engine_stats(engine).in_use > 0)
		pool_each_used(engine, report_holder);
	else
		free_engine(engine);
}

struct rowan_engine_options rowan_engine_options(const struct rowan_engine *engine)
{
	return engine->options;
}

const char *rowan_engine_url(const struct rowan_engine *engine)
{
	return engine->url.shown;
}

const struct rowan_hooks *engine_hooks(const struct rowan_engine *engine)
{
	return engine->options.hooks;
}

const char *engine_driver_name(const struct rowan_engine *engine)
{
	return engine->driver->name;
}
