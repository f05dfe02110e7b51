/* SPDX-License-Identifier: MIT */
#ifndef SESSION_HOOKS_H
#define SESSION_HOOKS_H

#include "session/order.h"

/* What a hook does may call for it again, and so on; not for ever. */
#define HOOK_ROUNDS 16
int hooks_endless(struct rowan_session *session, const char *hook, struct rowan_site site);

/* Before a flush gathers what it sends: rows may come in, change and be taken along. */
int hooks_before(struct rowan_session *session, struct rowan_site site);

/* What was sent. */
int hooks_after(struct rowan_session *session, const struct work *work, struct rowan_site site);

void hooks_ended(struct rowan_session *session, bool committed);

#endif
