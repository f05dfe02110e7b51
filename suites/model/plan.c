/* SPDX-License-Identifier: MIT */
/* What a good model comes to. */
#include "library.h"
#include "support.h"

#include "model/plan.h"

#include <pthread.h>

TestSuite(plan, .timeout = 30);

static const struct plan *plan(const struct rowan_model *model)
{
	const struct plan *result = NULL;
	struct rowan_error error = { 0 };
	int status = plan_of(model, &result, &error);

	cr_assert(status == ROWAN_OK, "%s: %s", model->name, error.message);
	return result;
}

struct ReaderOfBooks { int32_t id; };
ROWAN_MODEL(ReaderOfBooks, ROWAN_FIELDS(ROWAN_FIELD(ReaderOfBooks, id, .primary_key = true)));

Test(plan, m02_table_is_the_name_in_lower_case_unless_it_is_given)
{
	assert_text(plan(&ReaderOfBooks_model)->table, "readerofbooks");
	assert_text(plan(&book_model)->table, "book");
	assert_text(plan(&author_model)->table, "authors");
}

struct mixed {
	int64_t id;
	struct rowan_opt_int64 maybe, never;
	const char *text, *maybe_text;
	struct rowan_bytes bytes, maybe_bytes;
};
ROWAN_MODEL(mixed,
	ROWAN_FIELDS(
		ROWAN_FIELD(mixed, id, .primary_key = true),
		ROWAN_FIELD(mixed, maybe),
		ROWAN_FIELD(mixed, never, .not_null = true),
		ROWAN_FIELD(mixed, text),
		ROWAN_FIELD(mixed, maybe_text, .nullable = true),
		ROWAN_FIELD(mixed, bytes),
		ROWAN_FIELD(mixed, maybe_bytes, .nullable = true)));

Test(plan, m05_optional_members_may_be_null_and_others_may_not)
{
	static const bool nullable[] = { false, true, false, false, true, false, true };
	const struct plan *p = plan(&mixed_model);

	for (size_t i = 0; i < p->column_count; i++)
		cr_assert(p->slots[i].nullable == nullable[i], "%s", p->slots[i].name);
}

Test(plan, m17_column_name_differs_from_the_member)
{
	const struct plan *p = plan(&author_model);
	const struct column *motto = plan_column_named(p, "motto_column");

	cr_assert_not_null(motto);
	assert_text(motto->field->name, "motto");
	assert_text(p->slots[motto->index].name, "authors.motto_column");
	cr_assert_null(plan_column_named(p, "motto"));
	cr_assert(plan_column_at(p, offsetof(struct author, motto)) == motto);
	cr_assert_null(plan_column_at(p, offsetof(struct author, books)));
}

Test(plan, slots_say_where_a_value_is)
{
	const struct plan *p = plan(&book_model);
	const struct slot *slot = &p->slots[plan_column_named(p, "prequel_id")->index];
	const struct slot *title = &p->slots[plan_column_named(p, "title")->index];

	assert_int(slot->type, ROWAN_TYPE_INT64);
	assert_int(slot->optional, true);
	assert_int(slot->offset, offsetof(struct book, prequel_id));
	assert_int(slot->value, offsetof(struct book, prequel_id.value));
	assert_int(title->optional, false);
	assert_int(title->offset, title->value);
	assert_int(title->secret, true);
}

Test(plan, m06_a_single_integer_key_is_numbered_by_the_database)
{
	cr_assert(plan(&author_model)->generated == plan(&author_model)->keys[0]);
	cr_assert_null(plan(&reading_model)->generated);
}

Test(plan, m09_a_composite_key_is_in_the_order_of_the_fields)
{
	const struct plan *p = plan(&reading_model);

	assert_int(p->key_count, 2);
	assert_text(p->keys[0]->name, "author_id");
	assert_text(p->keys[1]->name, "book_id");
}

static struct rowan_value zero_factory(struct rowan_session *session)
{
	(void)session;
	return rowan_int_value(0);
}

struct keyed { int64_t id; const char *name; struct rowan_opt_int64 optional; };
static void *keyed_plans[5];
#define KEYED(slot_, ...) { .name = "keyed", .size = sizeof(struct keyed), \
	.plan_ = &keyed_plans[slot_], ROWAN_FIELDS(ROWAN_FIELD(keyed, __VA_ARGS__)) }
static const struct rowan_model keyed[] = {
	KEYED(0, name, .primary_key = true),
	KEYED(1, id, .primary_key = true, .foreign_key = ROWAN_KEY(author, id)),
	KEYED(2, id, .primary_key = true, .default_factory = zero_factory),
	KEYED(3, id, .primary_key = true, .default_value = ROWAN_CONST(1)),
	KEYED(4, optional, .primary_key = true, .not_null = true),
};

Test(plan, keys_that_the_program_chooses_are_not_numbered)
{
	for (size_t i = 0; i < sizeof(keyed) / sizeof(keyed[0]); i++)
		cr_assert_null(plan(&keyed[i])->generated, "%zu", i);
}

/* The column that the one with this name refers to, by itself. */
static const struct column *referred(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->foreign_key_count; i++) {
		const struct foreign_key *key = &plan->foreign_keys[i];

		if (key->columns.count == 1 && strcmp(key->columns.columns[0]->name, name) == 0)
			return key->references.columns[0];
	}
	return NULL;
}

Test(plan, m29_models_of_two_files_refer_to_each_other)
{
	const struct plan *author = plan(&author_model), *book = plan(&book_model);

	cr_assert(referred(book, "author_id") == author->keys[0]);
	cr_assert(referred(author, "favourite_id") == book->keys[0]);
	assert_int(author->rank, book->rank);
	assert_int(plan(&reading_model)->rank, book->rank + 1);
}

Test(plan, every_model_that_is_reached_is_planned_at_once)
{
	bool seen[3] = { false };

	cr_assert_null(*reading_model.plan_);
	plan(&author_model);
	cr_assert_not_null(*book_model.plan_);
	cr_assert_not_null(*reading_model.plan_);
	for (const struct plan *p = plan_next(NULL); p; p = plan_next(p)) {
		assert_int(p->id < 3, true);
		cr_assert_not(seen[p->id], "%s", p->table);
		seen[p->id] = true;
	}
	assert_int(seen[0] && seen[1] && seen[2], true);
}

struct review { int64_t id, book_id; ROWAN_ONE(struct book) book; };
ROWAN_MODEL(review,
	ROWAN_FIELDS(
		ROWAN_FIELD(review, id, .primary_key = true),
		ROWAN_FIELD(review, book_id, .foreign_key = ROWAN_KEY(book, id))),
	ROWAN_RELATIONS(ROWAN_TO_ONE(review, book, book)));

Test(plan, a_later_model_may_refer_to_one_that_is_planned)
{
	const struct plan *book = plan(&book_model);
	const struct plan *review = plan(&review_model);

	cr_assert(referred(review, "book_id") == book->keys[0]);
	cr_assert(review->relations[0].target == book);
	assert_int(review->rank, book->rank + 1);
	assert_int(review->id, 3);
}

/* ---- ranks ------------------------------------------------------------------ */

/* A chain of five tables, declared upside down, the first of which refers to itself. */
struct link_of { int64_t id; struct rowan_opt_int64 to, too; };
static const struct rowan_model chain[5];
static void *chain_plans[5];
#define CHAIN_KEY(i_) { &chain[i_], offsetof(struct link_of, id) }
#define CHAIN(name_, slot_, to_, too_) { .name = name_, .size = sizeof(struct link_of), \
	.plan_ = &chain_plans[slot_], ROWAN_FIELDS( \
		ROWAN_FIELD(link_of, id, .primary_key = true), \
		ROWAN_FIELD(link_of, to, .foreign_key = CHAIN_KEY(to_)), \
		ROWAN_FIELD(link_of, too, .foreign_key = CHAIN_KEY(too_))) }
static const struct rowan_model chain[5] = {
	CHAIN("top", 0, 1, 4),
	CHAIN("left", 1, 2, 3),
	CHAIN("right", 2, 1, 2),	/* left and right are a circle */
	CHAIN("low", 3, 4, 4),
	CHAIN("ground", 4, 4, 4),
};

Test(plan, ranks_follow_foreign_keys_and_circles_share_one)
{
	static const uint32_t ranks[] = { 3, 2, 2, 1, 0 };

	for (size_t i = 0; i < 5; i++)
		cr_assert(plan(&chain[i])->rank == ranks[i], "%s: %u", chain[i].name,
			  plan(&chain[i])->rank);
}

/* ---- threads ---------------------------------------------------------------- */

enum { THREADS = 4, MEETINGS = 500 };
static const struct rowan_field met_field = { .name = "id", .type = ROWAN_TYPE_INT64,
	.primary_key = true };
static struct rowan_model met[MEETINGS];
static void *met_plans[MEETINGS];
static pthread_barrier_t barrier;

static void *meet_models(void *results)
{
	const struct plan **got = results;

	for (int i = 0; i < MEETINGS; i++) {
		pthread_barrier_wait(&barrier);
		plan_of(&met[i], &got[i], NULL);
	}
	return NULL;
}

Test(plan, threads_that_meet_a_model_at_once_get_the_same_plan)
{
	static const struct plan *got[THREADS][MEETINGS];
	pthread_t threads[THREADS];
	int plans = 0;

	for (int i = 0; i < MEETINGS; i++)
		met[i] = (struct rowan_model){ .name = "met", .size = sizeof(int64_t),
			.fields = &met_field, .field_count = 1, .plan_ = &met_plans[i] };
	pthread_barrier_init(&barrier, NULL, THREADS);
	for (int t = 0; t < THREADS; t++)
		assert_int(pthread_create(&threads[t], NULL, meet_models, got[t]), 0);
	for (int t = 0; t < THREADS; t++)
		pthread_join(threads[t], NULL);
	pthread_barrier_destroy(&barrier);

	for (int i = 0; i < MEETINGS; i++) {
		for (int t = 0; t < THREADS; t++)
			cr_assert(got[t][i] == plan(&met[i]), "model %d, thread %d", i, t);
	}
	for (const struct plan *p = plan_next(NULL); p; p = plan_next(p))
		plans++;
	assert_int(plans, MEETINGS);
}
