/* SPDX-License-Identifier: MIT */
#ifndef ROWAN_QUERY_H
#define ROWAN_QUERY_H

/*
 * Queries: what to read, as a value with a slot per clause.
 *
 *	struct rowan_query query = rowan_select(task,
 *		.where    = rowan_eq(TASK(owner_id), 7),
 *		.order_by = { rowan_desc(TASK(created_at)), rowan_asc(TASK(id)) },
 *		.load     = { rowan_selectin(task, categories) },
 *		.limit    = 20);
 *
 *	if (only_open)				// a query is changed like any struct
 *		query.where = rowan_and(query.where, rowan_eq(TASK(completed), false));
 *
 * A query is built without allocation and knows the line it was written at.
 * Nothing is checked until it runs.
 */

#include <rowan/expr.h>

#define ROWAN_ORDERS 4	/* sort keys in a query */
#define ROWAN_LOADS 6	/* loading options in a query */
#define ROWAN_STEPS 3	/* relations in the path of one loading option */

/*
 * How a relation is loaded.
 *
 * BATCH	on first use, for all rows of the same result at once (the default)
 * EACH		on first use, for that row alone: the N+1 pattern, asked for by name
 * RAISE	never: rowan_load() is an error that names the options to choose from
 * SELECTIN	with the query: one more statement per relation
 * JOINED	with the query: in the same statement, by LEFT JOIN; below a relation that
 *		is loaded by a statement of its own it means SELECTIN
 */
enum rowan_loading {
	ROWAN_LOAD_BATCH, ROWAN_LOAD_EACH, ROWAN_LOAD_RAISE,
	ROWAN_LOAD_SELECTIN, ROWAN_LOAD_JOINED,
};

/*
 * One loading option: a path of relations, each from a model that the one
 * before leads to.  The whole path is loaded in the same manner, unless another
 * option says otherwise for a shorter path.
 */
struct rowan_query;
struct rowan_load {
	struct rowan_column steps[ROWAN_STEPS];	/* model and slot; unused ones are zero */
	enum rowan_loading loading;
	const struct rowan_query *query;	/* rowan_selectin_by(): which rows */
};

/* An aggregate for rowan_scalar(). */
enum rowan_aggregate {
	ROWAN_AGGREGATE_NONE,
	ROWAN_AGGREGATE_COUNT,	/* rows; of a column: values that are not NULL */
	ROWAN_AGGREGATE_SUM, ROWAN_AGGREGATE_AVG, ROWAN_AGGREGATE_MIN, ROWAN_AGGREGATE_MAX,
	ROWAN_AGGREGATE_VALUE,	/* the column of the first row */
};

struct rowan_scalar {
	enum rowan_aggregate aggregate;
	struct rowan_column column;	/* all-zero for count(*) */
};

/*
 * Lock the rows that are read, until the transaction ends; a locking read begins one.
 * A row that the session holds already is read anew, unless it has edits that wait.
 *
 * SQLite has no row locks: there it takes the write lock, which is stronger, and waits
 * for it as long as the engine's busy_timeout_ms says, whatever .locked does.
 */
enum rowan_lock { ROWAN_LOCK_NONE, ROWAN_FOR_UPDATE, ROWAN_FOR_SHARE };

/* If somebody else has the lock: wait, fail with ROWAN_TIMEOUT, or leave the row out. */
enum rowan_locked { ROWAN_WAIT, ROWAN_NOWAIT, ROWAN_SKIP_LOCKED };

struct rowan_query {
	const struct rowan_model *model;
	struct rowan_site site;
	struct rowan_expr where;
	struct rowan_order order_by[ROWAN_ORDERS];
	struct rowan_load load[ROWAN_LOADS];
	struct rowan_scalar scalar;	/* for rowan_scalar() only */
	int64_t limit;		/* 0 = no limit */
	int64_t offset;
	enum rowan_lock lock;
	enum rowan_locked locked;	/* what to do about locked rows */
	bool untracked;		/* read-only rows, outside the identity map: faster */
	bool all_rows;		/* .._where(): really without a condition */
	char sentinel_;
};

#ifndef __cplusplus

/* rowan_select(user), rowan_select(user, .where = .., .limit = 20) */
#define rowan_select(...) ROWAN_SELECT_(__VA_ARGS__, .sentinel_ = 0)
#define ROWAN_SELECT_(model_, ...) ((struct rowan_query){ \
	.model = &model_##_model, .site = { __FILE__, __LINE__ }, __VA_ARGS__ })

/*
 * Loading options take a path in pairs of model and relation:
 *
 *	rowan_selectin(user, tasks)
 *	rowan_selectin(user, tasks, task, categories)
 */
#define rowan_batch(...) ROWAN_LOAD_(ROWAN_LOAD_BATCH, __VA_ARGS__)
#define rowan_each(...) ROWAN_LOAD_(ROWAN_LOAD_EACH, __VA_ARGS__)
#define rowan_raise(...) ROWAN_LOAD_(ROWAN_LOAD_RAISE, __VA_ARGS__)
#define rowan_selectin(...) ROWAN_LOAD_(ROWAN_LOAD_SELECTIN, __VA_ARGS__)
#define rowan_joined(...) ROWAN_LOAD_(ROWAN_LOAD_JOINED, __VA_ARGS__)

/*
 * Of a relation to many, the rows that a query of its own chooses, in its order; its
 * limit and offset count for each row that has them.  The last three messages of each
 * conversation, with their authors, in three statements:
 *
 *	struct rowan_query latest = rowan_select(message,
 *		.order_by = { rowan_desc(MESSAGE(sent_at)) },
 *		.load     = { rowan_selectin(message, author) },
 *		.limit    = 3);
 *	rowan_exec(session, rowan_select(conversation,
 *		.load = { rowan_selectin_by(conversation, messages, &latest) }));
 *
 * The query is borrowed until the outer one has run.  The slot holds those rows only,
 * also if it had been loaded before, until it is loaded anew after a commit or rollback.
 */
#define rowan_selectin_by(model_, slot_, query_) { \
	.steps = { ROWAN_STEP_(model_, slot_) }, \
	.loading = ROWAN_LOAD_SELECTIN + 0 * sizeof(((struct model_ *)0)->slot_.rows), \
	.query = (query_) }

/* A slot's address: it must have the private members of one. */
#define ROWAN_STEP_(model_, slot_) \
	{ &model_##_model, offsetof(struct model_, slot_) \
		+ 0 * sizeof(((struct model_ *)0)->slot_.of_) }
/* .. and the next one must belong to the model that it leads to. */
#define ROWAN_NEXT_STEP_(from_, via_, model_, slot_) \
	{ _Generic(((struct from_ *)0)->via_.of_, const struct model_ *: &model_##_model), \
	  offsetof(struct model_, slot_) + 0 * sizeof(((struct model_ *)0)->slot_.of_) }
#define ROWAN_PATH_2_(a_, b_) { ROWAN_STEP_(a_, b_) }
#define ROWAN_PATH_4_(a_, b_, c_, d_) \
	{ ROWAN_STEP_(a_, b_), ROWAN_NEXT_STEP_(a_, b_, c_, d_) }
#define ROWAN_PATH_6_(a_, b_, c_, d_, e_, f_) \
	{ ROWAN_STEP_(a_, b_), ROWAN_NEXT_STEP_(a_, b_, c_, d_), \
	  ROWAN_NEXT_STEP_(c_, d_, e_, f_) }
#define ROWAN_PICK_(a_, b_, c_, d_, e_, f_, path_, ...) path_
#define ROWAN_LOAD_(loading_, ...) { \
	.steps = ROWAN_PICK_(__VA_ARGS__, ROWAN_PATH_6_, ROWAN_NO_PATH_, ROWAN_PATH_4_, \
		ROWAN_NO_PATH_, ROWAN_PATH_2_, ROWAN_NO_PATH_, 0)(__VA_ARGS__), \
	.loading = loading_ }

/* .scalar = rowan_max(TASK(priority)) */
#define rowan_count_of(column_) { ROWAN_AGGREGATE_COUNT, (column_).column }
#define rowan_sum(column_) { ROWAN_AGGREGATE_SUM, (column_).column }
#define rowan_avg(column_) { ROWAN_AGGREGATE_AVG, (column_).column }
#define rowan_min(column_) { ROWAN_AGGREGATE_MIN, (column_).column }
#define rowan_max(column_) { ROWAN_AGGREGATE_MAX, (column_).column }
#define rowan_value_of(column_) { ROWAN_AGGREGATE_VALUE, (column_).column }

#endif /* __cplusplus */
#endif
