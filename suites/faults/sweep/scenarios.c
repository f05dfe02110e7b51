/* SPDX-License-Identifier: MIT */
#include "scenarios.h"

#include <rowan/fixtures/models.h>

/*
 * What programs do, every public function included (complete.sh looks whether).  Errors
 * wait, so most of it is written straight down; what gave NULL is looked at once.
 */

/* The session's error, if something gave NULL although nothing is wrong with it. */
static int failed(const struct place *place)
{
	int code = rowan_error(place->session)->code;

	return code < 0 ? code : ROWAN_MISUSE;
}

/* ---- engines and tables -------------------------------------------------------------- */

static void watch(struct rowan_observer *self, const struct rowan_event *event)
{
	*(int64_t *)self->context += event->rows;
}

static void say_nothing(void *context, const char *line)
{
	(void)context;
	(void)line;
}

static int read_some(struct place *place, struct rowan_engine *engine)
{
	rowan_scoped struct rowan_session *session =
		rowan_session_open(engine, .lazy = ROWAN_LOAD_RAISE, .error = &place->error);

	if (!session)
		return place->error.code;
	rowan_get(session, user, 1);
	rowan_exec(session, rowan_select(user, .where = rowan_eq(USER(name), "Ada")));
	place->error = *rowan_error(session);
	return place->error.code;
}

static int use(struct place *place, struct rowan_engine *engine)
{
	int64_t rows = 0;
	struct rowan_observer observer = { .on_event = watch, .context = &rows };
	int status;

	rowan_engine_observe(engine, &observer);
	status = read_some(place, engine);
	rowan_engine_unobserve(engine, &observer);
	if (status == ROWAN_OK && (rows < 2 || rowan_engine_stats(engine).in_use != 0 ||
				   !rowan_engine_url(engine)))
		status = ROWAN_MISUSE;
	rowan_engine_dispose(engine);
	return status;
}

static int open_engine(struct place *place)
{
	struct rowan_engine *engine =
		rowan_engine_open(place->url, .echo = ROWAN_ECHO_SQL | ROWAN_ECHO_PARAMS,
				  .busy_timeout_ms = PATIENCE_MS, .log = say_nothing,
				  .error = &place->error);
	int status = engine ? use(place, engine) : place->error.code;

	rowan_engine_close(engine);
	return status;
}

static int open_by_environment(struct place *place)
{
	struct rowan_engine *engine =
		rowan_engine_open_env(.env_file = place->env_file, .pool = ROWAN_POOL_STATIC,
				      .busy_timeout_ms = PATIENCE_MS, .error = &place->error);
	int status = engine ? use(place, engine) : place->error.code;

	rowan_engine_close(engine);
	return status;
}

static int open_in_memory(struct place *place)
{
	struct rowan_engine *engine = rowan_engine_open("sqlite://",
		.busy_timeout_ms = PATIENCE_MS, .error = &place->error);
	struct rowan_session *session = NULL;
	int status = engine ? rowan_create_all(engine, sample_models, &place->error)
			    : place->error.code;

	if (status == ROWAN_OK) {
		session = rowan_session_open(engine, .error = &place->error);
		status = session ? ROWAN_OK : place->error.code;
	}
	if (session) {
		rowan_count(session, rowan_select(task));
		place->error = *rowan_error(session);
		status = place->error.code;
	}
	rowan_session_close(session);
	rowan_engine_close(engine);
	return status;
}

static int create_tables(struct place *place)
{
	return rowan_create_all(place->engine, extra_models, &place->error);
}

static int drop_tables(struct place *place)
{
	return rowan_drop_all(place->engine, extra_models, &place->error);
}

static struct rowan_model doubtful_model = {
	.name = "doubtful", .size = sizeof(int64_t),
	.fields = &(const struct rowan_field){ .name = "", .type = ROWAN_TYPE_INT64 },
	.field_count = 1,
};

static int check_model(struct place *place)
{
	static void *plan;

	plan = NULL;
	doubtful_model.plan_ = &plan;
	return rowan_model_check(&doubtful_model, &place->error);
}

/* Values know no memory; the calls are here so that none is forgotten. */
static int format_values(struct place *place)
{
	char text[ROWAN_DATETIME_SIZE];
	struct rowan_datetime datetime;
	struct rowan_date date;
	struct rowan_time time;
	struct rowan_uuid uuid;
	bool right;

	right = rowan_datetime_parse(rowan_datetime_format(rowan_now(), text), &datetime);
	right &= rowan_date_parse(rowan_date_format(rowan_date(2024, 2, 29), text), &date);
	right &= rowan_time_parse(rowan_time_format(rowan_time(23, 59, 59), text), &time);
	right &= rowan_datetime(2024, 2, 29, 12, 0, 0).us != datetime.us;
	{
		char name[ROWAN_UUID_SIZE];

		right &= rowan_uuid_parse(rowan_uuid_format(rowan_uuid4(), name), &uuid);
	}
	if (!right)
		return ROWAN_MISUSE;
	return rowan_text(place->session, "%60000s", rowan_error_name(ROWAN_OK)) ? ROWAN_OK
										  : failed(place);
}

/* ---- writing ---------------------------------------------------------------------------- */

static struct task *new_task(struct place *place, const char *title, const struct user *owner)
{
	struct task *task = rowan_new(place->session, task);

	if (task) {
		task->title = title;
		rowan_set_one(place->session, task, owner, owner);
	}
	return task;
}

static int insert_rows(struct place *place)
{
	struct user *eve = rowan_new(place->session, user);
	struct task *made[3];

	if (!eve)
		return failed(place);
	eve->email = rowan_text(place->session, "%s@example.org", "eve");
	eve->name = rowan_text_copy(place->session, "Eve Adams", 3);
	eve->hashed_password = "z";
	rowan_add(place->session, eve);
	for (int i = 0; i < 3; i++) {
		made[i] = new_task(place, "eve's", eve);
		if (!made[i])
			return failed(place);
	}
	rowan_set_one(place->session, made[1], parent, made[0]);
	rowan_add_all(place->session, (const struct task *const *)made, 3);
	return rowan_commit(place->session);
}

/* More than a statement takes, and than arrays have room for at first. */
#define MANY 60

static int insert_many(struct place *place)
{
	for (int i = 0; i < MANY; i++) {
		struct shelf *shelf = rowan_new(place->session, shelf);

		if (!shelf)
			return failed(place);
		shelf->name = "one of many";
		rowan_add(place->session, shelf);
	}
	return rowan_commit(place->session, .clear = true);
}

static int insert_all(struct place *place)
{
	static struct shelf shelves[MANY];

	for (int i = 0; i < MANY; i++)
		shelves[i] = (struct shelf){ .id = 1 + i, .name = "in bulk" };
	rowan_insert_all(place->session, shelf, shelves, MANY);
	return rowan_commit(place->session);
}

static int edit_rows(struct place *place)
{
	struct user *ada = rowan_edit(place->session, user, rowan_get(place->session, user, 1));
	struct task *task = rowan_edit(place->session, task, rowan_get(place->session, task, 3));

	if (!ada || !task)
		return failed(place);
	ada->name = "Ada Lovelace";
	rowan_flush(place->session);
	task->completed = true;
	task->parent_id = rowan_opt_int64(1);
	rowan_commit(place->session);
	return rowan_clear(place->session);
}

static int delete_rows(struct place *place)
{
	struct rowan_result *links = rowan_exec(place->session, rowan_select(task_category));
	const struct task_category *link;

	while ((link = rowan_next(links)))
		rowan_delete(place->session, task_category, link);
	rowan_delete(place->session, task, rowan_get(place->session, task, 1));
	rowan_delete(place->session, task, rowan_get(place->session, task, 2));
	return rowan_commit(place->session);
}

static int delete_where(struct place *place)
{
	rowan_delete_where(place->session, rowan_select(task_category,
		.where = rowan_eq(rowan_column(task_category, task_id), 3)));
	rowan_delete_where(place->session, rowan_select(task,
		.where = rowan_and(rowan_eq(TASK(owner_id), 2), rowan_like(TASK(title), "th%"))));
	return rowan_commit(place->session);
}

static int update_where(struct place *place)
{
	rowan_update_where(place->session, rowan_select(task, .where = rowan_eq(TASK(owner_id), 2)),
			   rowan_assign(TASK(owner_id), 1), rowan_assign(TASK(title), "moved"));
	rowan_get(place->session, task, 1);
	return rowan_commit(place->session);
}

static int relate_rows(struct place *place)
{
	struct rowan_session *session = place->session;
	const struct task *first = rowan_get(session, task, 1);
	struct task *third = rowan_edit(session, task, rowan_get(session, task, 3));
	const struct category *garden = rowan_get(session, category, 2);
	const struct user *ada = rowan_get(session, user, 1);

	if (!first || !third || !garden || !ada)
		return failed(place);
	(void)rowan_load(session, ada, tasks);
	rowan_set_one(session, third, owner, ada);
	rowan_append(session, third, categories, garden);
	rowan_append(session, first, subtasks, third);
	rowan_remove(session, first, categories, garden);
	return rowan_commit(session);
}

/* ---- reading ------------------------------------------------------------------------------ */

static int query(struct place *place)
{
	struct rowan_session *session = place->session;
	const char *names[] = { "one", "two", "none of them" };
	const int64_t owners[] = { 1, 2, 3 };
	struct rowan_expr kept = rowan_keep(session, rowan_or(
		rowan_in(TASK(title), names, 3), rowan_is_null(TASK(description)),
		rowan_contains(TASK(title), "_"), rowan_between(TASK(id), 1, 9)));
	struct rowan_result *result = rowan_exec(session, rowan_select(task,
		.where = rowan_and(kept, rowan_in(TASK(owner_id), owners, 3),
				   rowan_not(rowan_ends_with(TASK(title), "%"))),
		.order_by = { rowan_desc(TASK(owner_id)), rowan_asc(TASK(id)) },
		.limit = 10, .offset = 1));
	const struct task *task;

	if (!result)
		return failed(place);
	while ((task = rowan_next(result)))
		if (task->owner_id != 1)
			return ROWAN_MISUSE;
	if (rowan_first(result) != *(const void *const *)rowan_all(result) ||
	    rowan_result_count(result) != 2)
		return ROWAN_MISUSE;
	result = rowan_exec(session, rowan_select(user, .where = rowan_eq(USER(id), 2)));
	if (rowan_one(result) != rowan_one_or_none(result))
		return ROWAN_MISUSE;
	return result ? ROWAN_OK : failed(place);
}

/* All of a result's rows, with their relations. */
static int walk(struct place *place, struct rowan_result *result)
{
	const struct user *user;
	size_t links = 0;

	while ((user = rowan_next(result)))
		for (size_t i = 0; i < rowan_load(place->session, user, tasks).count; i++)
			links += rowan_load(place->session, user->tasks.rows[i], categories).count;
	if (rowan_error(place->session)->code < 0)
		return failed(place);
	return links == 3 ? ROWAN_OK : ROWAN_MISUSE;
}

#define LOAD_(name_, ...) \
	static int name_(struct place *place) \
	{ \
		return walk(place, rowan_exec(place->session, \
					      rowan_select(user, .load = { __VA_ARGS__ }))); \
	}

LOAD_(load_in_batches, rowan_batch(user, tasks))
LOAD_(load_each, rowan_each(user, tasks, task, categories))
LOAD_(load_selectin, rowan_selectin(user, tasks, task, categories))
LOAD_(load_joined, rowan_joined(user, tasks), rowan_joined(user, tasks, task, categories))

static int read_untracked(struct place *place)
{
	return walk(place, rowan_exec(place->session, rowan_select(user, .untracked = true)));
}

static int stream(struct place *place)
{
	struct rowan_stream *stream = rowan_stream(place->session, rowan_select(task,
		.where = rowan_gt(TASK(id), 0), .order_by = { rowan_asc(TASK(title)) }));
	size_t count = 0;
	int status;

	while (rowan_stream_next(stream))
		count++;
	status = stream ? rowan_stream_close(stream) : failed(place);
	if (status < 0)
		return status;
	stream = rowan_stream(place->session, rowan_select(user));
	if (!stream || (!rowan_stream_next(stream) && rowan_error(place->session)->code < 0))
		status = failed(place);
	rowan_stream_close(stream);
	return status < 0 || count == 3 ? status : ROWAN_MISUSE;
}

static int scalars(struct place *place)
{
	int64_t count = rowan_count(place->session, rowan_select(task, .limit = 2));
	struct rowan_value longest = rowan_scalar(place->session, rowan_select(task,
		.scalar = rowan_max(TASK(title))));

	if (count < 0 || longest.type == ROWAN_TYPE_NONE)
		return failed(place);
	return count == 2 && longest.as.text[0] == 't' ? ROWAN_OK : ROWAN_MISUSE;
}

static int refresh(struct place *place)
{
	struct user *ada = rowan_edit(place->session, user, rowan_get(place->session, user, 1));

	if (!ada)
		return failed(place);
	ada->name = "forgotten";
	rowan_refresh(place->session, user, ada);
	return rowan_commit(place->session);
}

/* ---- transactions ----------------------------------------------------------------------------- */

static int begin_and_lock(struct place *place)
{
	struct user *bob;

	rowan_begin(place->session, .write = true, .isolation = ROWAN_SERIALIZABLE);
	bob = rowan_edit(place->session, user, (const struct user *)rowan_first(
		rowan_exec(place->session, rowan_select(user,
			.where = rowan_eq(USER(id), 2), .lock = ROWAN_FOR_UPDATE))));
	if (!bob)
		return failed(place);
	bob->name = "Robert";
	return rowan_commit(place->session);
}

static int roll_back(struct place *place)
{
	struct user *ada = rowan_edit(place->session, user, rowan_get(place->session, user, 1));
	struct task *task = new_task(place, "never", ada);

	if (!ada || !task)
		return failed(place);
	ada->name = "nobody";
	rowan_add(place->session, task);
	rowan_delete(place->session, task, rowan_get(place->session, task, 2));
	if (rowan_flush(place->session) < 0)
		return failed(place);
	return rowan_rollback(place->session);
}

static int savepoints(struct place *place)
{
	struct user *ada = rowan_edit(place->session, user, rowan_get(place->session, user, 1));
	struct task *task;

	if (!ada)
		return failed(place);
	ada->name = "outer";
	rowan_savepoint(place->session);
	task = new_task(place, "in between", ada);
	if (!task)
		return failed(place);
	rowan_add(place->session, task);
	if (rowan_savepoint(place->session) < 0)
		return failed(place);
	ada->name = "inner";
	rowan_flush(place->session);
	if (rowan_rollback_to(place->session) < 0)
		return failed(place);
	rowan_release(place->session);
	return rowan_commit(place->session);
}

static int add_one(struct rowan_session *session, void *context)
{
	struct user *user = rowan_edit(session, user, rowan_get(session, user, 1));
	struct category *category = rowan_new(session, category);

	(void)context;
	if (!user || !category)
		return ROWAN_OK;	/* the session's error is what counts */
	rowan_no_retry(session);
	user->is_active = false;
	category->name = "new";
	return rowan_add(session, category);
}

static int transaction(struct place *place)
{
	return rowan_transaction(place->engine, add_one, NULL, .error = &place->error);
}

/* ---- what is refused anyway --------------------------------------------------------------------- */

static int second_of_its_kind(struct place *place)
{
	struct user *user = rowan_new(place->session, user);

	if (!user)
		return failed(place);
	*user = (struct user){ .email = "ada@example.org", .name = "Ada", .hashed_password = "" };
	rowan_add(place->session, user);
	return rowan_commit(place->session);
}

static int still_referred_to(struct place *place)
{
	rowan_delete(place->session, user, rowan_get(place->session, user, 1));
	return rowan_commit(place->session);
}

static int not_valid(struct place *place)
{
	struct task *task = new_task(place, "", rowan_get(place->session, user, 1));

	if (!task)
		return failed(place);
	rowan_add(place->session, task);
	return rowan_commit(place->session);
}

const struct scenario scenarios[] = {
	{ .name = "opening an engine", .run = open_engine, .alone = true },
	{ .name = "opening by the environment", .run = open_by_environment, .alone = true },
	{ .name = "opening in memory", .run = open_in_memory, .alone = true, .here = true },
	{ .name = "checking a model", .run = check_model, .alone = true, .here = true,
	  .ends_with = ROWAN_MISUSE },
	{ .name = "creating tables", .run = create_tables, .tables = true },
	{ .name = "dropping tables", .run = drop_tables, .tables = true, .extra = true },
	{ .name = "values", .run = format_values },
	{ .name = "inserting rows", .run = insert_rows },
	{ .name = "inserting many", .run = insert_many, .tables = true, .extra = true },
	{ .name = "inserting structs", .run = insert_all, .tables = true, .extra = true },
	{ .name = "editing rows", .run = edit_rows },
	{ .name = "deleting rows", .run = delete_rows },
	{ .name = "deleting by condition", .run = delete_where },
	{ .name = "updating by condition", .run = update_where },
	{ .name = "changing relations", .run = relate_rows },
	{ .name = "querying", .run = query },
	{ .name = "loading in batches", .run = load_in_batches },
	{ .name = "loading row by row", .run = load_each },
	{ .name = "loading select-in", .run = load_selectin },
	{ .name = "loading joined", .run = load_joined },
	{ .name = "reading untracked", .run = read_untracked },
	{ .name = "streaming", .run = stream },
	{ .name = "counting", .run = scalars },
	{ .name = "refreshing", .run = refresh },
	{ .name = "locking", .run = begin_and_lock },
	{ .name = "rolling back", .run = roll_back },
	{ .name = "savepoints", .run = savepoints },
	{ .name = "a transaction", .run = transaction },
	{ .name = "models", .run = list_models, .ends_with = ROWAN_MISUSE },
	{ .name = "a raw connection", .run = open_raw },
	{ .name = "hooks", .run = use_hooks, .alone = true },
	{ .name = "a hook that refuses", .run = refuse_by_hook, .alone = true,
	  .ends_with = ROWAN_VALIDATION },
	{ .name = "a fault", .run = fail_a_statement, .alone = true,
	  .ends_with = ROWAN_CONFLICT },
	{ .name = "a lost answer", .run = lose_an_answer, .alone = true,
	  .ends_with = ROWAN_OPERATIONAL },
	{ .name = "a sandbox", .run = use_sandbox },
	{ .name = "rows from elsewhere", .run = merge_rows },
	{ .name = "rows by name", .run = set_by_name },
	{ .name = "deleting along", .run = cascade },
	{ .name = "loading by a query", .run = load_by_query },
	{ .name = "a refused insert", .run = second_of_its_kind, .ends_with = ROWAN_UNIQUE },
	{ .name = "a refused delete", .run = still_referred_to, .ends_with = ROWAN_FOREIGN_KEY },
	{ .name = "a refused value", .run = not_valid, .ends_with = ROWAN_VALIDATION },
	{ .name = NULL },
};
