/* SPDX-License-Identifier: MIT */
#include "leaves.h"
#include "sample.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The same programs on SQLite and on PostgreSQL, step by step: transactions in which
 * savepoints are opened, released and gone back to, in each other, and things go wrong.
 * What a step returns, and which rows are visible after it, must be the same on both, and
 * what a plain model says.
 */

struct leaf {
	int64_t id;
	const char *label;
	struct rowan_opt_int64 parent_id;
};
extern const struct rowan_model leaf_model;
ROWAN_MODEL(leaf, ROWAN_FIELDS(
	ROWAN_FIELD(leaf, id, .primary_key = true),
	ROWAN_FIELD(leaf, label, .unique = true, .max_length = 2),
	ROWAN_FIELD(leaf, parent_id, .foreign_key = ROWAN_KEY(leaf, id))));

static const struct rowan_model *const leaf_models[] = { &leaf_model, NULL };

static const char *const kinds[] = { "begin", "savepoint", "release", "rollback_to", "commit",
	"rollback", "add", "put in", "rename", "delete" };

/* ---- the engines ------------------------------------------------------------------ */

enum { SQLITE, POSTGRESQL, ENGINES };

static const char *const engine_names[ENGINES] = { "sqlite", "postgresql" };
static struct rowan_engine *engines[ENGINES];
static struct rowan_session *sessions[ENGINES];

static struct leaf leaf_of(struct rowan_session *on, const struct leaf_row *row)
{
	return (struct leaf){ row->id, rowan_text(on, "%d", row->label),
			      { row->parent != 0, row->parent } };
}

static int write_rows(struct rowan_session *on, const struct step *step)
{
	struct leaf rows[] = { leaf_of(on, &step->rows[0]), leaf_of(on, &step->rows[1]) };
	const struct leaf *found = NULL;
	struct leaf *leaf;

	if (step->kind == RENAME || step->kind == DELETE) {
		found = rowan_get(on, leaf, rows[0].id);
		if (!found)
			return rowan_error(on)->code;
	}
	switch (step->kind) {
	case PUT_IN:
		return rowan_insert_all(on, leaf, rows, 2);
	case ADD:
		leaf = rowan_new(on, leaf);
		*leaf = rows[0];
		rowan_add(on, leaf);
		break;
	case RENAME:
		rowan_edit(on, leaf, found)->label = rows[0].label;
		break;
	default:
		rowan_delete(on, leaf, found);
		break;
	}
	return rowan_flush(on);
}

static int run(struct rowan_session *on, const struct step *step)
{
	switch (step->kind) {
	case BEGIN:
		return rowan_begin(on);
	case SAVEPOINT:
		return rowan_savepoint(on);
	case RELEASE:
		return rowan_release(on);
	case ROLLBACK_TO:
		return rowan_rollback_to(on);
	case COMMIT:
		return rowan_commit(on);
	case ROLLBACK:
		return rowan_rollback(on);
	default:
		return rowan_error(on)->code < 0 ? rowan_error(on)->code : write_rows(on, step);
	}
}

/* As the database has them: past all that the session remembers. */
static void list_rows(struct rowan_session *on, struct outcome *outcome)
{
	struct rowan_result *result = rowan_exec(on, rowan_select(leaf, .untracked = true,
		.order_by = { rowan_asc(rowan_column(leaf, id)) }));
	const struct leaf *leaf;
	size_t used = 0;

	outcome->rows[0] = '\0';
	while ((leaf = rowan_next(result)))
		used += (size_t)snprintf(outcome->rows + used, sizeof(outcome->rows) - used,
					 "%" PRId64 "=%s<%" PRId64 " ", leaf->id, leaf->label,
					 leaf->parent_id.set ? leaf->parent_id.value : 0);
}

/* ---- programs ---------------------------------------------------------------------- */

static struct rowan_fake fake;
static uint64_t seed;		/* of the program */
static bool always_look;	/* else what is sent waits for an answer longer */
static struct { long programs, steps, failures, returns; int deepest; } done;

static int below(int limit)
{
	return (int)rowan_fake_below(&fake, (uint64_t)limit);
}

static void assert_same(const struct step *step, const char *where, const struct outcome *got,
			const char *other, const struct outcome *want)
{
	cr_assert(got->code == want->code && strcmp(got->rows, want->rows) == 0,
		  "ROWAN_SEED=%" PRIu64 " ROWAN_PROGRAMS=1: step %ld, %s %d at depth %d: "
		  "%s: %s %s; %s: %s %s", seed, done.steps, kinds[step->kind], step->rows[0].id,
		  model.depth, where, rowan_error_name(got->code), got->rows, other,
		  rowan_error_name(want->code), want->rows);
}

/* Somebody else sees what was committed. */
static void assert_committed(const struct step *step)
{
	struct outcome expected = { 0 };

	list_expected(model.pasts[0], expected.rows);
	for (int i = 0; i < ENGINES; i++) {
		rowan_scoped struct rowan_session *other = rowan_session_open(engines[i]);
		struct outcome seen = { 0 };

		list_rows(other, &seen);
		seen.code = rowan_error(other)->code;
		assert_same(step, engine_names[i], &seen, "committed", &expected);
	}
}

static void do_step(struct step step)
{
	const bool look = always_look || below(6) == 0;
	struct outcome expected = { .code = expect(&step) }, seen[ENGINES] = { 0 };

	done.steps++;
	for (int i = 0; i < ENGINES; i++) {
		seen[i].code = run(sessions[i], &step);
		if (look)
			list_rows(sessions[i], &seen[i]);
	}
	if (look && !model.error)
		list_expected(model.leaf, expected.rows);
	assert_same(&step, "sqlite", &seen[SQLITE], "postgresql", &seen[POSTGRESQL]);
	assert_same(&step, "both", &seen[SQLITE], "the model", &expected);
	if (!model.open && !model.error && (step.kind == COMMIT || step.kind == ROLLBACK))
		assert_committed(&step);
	done.failures += expected.code < 0;
	done.returns += step.kind == ROLLBACK_TO && expected.code == ROWAN_OK;
	done.deepest = model.depth > done.deepest ? model.depth : done.deepest;
}

static void do_kind(enum kind kind)
{
	do_step((struct step){ .kind = kind });
}

static struct leaf_row random_row(void)
{
	return (struct leaf_row){
		.id = 1 + below(LEAVES),
		.label = below(25) ? 1 + below(LABELS) : LONGEST + 1,
		.parent = below(2) ? 1 + below(LEAVES) : 0,
	};
}

/* Sometimes what is not to be done here: to begin again, or to end it all. */
static void work(void)
{
	static const enum kind writes[] = { ADD, ADD, ADD, PUT_IN, RENAME, RENAME, DELETE };
	static const enum kind others[] = { BEGIN, RELEASE, ROLLBACK_TO, COMMIT, ROLLBACK };
	enum kind kind = below(40) ? writes[below(sizeof(writes) / sizeof(*writes))]
				   : others[below(sizeof(others) / sizeof(*others))];

	do_step((struct step){ kind, { random_row(), random_row() } });
	/* Else whoever is further out finds the error. */
	if (model.error && below(8))
		do_kind(model.depth > 0 ? ROLLBACK_TO : ROLLBACK);
}

/* What is done at this depth, with what is nested in it down to another one. */
static void block(int depth, int deepest)
{
	for (int i = below(3); i > 0; i--)
		work();
	for (int children = depth < deepest ? 1 + (below(6) == 0) : 0; children > 0; children--) {
		do		/* also those that a failure further in took along */
			do_kind(SAVEPOINT);
		while (!model.error && model.depth <= depth);
		block(depth + 1, children == 1 ? deepest : depth + 1);
		do_kind(below(2) ? RELEASE : ROLLBACK_TO);
		for (int i = below(2); i > 0; i--)
			work();
	}
}

static void transaction(int deepest)
{
	if (below(2))
		do_kind(BEGIN);
	block(0, deepest);
	do_kind(below(3) ? COMMIT : ROLLBACK);
	if (model.error)
		do_kind(ROLLBACK);
}

static void empty_tables(void)
{
	memset(&model, 0, sizeof(model));
	for (int i = 0; i < ENGINES; i++) {
		rowan_session_close(sessions[i]);
		sessions[i] = rowan_session_open(engines[i]);
		rowan_delete_where(sessions[i], rowan_select(leaf, .all_rows = true));
		assert_ok(rowan_commit(sessions[i]));
	}
}

static void run_program(uint64_t its_seed)
{
	const bool is_deep = its_seed % 4 == 0;

	seed = its_seed;
	rowan_fake_start(seed);
	fake = rowan_fake();
	always_look = below(2);
	empty_tables();
	for (int i = 1 + below(3); i > 0; i--)
		transaction(is_deep ? DEPTH : below(DEPTH));
	done.programs++;
}

/* ---- the test ------------------------------------------------------------------------ */

static void discard(void *context, const char *line)
{
	(void)context;
	(void)line;
}

static void open_both(void)
{
	need_engine();
	engines[SQLITE] = rowan_engine_open("sqlite://", .log = discard);
	engines[POSTGRESQL] = rowan_test_engine(leaf_models, .log = discard);
	cr_assert(engines[SQLITE] && engines[POSTGRESQL]);
	assert_ok(rowan_create_all(engines[SQLITE], leaf_models, NULL));
}

static void close_both(void)
{
	for (int i = 0; i < ENGINES; i++)
		rowan_session_close(sessions[i]);
	rowan_engine_close(engines[SQLITE]);
	rowan_test_engine_close(engines[POSTGRESQL]);
}

TestSuite(differential, .init = open_both, .fini = close_both, .timeout = 240);

Test(differential, txn4_the_same_programs_have_the_same_outcomes_on_both)
{
	const char *text = getenv("ROWAN_PROGRAMS");
	const long programs = text && *text ? atol(text) : 500;
	const uint64_t first = rowan_fake_seed();
	char figure[160];

	while (done.programs < programs)
		run_program(first + (uint64_t)done.programs);
	cr_assert(programs < 40 || done.deepest == DEPTH, "%d deep", done.deepest);
	snprintf(figure, sizeof(figure), "programs on both engines, %ld steps with %ld failures, %ld "
		 "savepoints gone back to, %d deep: 0 divergences", done.steps, done.failures,
		 done.returns, done.deepest);
	record_fault("txn-4", .injections = programs, .survived = programs, .engine = "both",
		     .figure = figure);
}
