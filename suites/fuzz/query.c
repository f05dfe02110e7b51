/* SPDX-License-Identifier: MIT */

/*
 * Random queries: rendered for both databases, and run on one of them.  What is accepted
 * runs, and comes to as many rows as are counted; what is refused says why.  Equal shapes
 * are equal texts, or a cached statement would be another one's.
 */
#include "fuzz.h"

#include "dialect/dialect.h"

#include <rowan.h>
#include <rowan/fixtures/models.h>

#define MEMBER(member_) offsetof(struct task, member_)

static struct rowan_engine *engine;

static void fill(void)
{
	rowan_scoped struct rowan_session *session = rowan_session_open(engine);

	rowan_insert_all(session, user, (&(struct user){ .id = 1, .email = "a@example.org",
		.hashed_password = "", .name = "Ada" }), 1);
	for (int64_t i = 1; i < 8; i++)
		rowan_insert_all(session, task, (&(struct task){ .id = i, .title = "a%b_c\\d",
			.priority = "low", .owner_id = 1, .completed = i & 1,
			.parent_id = { i > 3, 1 }, .due_date = { i > 5, { i } } }), 1);
	must(rowan_commit(session) == ROWAN_OK);
}

static void open_engine(void)
{
	struct rowan_error error;

	engine = rowan_engine_open("sqlite://", .error = &error);
	must(engine && rowan_create_all(engine, sample_models, &error) == ROWAN_OK);
	fill();
}

/* ---- conditions ------------------------------------------------------------------------ */

/* Memory for the operands of one query. */
struct operands {
	char texts[16][32];
	const char *list[4];
	int64_t ints[4];
	unsigned used;
};

/* Mostly one that fits; else of another model, or between two members. */
static struct rowan_column column(struct food *food, const uint32_t *members, unsigned count)
{
	unsigned which = eat(food);

	if (which == 255)
		return (struct rowan_column){ &user_model, offsetof(struct user, email) };
	if (which == 254)
		return (struct rowan_column){ &task_model, members[0] + 1 };
	if (which == 253)
		return (struct rowan_column){ NULL, 0 };
	return (struct rowan_column){ &task_model, members[which % count] };
}

static const uint32_t ints[] = { MEMBER(id), MEMBER(owner_id), MEMBER(parent_id) };
static const uint32_t texts[] = { MEMBER(title), MEMBER(description), MEMBER(priority) };
static const uint32_t datetimes[] = { MEMBER(due_date), MEMBER(stamps.created_at) };
static const uint32_t bools[] = { MEMBER(completed) };
#define COLUMN(kind_, members_) (struct rowan_##kind_##_column){ \
	column(food, members_, sizeof(members_) / sizeof((members_)[0])) }

static const char *text(struct food *food, struct operands *operands)
{
	if (operands->used == 16 || eat_below(food, 16) == 0)
		return NULL;
	return eat_text(food, operands->texts[operands->used++], 32);
}

static struct rowan_expr leaf(struct food *food, struct operands *operands)
{
	enum rowan_op op = (enum rowan_op)(ROWAN_OP_EQ + eat_below(food, 6));

	switch (eat_below(food, 12)) {
	case 0:
		return rowan_compare_int_(op, COLUMN(int, ints), eat_int(food));
	case 1:
		return rowan_compare_text_(op, COLUMN(text, texts), text(food, operands));
	case 2:
		return rowan_compare_datetime_(op, COLUMN(datetime, datetimes),
					       (struct rowan_datetime){ eat_int(food) });
	case 3:
		return rowan_compare_bool_(op, COLUMN(bool, bools), eat(food) & 1);
	case 4:
		return rowan_compare_opt_int64_(op, COLUMN(int, ints),
						(struct rowan_opt_int64){ eat(food) & 1, 1 });
	case 5:
		return rowan_compare_text_column_(op, COLUMN(text, texts), COLUMN(text, texts));
	case 6:
		return rowan_text_test_(ROWAN_OP_LIKE, COLUMN(text, texts), text(food, operands));
	case 7:
		return rowan_text_test_((enum rowan_op)(ROWAN_OP_CONTAINS + eat_below(food, 3)),
					COLUMN(text, texts), text(food, operands));
	case 8:
		for (int i = 0; i < 4; i++)
			operands->ints[i] = eat_int(food);
		return rowan_in_int_(COLUMN(int, ints), operands->ints, eat_below(food, 5));
	case 9:
		for (int i = 0; i < 4; i++)
			operands->list[i] = text(food, operands);
		return rowan_in_text_(COLUMN(text, texts), operands->list,
				      eat_below(food, 5));
	case 10:
		return rowan_test_(ROWAN_OP_IS_NULL, column(food, texts, 3));
	default:
		return rowan_test_(ROWAN_OP_IS_NOT_NULL, column(food, datetimes, 2));
	}
}

static struct rowan_expr condition(struct food *food, struct operands *operands,
				   struct rowan_session *session, int depth)
{
	struct rowan_expr parts[4];
	unsigned count = eat_below(food, 3), kind = eat_below(food, 8);

	if (depth == 0 || kind < 3)
		return kind == 0 ? (struct rowan_expr){ 0 } : leaf(food, operands);
	for (unsigned i = 0; i < count; i++)
		parts[i] = condition(food, operands, session, depth - 1);
	parts[count].length = ROWAN_END_;
	parts[0] = rowan_join_((enum rowan_op)(ROWAN_OP_AND + eat_below(food, 3)), parts);
	return kind == 7 ? rowan_keep(session, parts[0]) : parts[0];
}

/* ---- the rest of a query ------------------------------------------------------------------ */

static struct rowan_query query_of(struct food *food, struct operands *operands,
				   struct rowan_session *session)
{
	static const struct rowan_load loads[] = {
		{ { { &task_model, MEMBER(owner) } }, 0, NULL },
		{ { { &task_model, MEMBER(categories) } }, 0, NULL },
		{ { { &task_model, MEMBER(subtasks) }, { &task_model, MEMBER(owner) } }, 0, NULL },
		{ { { &task_model, MEMBER(parent) }, { &task_model, MEMBER(parent) } }, 0, NULL },
		{ { { &user_model, offsetof(struct user, tasks) } }, 0, NULL },
	};
	struct rowan_query query = { .model = &task_model, .site = ROWAN_HERE };

	query.where = condition(food, operands, session, 3);
	for (unsigned i = eat_below(food, 3); i > 0; i--)
		query.order_by[i - 1] = (struct rowan_order){ column(food, ints, 3), eat(food) & 1 };
	for (unsigned i = eat_below(food, 4); i > 0; i--) {
		query.load[i - 1] = loads[eat_below(food, 5)];
		query.load[i - 1].loading = (enum rowan_loading)eat_below(food, 5);
	}
	query.limit = (int8_t)eat(food) % 5;
	query.offset = (int8_t)eat(food) % 5;
	query.untracked = eat(food) & 1;
	return query;
}

/* ---- what must hold -------------------------------------------------------------------------- */

/* The last text of each shape, by its hash. */
static void must_be_equal_texts(const struct shape *shape, const char *sql)
{
	static struct { struct shape shape; char *sql; } seen[1024];
	uint32_t hash = 2166136261u;
	size_t at;

	for (size_t i = 0; i < shape->length; i++)
		hash = (hash ^ shape->bytes[i]) * 16777619u;
	at = hash % 1024;
	if (seen[at].sql && seen[at].shape.length == shape->length &&
	    memcmp(seen[at].shape.bytes, shape->bytes, shape->length) == 0)
		must(strcmp(seen[at].sql, sql) == 0);
	free(seen[at].sql);
	seen[at].shape = *shape;
	seen[at].sql = strdup(sql);
}

static void render(const struct dialect *dialect, const struct rowan_query *query)
{
	struct rowan_error error;
	struct select select;
	struct shape shape;
	struct text sql = { 0 };

	if (select_check(&select, SELECT_ROWS, query, &error) < 0)
		return;
	render_select(dialect, &select, &sql);
	must(!sql.broken && strncmp(sql.data, "SELECT ", 7) == 0);
	shape_start(&shape);
	shape_add(&shape, dialect->name, 6);
	select_shape(&select, &shape);
	if (!shape.overflow)
		must_be_equal_texts(&shape, sql.data);
	text_release(&sql);
}

static bool is_refusal(int code)
{
	return code == ROWAN_MISUSE || code == ROWAN_VALIDATION || code == ROWAN_DATA;
}

static void run(struct rowan_session *session, struct rowan_query query)
{
	struct rowan_result *result = rowan_exec_(session, &query);
	int64_t count;

	if (!result) {
		must(is_refusal(rowan_error(session)->code));
		must_be_told(rowan_error(session), rowan_error(session)->code, 1);
		must(rowan_rollback(session) == ROWAN_OK);
		return;
	}
	memset(query.load, 0, sizeof(query.load));
	count = rowan_count_(session, &query);
	must(count == (int64_t)rowan_result_count(result));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct food food = { data, size };
	struct operands operands = { 0 };
	struct rowan_session *session;
	struct rowan_query query;

	if (!engine)
		open_engine();
	session = rowan_session_open(engine);
	query = query_of(&food, &operands, session);
	render(&dialect_sqlite, &query);
	render(&dialect_postgres, &query);
	run(session, query);
	rowan_session_close(session);
	return 0;
}
