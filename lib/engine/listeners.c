/* SPDX-License-Identifier: MIT */
#include "engine/internal.h"

#include <stdarg.h>
#include <stdio.h>

static void set_watched(struct rowan_engine *engine)
{
	bool watched = engine->listeners.observers || engine->options.echo & ROWAN_ECHO_SQL;

	__atomic_store_n(&engine->listeners.watched, watched, __ATOMIC_RELAXED);
}

void listeners_init(struct rowan_engine *engine)
{
	pthread_rwlock_init(&engine->listeners.lock, NULL);
	set_watched(engine);
}

void listeners_destroy(struct rowan_engine *engine)
{
	pthread_rwlock_destroy(&engine->listeners.lock);
}

void rowan_engine_observe(struct rowan_engine *engine, struct rowan_observer *observer)
{
	pthread_rwlock_wrlock(&engine->listeners.lock);
	observer->next_ = engine->listeners.observers;
	engine->listeners.observers = observer;
	set_watched(engine);
	pthread_rwlock_unlock(&engine->listeners.lock);
}

void rowan_engine_unobserve(struct rowan_engine *engine, struct rowan_observer *observer)
{
	struct rowan_observer **link = &engine->listeners.observers;

	pthread_rwlock_wrlock(&engine->listeners.lock);
	while (*link && *link != observer)
		link = &(*link)->next_;
	if (*link) {
		*link = observer->next_;
		observer->next_ = NULL;
	}
	set_watched(engine);
	pthread_rwlock_unlock(&engine->listeners.lock);
}

/* SQL of several lines becomes one. */
static void add_flat(struct text *line, const char *text)
{
	size_t start = line->length;

	text_add(line, text);
	if (line->broken)
		return;
	for (size_t i = start; i < line->length; i++)
		if ((unsigned char)line->data[i] < ' ')
			line->data[i] = ' ';
}

static void add_site(struct text *line, struct rowan_site site)
{
	if (site.file)
		text_addf(line, "  (%s:%d)", site.file, site.line);
}

/* SELECT .. [7, 'open']  12 us, 3 rows  (tasks.c:41) */
static void write_statement(struct text *line, const struct rowan_event *event, unsigned echo)
{
	add_flat(line, event->text);
	if (event->params && echo & ROWAN_ECHO_PARAMS) {
		text_add_char(line, ' ');
		add_flat(line, event->params);
	}
	if (event->status < 0)
		text_addf(line, "  failed (%s)", rowan_error_name(event->status));
	else if (echo & ROWAN_ECHO_TIME && event->internal)
		text_addf(line, "  %lld us", (long long)(event->ns / 1000));
	else if (echo & ROWAN_ECHO_TIME)
		text_addf(line, "  %lld us, %lld row%s", (long long)(event->ns / 1000),
			  (long long)event->rows, event->rows == 1 ? "" : "s");
	add_site(line, event->site);
}

static void write_report(struct text *line, const struct rowan_event *event)
{
	static const char *const prefixes[] = {
		[ROWAN_EVENT_WARNING] = "warning: ",
		[ROWAN_EVENT_N_PLUS_ONE] = "N+1: ",
		[ROWAN_EVENT_FAULT] = "fault: ",
	};

	text_add(line, prefixes[event->kind]);
	add_flat(line, event->text);
	add_site(line, event->site);
}

/* Reports are always worth a line, statements if they were asked for. */
static void log_event(struct rowan_engine *engine, const struct rowan_event *event)
{
	const struct rowan_engine_options *options = &engine->options;
	struct text line = { 0 };

	if (event->kind != ROWAN_EVENT_STATEMENT)
		write_report(&line, event);
	else if (options->echo & ROWAN_ECHO_SQL)
		write_statement(&line, event, options->echo);
	else
		return;

	if (line.broken || !line.data)
		;	/* no memory for it: the work itself goes on */
	else if (options->log)
		options->log(options->log_context, line.data);
	else
		fprintf(stderr, "rowan: %s\n", line.data);
	text_release(&line);
}

void listeners_tell(struct rowan_engine *engine, const struct rowan_event *event)
{
	struct rowan_observer *observer;

	log_event(engine, event);
	pthread_rwlock_rdlock(&engine->listeners.lock);
	for (observer = engine->listeners.observers; observer; observer = observer->next_)
		observer->on_event(observer, event);
	pthread_rwlock_unlock(&engine->listeners.lock);
}

void engine_report(struct rowan_engine *engine, enum rowan_event_kind kind,
		   struct rowan_site site, const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	listeners_tell(engine, &(struct rowan_event){
		.kind = kind,
		.text = text,
		.site = site,
	});
}
