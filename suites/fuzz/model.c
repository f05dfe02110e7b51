/* SPDX-License-Identifier: MIT */

/*
 * Random descriptors of up to three models that may refer to each other.  They are
 * refused, line by line, or planned; and a plan's tables can be made.
 */
#include "fuzz.h"

#include "dialect/render.h"

#include <sqlite3.h>

#define MODELS 3
#define FIELDS 5
#define RELATIONS 2
#define KEYS 2			/* foreign keys of several columns */
#define MOST_PLANS 3000		/* plans live as long as the process */

/* What a model's arrays and names live in; kept where it was planned. */
struct family {
	struct family *next;
	struct rowan_model models[MODELS];
	struct rowan_field fields[MODELS][FIELDS];
	struct rowan_relation relations[MODELS][RELATIONS];
	struct rowan_foreign_key keys[MODELS][KEYS];
	struct rowan_index indexes[MODELS];
	void *plans[MODELS];
	char names[MODELS * (FIELDS * 2 + RELATIONS * 2 + KEYS + 4)][80];
	unsigned name_count;
};

static const char *name(struct food *food, struct family *family)
{
	static const char *const usual[] = {
		"id", "name", "order", "a_b", "Select", "id", "t0", "user", "UPPER", "x",
	};
	unsigned which = eat_below(food, 16);
	char *own = family->names[family->name_count];

	if (which < 10)
		return usual[which];
	if (which == 10)
		return NULL;
	family->name_count++;
	if (which == 11) {	/* about as long as PostgreSQL's names may be */
		memset(own, 'n', 56 + eat_below(food, 12));
		return own;
	}
	return eat_text(food, own, sizeof(family->names[0]));
}

static struct rowan_column key(struct food *food, struct family *family)
{
	unsigned model = eat_below(food, MODELS + 2);

	if (model >= MODELS)
		return (struct rowan_column){ 0 };
	return (struct rowan_column){ &family->models[model], 16 * eat_below(food, FIELDS) };
}

static void describe_field(struct food *food, struct family *family, struct rowan_field *field,
			   unsigned index)
{
	unsigned flags = eat(food);

	*field = (struct rowan_field){
		.name = name(food, family),
		.type = (enum rowan_type)eat_below(food, ROWAN_TYPE_COUNT_ + 1),
		.offset = eat_below(food, 32) ? 16 * index : eat(food),
		.optional_ = eat_below(food, 8) == 0,
		.primary_key = index == 0 || (flags & 15) == 0,
		.unique = flags & 16, .index = flags & 32, .nullable = flags & 64,
		.not_null = eat_below(food, 8) == 0,
	};
	if (eat_below(food, 4) == 0)
		field->column = name(food, family);
	if (eat_below(food, 3) == 0)
		field->foreign_key = key(food, family);
	if (eat_below(food, 8) == 0)
		field->default_value = (struct rowan_constant){
			.type = (enum rowan_type)eat_below(food, ROWAN_TYPE_COUNT_),
			.text = "default", .i = eat_int(food) };
	if (eat_below(food, 8) == 0) {
		field->min_length = eat(food);
		field->max_length = eat(food);
	}
}

static void describe_relation(struct food *food, struct family *family,
			      struct rowan_relation *relation, unsigned index)
{
	*relation = (struct rowan_relation){
		.name = name(food, family),
		.offset = 16 * (FIELDS + 2 * index),
		.many = eat(food) & 1,
		.target = &family->models[eat_below(food, MODELS)],
		.through = eat_below(food, 4) == 0 ? &family->models[eat_below(food, MODELS)] : NULL,
		.foreign_key = key(food, family), .remote_key = key(food, family),
		.back_populates = eat_below(food, 3) == 0 ? name(food, family) : NULL,
	};
}

static size_t offsets(struct food *food, uint32_t *out)
{
	size_t count = eat_below(food, 16) ? 1 + eat_below(food, 3) : eat(food);

	for (unsigned i = 0; i < 3; i++)
		out[i] = 16 * eat_below(food, FIELDS + 1);
	return count;
}

static void describe_key(struct food *food, struct family *family, struct rowan_foreign_key *key)
{
	*key = (struct rowan_foreign_key){
		.target = eat_below(food, 16) ? &family->models[eat_below(food, MODELS)] : NULL,
		.on_delete = (enum rowan_on_delete)eat_below(food, 5),
		.name = eat_below(food, 4) ? NULL : name(food, family),
	};
	key->count = offsets(food, key->offsets);
	key->reference_count = offsets(food, key->references);
	if (eat_below(food, 8))
		key->reference_count = key->count;
}

static void describe_index(struct food *food, struct family *family, struct rowan_index *index)
{
	*index = (struct rowan_index){
		.unique = eat_below(food, 4),
		.where = eat_below(food, 4) ? NULL : "1 = 1",
		.name = eat_below(food, 4) ? NULL : name(food, family),
	};
	index->count = offsets(food, index->offsets);
}

static void describe(struct food *food, struct family *family)
{
	for (unsigned m = 0; m < MODELS; m++) {
		struct rowan_model *model = &family->models[m];

		*model = (struct rowan_model){
			.name = name(food, family),
			.size = eat_below(food, 32) ? 16 * (FIELDS + 2 * RELATIONS) : eat(food),
			.fields = family->fields[m], .field_count = eat_below(food, FIELDS + 1),
			.relations = family->relations[m],
			.relation_count = eat_below(food, RELATIONS + 1),
			.foreign_keys = family->keys[m],
			.foreign_key_count = eat_below(food, 2) ? eat_below(food, KEYS + 1) : 0,
			.indexes = &family->indexes[m], .index_count = eat_below(food, 2),
			.plan_ = &family->plans[m],
		};
		if (eat_below(food, 2))
			model->table = name(food, family);
		if (eat_below(food, 8) == 0)
			model->schema = name(food, family);
		for (unsigned f = 0; f < model->field_count; f++)
			describe_field(food, family, &family->fields[m][f], f);
		for (unsigned r = 0; r < model->relation_count; r++)
			describe_relation(food, family, &family->relations[m][r], r);
		for (unsigned k = 0; k < model->foreign_key_count; k++)
			describe_key(food, family, &family->keys[m][k]);
		if (model->index_count)
			describe_index(food, family, &family->indexes[m]);
	}
}

/* SQLite takes what was planned, as it is. */
static void make_table(sqlite3 *db, const struct plan *plan)
{
	struct text sql = { 0 };
	char *why = NULL;
	int status;

	render_create_table(&dialect_postgres, plan, NULL, 0, &sql);
	must(!sql.broken);
	text_clear(&sql);
	render_create_table(&dialect_sqlite, plan, NULL, 0, &sql);
	status = sqlite3_exec(db, sql.data, NULL, NULL, &why);
	if (status != SQLITE_OK)
		fprintf(stderr, "%s: %s\n", sql.data, why);
	must(status == SQLITE_OK);
	text_release(&sql);
}

static int objects(sqlite3 *db)
{
	sqlite3_stmt *count;
	int result;

	must(sqlite3_prepare_v2(db, "SELECT count(*) FROM sqlite_schema", -1, &count, NULL) == SQLITE_OK);
	must(sqlite3_step(count) == SQLITE_ROW);
	result = sqlite3_column_int(count, 0);
	sqlite3_finalize(count);
	return result;
}

/* False where another index or table has the name: rowan_create_all() says so before. */
static bool make_indexes(sqlite3 *db, const struct plan *plan)
{
	struct text sql = { 0 };
	char *why = NULL;
	int before = objects(db);
	bool made = true;

	for (size_t i = 0; i < plan->index_count && made; i++) {
		text_clear(&sql);
		render_create_index(&dialect_sqlite, plan, &plan->indexes[i], &sql);
		must(!sql.broken);
		made = sqlite3_exec(db, sql.data, NULL, NULL, &why) == SQLITE_OK;
		must(made || strstr(why, "there is already"));
		sqlite3_free(why);
	}
	text_release(&sql);
	return made && objects(db) == before + (int)plan->index_count;
}

/* It looks for what a foreign key refers to when rows are written: unique columns. */
static void use_keys(sqlite3 *db, const struct plan *plan)
{
	struct text sql = { 0 };
	char *why = NULL;

	text_add(&sql, "PRAGMA foreign_keys = ON; DELETE FROM ");
	render_table(&dialect_sqlite, plan, &sql);
	must(!sql.broken);
	if (sqlite3_exec(db, sql.data, NULL, NULL, &why) != SQLITE_OK) {
		fprintf(stderr, "%s: %s\n", sql.data, why);
		must(false);
	}
	text_release(&sql);
}

static void make_tables(const struct family *family)
{
	bool alone = true;	/* no table or index has another's name */
	sqlite3 *db;

	must(sqlite3_open(":memory:", &db) == SQLITE_OK);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	for (unsigned m = 0; m < MODELS; m++)
		if (family->plans[m]) {
			make_table(db, family->plans[m]);
			alone &= make_indexes(db, family->plans[m]) && !family->models[m].schema;
		}
	for (unsigned m = 0; m < MODELS && alone; m++)
		if (family->plans[m])
			use_keys(db, family->plans[m]);
	must(sqlite3_close(db) == SQLITE_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct family *planned;
	static unsigned plan_count;
	struct food food = { data, size };
	struct family *family = calloc(1, sizeof(*family));
	struct rowan_error error = { 0 };
	int status;

	must(family);
	describe(&food, family);
	if (plan_count == MOST_PLANS)
		family->models[0].field_count = 0;
	status = rowan_model_check(&family->models[0], &error);
	if (status < 0) {
		must_be_told(&error, status, 1000);
		for (unsigned m = 0; m < MODELS; m++)
			must(!family->plans[m]);
		free(family);
		return 0;
	}
	family->next = planned;
	planned = family;
	plan_count++;
	make_tables(family);
	return 0;
}
