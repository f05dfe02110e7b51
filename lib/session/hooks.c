/* SPDX-License-Identifier: MIT */
#include "session/hooks.h"

#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

int rowan_fail(struct rowan_session *session, int code, const char *format, ...)
{
	char message[sizeof(session->error.message)];
	va_list arguments;

	if (session_ready(session))
		return session_ready(session);
	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	if (code >= ROWAN_OK)
		code = ROWAN_MISUSE;
	return session_fail(session, code, (struct rowan_site){ 0 }, "%s", message);
}

int session_may_end(struct rowan_session *session, const char *verb, struct rowan_site site)
{
	if (session_ready(session) || !session->in_hook)
		return session_ready(session);
	return session_fail(session, ROWAN_MISUSE, site, "%s: not in a hook", verb);
}

/* The error is the hook's own, or what it returned. */
static int hook_result(struct rowan_session *session, int result, const char *hook,
		       struct rowan_site site)
{
	session->in_hook = false;
	if (session_ready(session))
		return session_failed_at(session, session_ready(session), site);
	return result < 0 ? session_fail(session, result, site, "%s failed: %s", hook,
					 rowan_error_name(result))
			  : ROWAN_OK;
}

static int call(struct rowan_session *session, const struct change *change,
		enum rowan_write_kind kind, bool before, struct rowan_site site)
{
	const struct rowan_hooks *hooks = session->hooks;
	struct rowan_write write = { .kind = kind, .model = change->plan->model,
				     .row = change->row,
				     .stored = before ? change->flushed : NULL };

	session->in_hook = true;
	return before ? hook_result(session, hooks->before_write(session, &write, hooks->context),
				    "before_write", site)
		      : hook_result(session, hooks->after_write(session, &write, hooks->context),
				    "after_write", site);
}

int hooks_endless(struct rowan_session *session, const char *hook, struct rowan_site site)
{
	return session_fail(session, ROWAN_MISUSE, site,
			    "%s: it goes on for ever: what it makes calls for more of it", hook);
}

/* ---- before ------------------------------------------------------------------- */

static bool is_to_be_sent(struct change *change, enum rowan_write_kind *kind)
{
	switch (change->state) {
	case CHANGE_INSERT:
		*kind = ROWAN_WRITE_INSERT;
		return true;
	case CHANGE_DELETE:
		*kind = ROWAN_WRITE_DELETE;
		return true;
	case CHANGE_STORED:
		*kind = ROWAN_WRITE_UPDATE;
		return change_is_dirty(change) || change_waits_for_key(change);
	default:
		return false;
	}
}

/* Those that were not asked yet; what comes in meanwhile is asked in the next round. */
static int ask_all(struct rowan_session *session, size_t *asked, struct rowan_site site)
{
	const struct vector *changes = &session->unit.changes;
	size_t count = changes->count;
	int status = ROWAN_OK;

	*asked = 0;
	for (size_t i = 0; i < count && status == ROWAN_OK; i++) {
		struct change *change = changes->items[i];
		enum rowan_write_kind kind;

		if (change->asked == session->flushes || !is_to_be_sent(change, &kind))
			continue;
		change->asked = session->flushes;
		status = call(session, change, kind, true, site);
		(*asked)++;
	}
	return status;
}

static int ask(struct rowan_session *session, struct rowan_site site)
{
	size_t asked = 1;
	int status = ROWAN_OK;

	for (int round = 0; asked > 0 && status == ROWAN_OK; round++) {
		if (round == HOOK_ROUNDS)
			return hooks_endless(session, "before_write", site);
		status = add_others(session, site);
		if (status == ROWAN_OK)
			status = cascade_deletes(session, site);
		if (status == ROWAN_OK)
			status = ask_all(session, &asked, site);
	}
	return status;
}

int hooks_before(struct rowan_session *session, struct rowan_site site)
{
	const struct rowan_hooks *hooks = session->hooks;
	int status = ROWAN_OK;

	session->flushes++;
	if (hooks->before_flush) {
		session->in_hook = true;
		status = hook_result(session, hooks->before_flush(session, hooks->context),
				     "before_flush", site);
	}
	return status == ROWAN_OK && hooks->before_write ? ask(session, site) : status;
}

/* ---- after -------------------------------------------------------------------- */

static int tell(struct rowan_session *session, const struct vector *list,
		enum rowan_write_kind kind, struct rowan_site site)
{
	int status = ROWAN_OK;

	for (size_t i = 0; i < list->count && status == ROWAN_OK; i++)
		status = call(session, list->items[i], kind, false, site);
	return status;
}

int hooks_after(struct rowan_session *session, const struct work *work, struct rowan_site site)
{
	int status = tell(session, &work->inserts, ROWAN_WRITE_INSERT, site);

	if (status == ROWAN_OK)
		status = tell(session, &work->updates, ROWAN_WRITE_UPDATE, site);
	if (status == ROWAN_OK)
		status = tell(session, &work->deletes, ROWAN_WRITE_DELETE, site);
	return status;
}

void hooks_ended(struct rowan_session *session, bool committed)
{
	const struct rowan_hooks *hooks = session->hooks;
	void (*told)(struct rowan_session *session, void *context) =
		!hooks ? NULL : committed ? hooks->after_commit : hooks->after_rollback;

	if (!told)
		return;
	session->in_hook = true;
	told(session, hooks->context);
	session->in_hook = false;
}
