/* SPDX-License-Identifier: MIT */
#include "query/select.h"

#include "base/error.h"

#define TEXT_OF_(number_) #number_
#define TEXT_OF(number_) TEXT_OF_(number_)

const char *fault_text(enum rowan_fault fault)
{
	switch (fault) {
	case ROWAN_FAULT_TOO_LONG:
		return "the expression has more than " TEXT_OF(ROWAN_TERMS)
		       " terms: rowan_keep() lifts the limit";
	case ROWAN_FAULT_NULL_ORDER:
		return "NULL can only be compared by rowan_eq() and rowan_ne()";
	case ROWAN_FAULT_NULL_LIST:
		return "the list is NULL, but its count is not 0";
	case ROWAN_FAULT_NO_MEMORY:
		return "there was no memory for rowan_keep()";
	case ROWAN_FAULT_NONE:
		break;
	}
	return "no fault";
}

/* ---- columns ---------------------------------------------------------------- */

/* A column that is not of the query's model, as well as it can be named. */
static int refuse_column(const struct select *select, const char *clause,
			 struct rowan_column column, struct rowan_error *error)
{
	const struct column *named = NULL;
	const struct plan *plan;
	int status;

	if (!column.model)
		return error_set(error, ROWAN_MISUSE, "%s: a column has no model: write it as "
				 "rowan_column()", clause);
	status = plan_of(column.model, &plan, error);
	if (status < 0)
		return status;
	named = plan_column_at(plan, column.offset);
	if (!named)
		return error_set(error, ROWAN_MISUSE, "%s: %s has no column at this member",
				 clause, plan->table);
	return error_set(error, ROWAN_MISUSE, "%s: %s.%s: the query selects from %s only",
			 clause, plan->table, named->name, select->plan->table);
}

int select_check_column(const struct select *select, const char *clause,
			struct rowan_column column, struct rowan_error *error)
{
	if (column.model == select->plan->model && plan_column_at(select->plan, column.offset))
		return ROWAN_OK;
	return refuse_column(select, clause, column, error);
}

/* ---- clauses ---------------------------------------------------------------- */

static int check_terms(const struct select *select, const struct rowan_term *terms, size_t count,
		       struct rowan_error *error)
{
	int status = ROWAN_OK;

	for (size_t i = 0; i < count && status == ROWAN_OK; i++) {
		const struct rowan_term *term = &terms[i];

		switch (term->op) {
		case ROWAN_OP_AND:
		case ROWAN_OP_OR:
		case ROWAN_OP_NOT:
			break;
		case ROWAN_OP_KEPT:
			status = check_terms(select, term->right.kept.terms,
					     term->right.kept.count, error);
			break;
		case ROWAN_OP_FALSE:
			if (term->left.model)	/* an empty list; else an OR of nothing */
				status = select_check_column(select, "where", term->left, error);
			break;
		default:
			status = select_check_column(select, "where", term->left, error);
			if (status == ROWAN_OK && term->operand == ROWAN_OPERAND_COLUMN)
				status = select_check_column(select, "where", term->right.column, error);
		}
	}
	return status;
}

static int check_where(const struct select *select, struct rowan_error *error)
{
	const struct rowan_expr *where = &select->query->where;

	if (where->fault == ROWAN_FAULT_NO_MEMORY)
		return error_no_memory(error);
	if (where->fault)
		return error_set(error, ROWAN_MISUSE, "where: %s",
				 fault_text((enum rowan_fault)where->fault));
	return check_terms(select, where->terms, where->length, error);
}

static int check_order_by(const struct select *select, struct rowan_error *error)
{
	int status = ROWAN_OK;

	for (size_t i = 0; i < ROWAN_ORDERS && status == ROWAN_OK; i++) {
		struct rowan_column column = select->query->order_by[i].column;

		if (column.model)
			status = select_check_column(select, "order_by", column, error);
	}
	return status;
}

/* A step of a path does not start at `from`: name it if it is a relation at all. */
static int refuse_step(const struct plan *from, struct rowan_column step,
		       struct rowan_error *error)
{
	const struct relation *relation;
	const struct plan *plan;
	int status = plan_of(step.model, &plan, error);

	if (status < 0)
		return status;
	relation = plan_relation_at(plan, step.offset);
	if (!relation)
		return error_set(error, ROWAN_MISUSE, "load: %s has no relation at this member",
				 plan->table);
	return error_set(error, ROWAN_MISUSE, "load: %s.%s is not a relation that starts at %s",
			 plan->table, relation->declared->name, from->table);
}

static int check_path(const struct select *select, const struct rowan_load *load,
		      struct rowan_error *error)
{
	const struct plan *from = select->plan;

	for (size_t i = 0; i < ROWAN_STEPS && load->steps[i].model; i++) {
		const struct relation *relation = NULL;

		if (load->steps[i].model == from->model)
			relation = plan_relation_at(from, load->steps[i].offset);
		if (!relation)
			return refuse_step(from, load->steps[i], error);
		from = relation->target;
	}
	return ROWAN_OK;
}

static int check_load(const struct select *select, struct rowan_error *error)
{
	int status = ROWAN_OK;

	for (size_t i = 0; i < ROWAN_LOADS && status == ROWAN_OK; i++)
		status = check_path(select, &select->query->load[i], error);
	return status;
}

static int check_range(const struct select *select, struct rowan_error *error)
{
	const struct rowan_query *query = select->query;

	if (query->limit < 0)
		return error_set(error, ROWAN_MISUSE, "limit: %lld is negative",
				 (long long)query->limit);
	if (query->offset < 0)
		return error_set(error, ROWAN_MISUSE, "offset: %lld is negative",
				 (long long)query->offset);
	return ROWAN_OK;
}

/* Whether every database can work out the aggregate for the type. */
static bool can_aggregate(enum rowan_aggregate aggregate, enum rowan_type type)
{
	switch (aggregate) {
	case ROWAN_AGGREGATE_SUM:
	case ROWAN_AGGREGATE_AVG:
		return type == ROWAN_TYPE_INT16 || type == ROWAN_TYPE_INT32
			|| type == ROWAN_TYPE_INT64 || type == ROWAN_TYPE_DOUBLE;
	case ROWAN_AGGREGATE_MIN:
	case ROWAN_AGGREGATE_MAX:
		return type != ROWAN_TYPE_BOOL && type != ROWAN_TYPE_BYTES
			&& type != ROWAN_TYPE_UUID;
	default:
		return true;
	}
}

static int check_scalar(const struct select *select, struct rowan_error *error)
{
	static const char *const names[] = { "", "count_of", "sum", "avg", "min", "max", "value_of" };
	const struct rowan_scalar *scalar = &select->query->scalar;
	const struct column *column;
	int status;

	if (select->kind != SELECT_SCALAR)
		return scalar->aggregate == ROWAN_AGGREGATE_NONE ? ROWAN_OK
			: error_set(error, ROWAN_MISUSE, "scalar: it is for rowan_scalar() only");
	if (scalar->aggregate == ROWAN_AGGREGATE_NONE)
		return error_set(error, ROWAN_MISUSE,
				 "scalar: nothing to work out: say .scalar = rowan_max(..)");
	if (scalar->aggregate == ROWAN_AGGREGATE_COUNT && !scalar->column.model)
		return ROWAN_OK;
	status = select_check_column(select, "scalar", scalar->column, error);
	if (status < 0)
		return status;
	column = plan_column_at(select->plan, scalar->column.offset);
	if (!can_aggregate(scalar->aggregate, column->field->type))
		return error_set(error, ROWAN_MISUSE, "scalar: rowan_%s() cannot take %s.%s",
				 names[scalar->aggregate], select->plan->table, column->name);
	return ROWAN_OK;
}

/* Writing takes a condition and nothing else, and says so when it takes none. */
static int check_write(const struct select *select, struct rowan_error *error)
{
	const struct rowan_query *query = select->query;
	const char *verb = select->kind == SELECT_DELETE ? "delete" : "update";

	if (select->kind != SELECT_DELETE && select->kind != SELECT_UPDATE)
		return !query->all_rows ? ROWAN_OK
			: error_set(error, ROWAN_MISUSE, "all_rows: it is for rowan_delete_where() "
				    "and rowan_update_where() only");
	if (query->order_by[0].column.model || query->load[0].steps[0].model || query->limit
	    || query->offset)
		return error_set(error, ROWAN_MISUSE,
				 "%s: order_by, load, limit and offset are not possible", verb);
	if (query->where.length == 0 && !query->all_rows)
		return error_set(error, ROWAN_MISUSE,
				 "%s: without a condition on %s say .all_rows = true", verb,
				 select->plan->table);
	return ROWAN_OK;
}

static int check_lock(const struct select *select, struct rowan_error *error)
{
	const struct rowan_query *query = select->query;

	if (query->lock && select->kind != SELECT_ROWS)
		return error_set(error, ROWAN_MISUSE,
				 "lock: only rows that are read can be locked");
	if (query->locked && !query->lock)
		return error_set(error, ROWAN_MISUSE,
				 "locked: without a lock nothing waits: say .lock = ROWAN_FOR_UPDATE");
	return ROWAN_OK;
}

int select_check(struct select *select, enum select_kind kind, const struct rowan_query *query,
		 struct rowan_error *error)
{
	int status;

	select->kind = kind;
	select->query = query;
	select->join_count = 0;
	if ((status = table_plan_of(query->model, &select->plan, error)) < 0
	    || (status = check_where(select, error)) < 0
	    || (status = check_order_by(select, error)) < 0
	    || (status = check_load(select, error)) < 0
	    || (status = check_range(select, error)) < 0
	    || (status = check_lock(select, error)) < 0
	    || (status = check_write(select, error)) < 0)
		return status;
	return check_scalar(select, error);
}

/* ---- shape ------------------------------------------------------------------ */

/* Kept terms stand for themselves: they render as if they were written in place. */
static void add_terms(struct shape *shape, const struct rowan_term *terms, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct rowan_term *term = &terms[i];
		uint32_t words[3] = {
			term->op | (uint32_t)term->operand << 8 | (uint32_t)term->type << 16,
			term->left.offset,
		};
		size_t used = 2;

		if (term->op == ROWAN_OP_KEPT) {
			add_terms(shape, term->right.kept.terms, term->right.kept.count);
			continue;
		}
		if (term->op >= ROWAN_OP_AND || term->op == ROWAN_OP_FALSE)
			words[1] = term->arity;
		if (term->operand == ROWAN_OPERAND_COLUMN)
			words[used++] = term->right.column.offset;
		shape_add(shape, words, used * sizeof(words[0]));
	}
}

/* An assignment fits two words, as a term. */
static void add_set(const struct select *select, struct shape *shape)
{
	if (select->kind != SELECT_UPDATE)
		return;
	shape_add(shape, &select->set_count, sizeof(select->set_count));
	for (size_t i = 0; i < select->set_count; i++)
		add_terms(shape, &select->set[i].term, 1);
}

/* A sort key fits a word: offsets are below 2^31. */
static size_t add_orders(const struct rowan_order *orders, uint32_t *words)
{
	size_t used = 0;

	for (size_t i = 0; i < ROWAN_ORDERS; i++) {
		if (orders[i].column.model)
			words[used++] = orders[i].column.offset << 1 | orders[i].descending;
	}
	return used;
}

/* Lists are preceded by their length; the terms, which say theirs, come last. */
void select_shape(const struct select *select, struct shape *shape)
{
	const struct rowan_query *query = select->query;
	uint32_t orders[ROWAN_ORDERS];
	size_t order_count = add_orders(query->order_by, orders);
	unsigned char head[] = {
		(unsigned char)select->kind,
		(unsigned char)((query->limit > 0) | (query->offset > 0) << 1),
		(unsigned char)((unsigned)query->lock | (unsigned)query->locked << 2),
		(unsigned char)query->scalar.aggregate,
		query->scalar.column.model != NULL,
		(unsigned char)order_count,
		(unsigned char)select->join_count,
	};

	shape_add(shape, head, sizeof(head));
	shape_add(shape, &select->plan, sizeof(select->plan));
	shape_add(shape, orders, order_count * sizeof(orders[0]));
	add_set(select, shape);
	if (select->kind == SELECT_SCALAR)
		shape_add(shape, &query->scalar.column.offset, sizeof(query->scalar.column.offset));
	for (size_t i = 0; i < select->join_count; i++) {
		shape_add(shape, &select->joins[i].relation, sizeof(select->joins[i].relation));
		shape_add(shape, &select->joins[i].from, sizeof(select->joins[i].from));
	}
	add_terms(shape, query->where.terms, query->where.length);
}
