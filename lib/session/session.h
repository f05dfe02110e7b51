/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

/*
 * The parts of a session, and what its verbs share.
 *
 * Every public verb has a file of its own.  It begins with session_ready(),
 * which refuses work while an error waits, and hands &session->error down, so
 * that whatever fails first is what the user is told.
 */

#include "base/arena.h"
#include "base/vector.h"
#include "dialect/dialect.h"
#include "engine/engine.h"
#include "model/key.h"
#include "model/types.h"
#include "session/identity.h"
#include "session/unit.h"

#include <rowan/hooks.h>
#include <rowan/relation.h>
#include <rowan/result.h>
#include <rowan/sandbox.h>

#include <string.h>

/*
 * Rows that were read together, and how their relations load.  Each slot of
 * such a row points here until it is loaded; that is how a lazy load finds the
 * other rows to load for.
 */
struct peers {
	struct rowan_session *session;
	const struct plan *plan;
	void *const *rows;	/* NULL: each row stands alone */
	size_t count;
	struct rowan_site site;	/* the query's */
	const struct eager *eager;	/* loading options from here on, or NULL */
	bool untracked;
	bool fresh;		/* rows that the session held were read anew, being locked */
	uint8_t loading[];	/* enum rowan_loading, per relation */
};

/* What the session has of a model. */
struct session_model {
	struct identity_map map;
	struct peers *alone;	/* of rows that were not read with others */
};

/* How often one line lazily loaded one relation, row by row. */
#define LAZY_LINES 16
struct lazy_line {
	const struct relation *relation;
	struct rowan_site site;
	unsigned count;
};

/* Pairs of a row and a related one, as they are read; see edges.h. */
struct edge;
struct edges {
	struct edge *items;
	size_t count, capacity;
};
bool edges_push(struct edges *edges, size_t parent, void *child);
void edges_release(struct edges *edges);

/* Statements on their way; see outbox.h. */
struct budget;
struct posted;
struct outbox {
	struct posted *first, *last, *spare;
	size_t count;
	bool uncounted;		/* only the outcomes say whether a COMMIT may follow */
};

struct rowan_session {
	struct rowan_engine *engine;
	const struct dialect *dialect;
	struct rowan_session_options options;
	struct rowan_error error;	/* the first since the last rollback */

	struct connection *connection;	/* from the first statement to the transaction's end */
	bool in_transaction;
	bool read_only;			/* the transaction: nothing may be written in it */
	bool committing;		/* the flush is part of a commit */
	struct savepoint *savepoints;	/* innermost first; see savepoint.c */
	struct rowan_stream *stream;	/* the open one: nothing else runs meanwhile */
	struct rowan_stream *last_stream; /* open or not: its memory */
	const struct rowan_hooks *hooks;	/* NULL: none */
	bool in_hook;			/* one of them is running */
	uint32_t flushes;		/* counted while there are hooks */
	bool no_retry;			/* the work had effects outside of the database */
	uint32_t ended;			/* transactions, by commit or rollback */
	uint32_t epoch;			/* of reading: a commit or rollback begins a new one */

	struct arena arena;		/* rows, text, results */
	struct arena scratch;		/* cleared when a public call ends */
	struct vector rows;		/* the rows of the statement that is being read .. */
	struct edges edges;		/* .. and what they are related to */
	struct session_model *models;	/* by plan->id */
	size_t model_count;
	struct unit unit;		/* rows handed out writable */
	struct outbox outbox;
	size_t reserved;		/* inserts: room in the identity maps for rows on their way */

	struct lazy_line lazy_lines[LAZY_LINES];
	size_t lazy_line_next;
	struct budget *budget;		/* NULL: without limits; see budget.h */
	int64_t rows_left;		/* that may be read */
};

/* A stream is open: ROWAN_MISUSE, noted as the session's error. */
int stream_refuse(struct rowan_session *session);

/*
 * ROWAN_OK, or the error that waits: nothing is done before a rollback.  A
 * session that was closed has one that stays.
 */
static inline int session_ready(struct rowan_session *session)
{
	if (!session)
		return ROWAN_MISUSE;
	return session->error.code || !session->stream ? session->error.code
						       : stream_refuse(session);
}

/* Note a failure of the session's own and return its code. */
int session_fail(struct rowan_session *session, int code, struct rowan_site site,
		 const char *format, ...) __attribute__((format(printf, 4, 5)));
int session_no_memory(struct rowan_session *session, struct rowan_site site);

/* Note where a failure that a lower layer reported was asked for. */
int session_failed_at(struct rowan_session *session, int code, struct rowan_site site);

/* Connect if there is no connection yet. */
int session_connect(struct rowan_session *session, struct rowan_site site);
void session_disconnect(struct rowan_session *session);

/*
 * The statement of a shape on the session's connection, ready to be bound: every statement
 * but commands begins here, unless the budget forbids it.
 */
int session_statement(struct rowan_session *session, const struct shape *shape,
		      statement_render *render, void *context, struct rowan_site site,
		      struct execution *run);

static inline bool same_site(struct rowan_site a, struct rowan_site b)
{
	return a.line == b.line && a.file && b.file && strcmp(a.file, b.file) == 0;
}

/* ROWAN_OK, or the error that waits, or that a hook must not do this. */
int session_may_end(struct rowan_session *session, const char *verb, struct rowan_site site);

/* What the session keeps of a plan's model, or NULL: no memory. */
struct session_model *session_model_make_(struct rowan_session *session, const struct plan *plan);
static inline struct session_model *session_model(struct rowan_session *session,
						  const struct plan *plan)
{
	if (plan->id < session->model_count && session->models[plan->id].map.plan)
		return &session->models[plan->id];
	return session_model_make_(session, plan);
}

/*
 * The row whose key `key` is what `from` of this row says, if the session holds it.
 * NULL also when there is no memory: the session's error then says so.
 */
void *held_row(struct rowan_session *session, const struct key *key,
	       const struct key *from, const void *row);

/* New peers with the session's way of lazy loading; NULL: no memory. */
struct peers *peers_make(struct rowan_session *session, const struct plan *plan,
			 struct rowan_site site);

/* ---- statements ------------------------------------------------------------ */

/* The kinds of statements, as the first bytes of their shapes. */
enum statement_kind {
	STATEMENT_SELECT = 1, STATEMENT_GET, STATEMENT_RELATED, STATEMENT_INSERT,
	STATEMENT_UPDATE, STATEMENT_DELETE, STATEMENT_EXISTS,
};

/*
 * Bind a condition's operands in the order of its terms; with bind_select() limit and
 * offset after them.  What has to be made for that is in the arena: it must live as long
 * as the execution.
 */
void bind_where(struct rowan_session *session, struct execution *run,
		const struct rowan_expr *where, struct arena *arena);
void bind_select(struct rowan_session *session, struct execution *run,
		 const struct select *select, struct arena *arena);

/* The statement of a checked query, so bound and ready to step. */
int select_begin(struct rowan_session *session, const struct select *select,
		 struct arena *arena, struct execution *run);

/* The beginning of a locking read, if the query is one: its transaction. */
int lock_rows(struct rowan_session *session, const struct select *select);

/* Find or make the statement that reads a row by its key, and bind the key in `row`. */
int get_begin(struct rowan_session *session, const struct plan *plan, const void *row,
	      struct rowan_site site, struct execution *run);

/* The row with the key that `key` has, from the identity map or the database, or NULL. */
const void *find_row(struct rowan_session *session, struct session_model *model,
		     const void *key, struct rowan_site site);

/* ---- reading --------------------------------------------------------------- */

/* Reads rows of one model out of a statement's columns, through the identity map. */
struct reader {
	struct rowan_session *session;
	const struct plan *plan;
	struct identity_map *map;	/* NULL: untracked */
	struct peers *peers;		/* what the slots of the rows point to */
	struct arena *arena;		/* for new rows, and text */
	int first;			/* column of the statement */
	int key_column;			/* of a single integer key, else -1 */
	void *key;			/* room for a row's key, if it is not */
	bool again;			/* read over rows that were read before, */
	bool refresh;			/* .. even if they have edits */
};

int reader_init(struct reader *reader, struct rowan_session *session, const struct plan *plan,
		struct peers *peers, int first);

/*
 * The hash of the current row's key, which is left in reader->key unless it is a
 * single integer.
 */
int reader_key(struct reader *reader, struct execution *run, uint64_t *hash);

/*
 * The current row: as it is; with its key read already; and with its place in the
 * identity map found.  On failure the execution's error is filled.
 */
int reader_read(struct reader *reader, struct execution *run, void **row);
int reader_take(struct reader *reader, struct execution *run, uint64_t hash, void **row);
int reader_enter(struct reader *reader, struct execution *run, struct identity_entry *entry,
		 void **row);

/* The row is none of the reader's peers after all: it stands alone. */
void reader_leave_out(const struct reader *reader, void *row);

/* ---- relations ------------------------------------------------------------- */

#define SLOT_GROWABLE ((uintptr_t)2)	/* rows: an array of a power of two, our own */
#define SLOT_FLAGS (ROWAN_SLOT_LOADED_ | SLOT_GROWABLE)

static inline const struct slot *slot_of(const struct column *column)
{
	return &column->plan->slots[column->index];
}

/* Slots are written through void pointers: what they point to differs by model. */
uintptr_t slot_state(const struct relation *relation, const void *row);
void slot_unload(const struct relation *relation, void *row, const struct peers *peers);
void slot_load_one(const struct relation *relation, void *row, const void *target);
void slot_load_many(const struct relation *relation, void *row, const void *const *rows,
		    size_t count, uintptr_t flags);
const void *slot_one(const struct relation *relation, const void *row);
const void *const *slot_many(const struct relation *relation, const void *row, size_t *count);

/* Whether a loaded slot leads to the target. */
bool slot_holds(const struct relation *relation, const void *row, const void *target);

static inline bool slot_is_loaded(const struct relation *relation, const void *row)
{
	return slot_state(relation, row) & ROWAN_SLOT_LOADED_;
}

/* A model's slots, all unloaded and pointing at `peers`. */
void slots_init(const struct plan *plan, void *row, const struct peers *peers);

/*
 * Load a relation for all peers where it is not loaded; the rows found, or NULL on error.
 * With a filter: anew, and only the rows that it chooses.
 */
struct peers *load_related(struct rowan_session *session, struct peers *peers,
			   const struct relation *relation, const struct select *filter,
			   struct rowan_site site);

/* Load a relation of one row. */
struct peers *load_alone(struct rowan_session *session, struct peers *peers, void *row,
			 const struct relation *relation, struct rowan_site site);

/* Eager loading options as a tree; see eager.c. */
struct eager;
int eager_make(struct rowan_session *session, const struct rowan_query *query,
	       const struct plan *plan, struct select *select, struct eager **out);
/* Rows that the options from this node on are for. */
void eager_follow(const struct eager *eager, struct peers *peers);
/* The node of a relation, or NULL if no option names it. */
const struct eager *eager_child(const struct eager *eager, const struct relation *relation);
/* Load what the options of these rows want to have been loaded, level by level. */
int eager_load(struct rowan_session *session, struct peers *peers, struct rowan_site site);

/* ---- writing --------------------------------------------------------------- */

/* A new row of a plan with its defaults, known to the unit; NULL on error. */
struct change *new_row(struct rowan_session *session, const struct plan *plan,
		       struct rowan_site site);

/* Whether this session handed out `row`, and as the one with its key. */
bool session_tracks(struct rowan_session *session, const struct plan *plan, const void *row);

/* The record of a row that this session stores, made if need be; NULL on error. */
struct change *change_of_stored(struct rowan_session *session, const struct rowan_model *model,
				const void *row, const char *verb, struct rowan_site site);

/* One line more of what is wrong with values: ROWAN_VALIDATION, if nothing failed before. */
void note_finding(struct rowan_session *session, const struct plan *plan, const char *column,
		  struct rowan_site site, const char *finding);

/* Add what is wrong with the columns that the flush would send to the session's error. */
void validate_change(struct rowan_session *session, const struct change *change);
/* .. of one member, and of a value that is not of its type. */
void validate_member(struct rowan_session *session, const struct column *column, const void *row,
		     struct rowan_site site);
void note_misfit(struct rowan_session *session, const struct column *column,
		 struct rowan_value value, enum fit fit, struct rowan_site site);

/* Whether a foreign key of the row follows one that is to be inserted. */
bool change_waits_for_key(const struct change *change);

/* New rows that added and stored ones follow are added, and those appended to them. */
int add_others(struct rowan_session *session, struct rowan_site site);

/*
 * The child is to be added with the row that this key of it follows; whether it is with any;
 * and no more with that whose key this is, or with NULL with none.
 */
int bring_along(struct rowan_session *session, struct change *child, const struct key *key,
		struct rowan_site site);
bool change_is_brought(const struct change *change);
void leave_behind(struct change *child, const struct key *key);

/*
 * A parent's column may follow a third row's.  Whether what it follows in the end has its value
 * before rows of this rank are inserted; whether that is on the way; and whether it is the
 * child's own column.
 */
bool link_is_known(const struct key_link *link, uint32_t rank);
bool link_is_awaited(const struct change *change, const struct key_link *link);
bool leads_back(const struct change *parent, const struct column *parent_column,
		const struct change *child, const struct column *column);

/* The member's value, of the factory; what does not fit is the session's error. */
int set_by_factory(struct rowan_session *session, const struct column *column, void *row,
		   rowan_factory *factory, struct rowan_site site);

/* The row is to be updated for other changes: set the members that have .on_update. */
int stamp_change(struct rowan_session *session, struct change *change);

/* Set the foreign keys of the row that follow other rows; those of the list have been sent. */
void change_follow_keys(struct change *change);
void keys_followed(const struct vector *list);

/* Post the changes, which are in order; see outbox.h. */
int flush_inserts(struct rowan_session *session, struct change **changes, size_t count,
		  struct rowan_site site);
int flush_updates(struct rowan_session *session, struct change **changes, size_t count,
		  struct rowan_site site);
int flush_deletes(struct rowan_session *session, struct change **changes, size_t count,
		  struct rowan_site site);

/* The statement that these were for found other rows, or none: ROWAN_STALE. */
int rows_missing(struct rowan_session *session, const struct posted *posted,
		 struct rowan_site site);

/*
 * The row's slot now leads to (or, with `add` false, no more to) the target.  A
 * relation or row that is NULL has no slot to change.
 */
int step(struct rowan_session *session, const struct relation *relation, const void *row,
	 const void *target, bool add, struct rowan_site site);

/* Slots were loaded, of this row or, NULL, of any: take the steps that the database lacks. */
int steps_repeat(struct rowan_session *session, const void *row, struct rowan_site site);

/* The row that a BELONGS_TO leads to, as far as the session holds it. */
const void *parent_of(struct rowan_session *session, const struct relation *relation,
		      const void *row);

/*
 * What rows that are to be deleted take along, and those that were left alone: they are
 * to be deleted as well.  May read from the database, in the flush's transaction.
 */
int cascade_deletes(struct rowan_session *session, struct rowan_site site);

/*
 * Rows of the model may be gone or changed by now: the next reading will tell.  Those
 * whose foreign keys make the database act when rows of the model are deleted.
 */
void doubt_rows(struct rowan_session *session, const struct plan *plan);
void doubt_dependents(struct rowan_session *session, const struct plan *plan);

/* Take a deleted row out of the loaded relations that lead to it. */
int leave_relations(struct rowan_session *session, const struct change *change,
		    struct rowan_site site);

/*
 * Execute a checked SELECT_DELETE or SELECT_UPDATE in the session's transaction; how many
 * rows it wrote, or < 0.  Rows of the model are in doubt after it.
 */
int64_t write_where(struct rowan_session *session, const struct select *select);

/* Complete an integrity error of these rows: the constraint's name, and whose column. */
void diagnose(struct rowan_session *session, struct change **changes, size_t count,
	      bool deleting);

/* Say so if which rows a query gives is up to the database. */
void warn_of_open_limit(struct rowan_session *session, const struct rowan_query *query);

/* Free all rows; nothing may wait to be flushed. */
void forget_rows(struct rowan_session *session);

/* The rows of a query, or NULL; leaves the scratch arena as it is. */
struct rowan_result *exec_query(struct rowan_session *session, const struct rowan_query *query);

/* The expression with a copy of its operands in the arena. */
struct rowan_expr keep_expr(struct arena *arena, struct rowan_expr expr);

/* Whether rows with these peers come from the open stream; end the open one, if any. */
bool stream_owns(const struct rowan_session *session, const struct peers *peers);
void stream_end(struct rowan_session *session);

/* Undo in memory; in the database. */
void unit_rollback(struct rowan_session *session);
void savepoints_end(struct rowan_session *session);
/* Relations of all rows are loaded anew when they are next used. */
void unload_all_relations(struct rowan_session *session);
int session_execute(struct rowan_session *session, const char *sql, struct rowan_site site);
int begin_transaction(struct rowan_session *session, bool write, struct rowan_site site);
void rollback_transaction(struct rowan_session *session);

#endif
