/* SPDX-License-Identifier: MIT */
#ifndef SUITES_SESSION_PLACES_H
#define SUITES_SESSION_PLACES_H

/*
 * Tests that run on every database, each with empty tables of its own:
 *
 *	TestSuite(savepoint, .fini = leave_place, .timeout = 60);
 *
 *	EVERYWHERE(savepoint, an_inner_failure_keeps_outer_work)
 *	{
 *		user_create(session) ..
 *	}
 *
 * PostgreSQL is the server of ROWAN_POSTGRES_URL, a superuser's on a throw-away
 * cluster.  Without it these tests are skipped, and fail where CI is set.
 */

#include "sample.h"

enum place { ON_SQLITE, ON_POSTGRES };

/* Open `engine` and `session` on a new database with the models' tables; and close. */
void go_to(enum place place, const struct rowan_model *const *models);
void leave_place(void);

#define EVERYWHERE(suite_, name_) EVERYWHERE_WITH(suite_, name_, sample_models)
#define EVERYWHERE_WITH(suite_, name_, models_) \
	static void suite_##_##name_##_(void); \
	Test(suite_, name_##_on_sqlite) \
	{ \
		go_to(ON_SQLITE, (models_)); \
		suite_##_##name_##_(); \
	} \
	Test(suite_, name_##_on_postgres) \
	{ \
		go_to(ON_POSTGRES, (models_)); \
		suite_##_##name_##_(); \
	} \
	static void suite_##_##name_##_(void)

/* Where the test runs, and the URL of its database. */
extern enum place place;
extern char place_url[512];

/* Run SQL that must work, besides all sessions. */
void place_execute(const char *sql);

#endif
