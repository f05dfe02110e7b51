/* SPDX-License-Identifier: MIT */
/* Engines, sessions and their options.  See run.sh. */
#include "models.h"

static int work(struct rowan_session *session, void *context)
{
	(void)context;
	return rowan_flush(session);
}

void engines_and_sessions(struct rowan_engine *engine, struct rowan_session *session);
void engines_and_sessions(struct rowan_engine *engine, struct rowan_session *session)
{
#ifdef m22_misspelt_engine_option
	engine = rowan_engine_open("sqlite://", .pol_size = 3); /* says: pol_size */
#else
	engine = rowan_engine_open("sqlite://", .pool_size = 3);
#endif

#ifdef m22_misspelt_session_option
	session = rowan_session_open(engine, .lasy = ROWAN_LOAD_RAISE); /* says: lasy */
#else
	session = rowan_session_open(engine, .lazy = ROWAN_LOAD_RAISE);
#endif

#ifdef m22_misspelt_begin_option
	rowan_begin(session, .writes = true); /* says: writes */
#else
	rowan_begin(session, .write = true);
#endif

#ifdef m22_misspelt_commit_option
	rowan_commit(session, .cleer = true); /* says: cleer */
#else
	rowan_commit(session, .clear = true);
#endif

#ifdef m22_one_model_where_a_list_is_wanted
	rowan_create_all(engine, &user_model, NULL); /* says: incompatible pointer type */
#else
	rowan_create_all(engine, ROWAN_MODELS(&user_model), NULL);
#endif

#ifdef m22_isolation_as_text
	rowan_begin(session, .isolation = "serializable"); /* says: integer|incompatible type */
#else
	rowan_begin(session, .isolation = ROWAN_SERIALIZABLE);
#endif

#ifdef m22_session_of_a_url
	session = rowan_session_open("sqlite://"); /* says: incompatible pointer type */
#else
	session = rowan_session_open(engine);
#endif

#ifdef m22_flush_of_an_engine
	rowan_flush(engine); /* says: incompatible pointer type */
#else
	rowan_flush(session);
#endif

#ifdef m22_work_of_another_kind
	rowan_transaction(engine, rowan_session_close, NULL); /* says: incompatible.*pointer type */
#else
	rowan_transaction(engine, work, NULL);
#endif
}
