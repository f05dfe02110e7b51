/* SPDX-License-Identifier: MIT */
#ifndef SUITES_FAULTS_SWEEP_H
#define SUITES_FAULTS_SWEEP_H

/*
 * Sweeps: a piece of work is done again and again, and each time another one of the calls
 * that it depends on fails, until none does any more.
 *
 * What fails is an injector's business, what is done a scenario's.  Every scenario runs
 * under every injector, and what must come of it is the same: an error that says so, the
 * database as it was or as it was to be, nothing leaked, and a session that works after
 * rollback.
 */

#include <rowan.h>

/* ---- what fails ------------------------------------------------------------------- */

enum sweep_way { SWEEP_ONCE, SWEEP_FROM_THEN_ON };

struct injector {
	const char *name;	/* of the tests: "mem1" */
	const char *id;		/* of the fault matrix: "mem-1" */
	/* What it can do, by turns; the last one's name is NULL. */
	const struct variant {
		const char *name;		/* "full, WAL, " */
		const char *sqlite_options;	/* of the URL */
		int kind;			/* the injector's own */
	} *variants;
	void (*install)(void);	/* into the process; may be NULL */
	void (*choose)(int kind);		/* of the variant that runs; may be NULL */
	/* Errors that the work may end with. */
	bool (*allows)(int kind, const struct rowan_error *error);
	long (*held)(void);	/* blocks of memory; NULL: it does not know */
};

/*
 * Which of an injector's calls fails, as it asks by fuse_blows(): the one after `count`
 * more, or none if that is -1.  To disarm tells whether any failed.  All injectors are in
 * the program, so each asks for itself.
 */
void fuse_arm(const struct injector *of, enum sweep_way way, long count);
bool fuse_disarm(void);
bool fuse_blows(const struct injector *of);

extern const struct injector heap_injector, disk_injector, calls_injector;

/* ---- what is done ------------------------------------------------------------------ */

struct place {
	const char *url;
	const char *env_file;		/* that names it */
	struct rowan_engine *engine;	/* connected; NULL if the scenario is alone */
	struct rowan_session *session;
	struct rowan_error error;	/* of a failure without a session */
};

struct scenario {
	const char *name;
	/* < 0, and an error in the session or the place; whatever fails, straight through. */
	int (*run)(struct place *place);
	int ends_with;		/* what it comes to when nothing fails */
	bool alone;		/* it opens its engine and its sessions itself */
	bool tables;		/* it is about the extra tables, .. */
	bool extra;		/* .. which are there before */
	bool here;		/* in the process: the engine of the run does not matter */
};

#define PATIENCE_MS 20	/* with locks that nobody will give back */

/* All of them; the last one's name is NULL. */
extern const struct scenario scenarios[];

/* ---- the database ------------------------------------------------------------------- */

/* Another engine that looks at it and puts it right. */
int world_open(const char *url, struct rowan_error *error);
void world_close(void);

/* As it is before each attempt; with the extra tables, or without. */
int world_restore(bool extra, struct rowan_error *error);

/* Another number for other rows, and tables; 0, and `error`, if it can't be read. */
uint64_t world_digest(bool tables, struct rowan_error *error);

/* What the database itself says of it. */
bool world_is_sound(struct rowan_error *error);

/* Tables besides the sample's, which scenarios make, fill and drop. */
struct shelf { int64_t id; const char *name; };
struct book { int64_t id; int64_t shelf_id; };
extern const struct rowan_model shelf_model, book_model;
extern const struct rowan_model *const extra_models[];

#endif
