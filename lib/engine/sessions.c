/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/hash.h"
#include "engine/internal.h"

struct open_session {
	const void *session;
	struct rowan_site site;
	struct open_session *next;
};

void sessions_init(struct sessions *sessions)
{
	pthread_mutex_init(&sessions->lock, NULL);
}

void sessions_destroy(struct sessions *sessions)
{
	pthread_mutex_destroy(&sessions->lock);
}

static struct open_session **bucket_of(struct sessions *sessions, const void *session)
{
	return &sessions->buckets[hash_int((uintptr_t)session) % SESSION_BUCKETS];
}

void engine_session_opened(struct rowan_engine *engine, const void *session,
			   struct rowan_site site)
{
	struct sessions *sessions = &engine->sessions;
	struct open_session **bucket = bucket_of(sessions, session);
	struct open_session *note = mem_alloc(sizeof(*note));

	pthread_mutex_lock(&sessions->lock);
	if (note) {
		*note = (struct open_session){ session, site, *bucket };
		*bucket = note;
	} else {
		sessions->untracked++;
	}
	pthread_mutex_unlock(&sessions->lock);
}

void engine_session_closed(struct rowan_engine *engine, const void *session)
{
	struct sessions *sessions = &engine->sessions;
	struct open_session **link = bucket_of(sessions, session);
	struct open_session *note;

	pthread_mutex_lock(&sessions->lock);
	while (*link && (*link)->session != session)
		link = &(*link)->next;
	note = *link;
	if (note)
		*link = note->next;
	else if (sessions->untracked > 0)
		sessions->untracked--;
	pthread_mutex_unlock(&sessions->lock);
	mem_free(note);
}

bool sessions_report_open(struct rowan_engine *engine)
{
	static const char message[] = "the engine is not closed: a session is still open";
	struct sessions *sessions = &engine->sessions;
	bool any;

	pthread_mutex_lock(&sessions->lock);
	any = sessions->untracked > 0;
	if (any)
		engine_report(engine, ROWAN_EVENT_WARNING, (struct rowan_site){ 0 }, "%s", message);
	for (size_t i = 0; i < SESSION_BUCKETS; i++) {
		struct open_session *note;

		for (note = sessions->buckets[i]; note; note = note->next) {
			engine_report(engine, ROWAN_EVENT_WARNING, note->site, "%s", message);
			any = true;
		}
	}
	pthread_mutex_unlock(&sessions->lock);
	return any;
}
