/* SPDX-License-Identifier: MIT */
#ifndef SUITES_SESSION_SAMPLE_H
#define SUITES_SESSION_SAMPLE_H

/*
 * What the session suites start with: the sample's tables, empty, and a session
 * on them.
 *
 *	TestSuite(crud, .init = open_sample, .fini = close_sample, .timeout = 60);
 */

#include "support.h"

#include <rowan/fixtures.h>

extern struct rowan_engine *engine;
extern struct rowan_session *session;

void open_sample(void);
void open_models(const struct rowan_model *const *models);	/* .. or others' tables */
void close_sample(void);

/* A second look at the database, by a session of its own: how many rows there are. */
int64_t stored(const struct rowan_query *query);
#define stored_of(model_) stored(&rowan_select(model_))
int64_t stored_users(void);
int64_t stored_tasks(void);
int64_t stored_links(void);

/* How many statements a flush inserts so many rows by, all of the same columns. */
size_t inserts_of(size_t rows);

/* A committed user, for tests that begin with what is already there. */
struct user *stored_user(const char *email);

/*
 * The tables again, by models that promise less: what they let pass the
 * database itself must refuse.
 */
struct loose_user {
	int64_t id;
	const char *email, *hashed_password, *name;	/* may all be NULL */
	int32_t is_active;				/* may be 7 */
	struct rowan_datetime created_at, updated_at;
};
extern const struct rowan_model loose_user_model;

/* .. and by one that promises more than was stored. */
struct strict_task {
	int64_t id;
	const char *title, *description;		/* never NULL */
	int16_t owner_id;				/* never above 32,767 */
};
extern const struct rowan_model strict_task_model;

#endif
