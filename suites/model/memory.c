/* SPDX-License-Identifier: MIT */
/* Planning when there is no memory; LeakSanitizer watches what is left behind. */
#include "library.h"
#include "model/failing.h"
#include "support.h"

TestSuite(model_memory, .timeout = 30);

/* Its links go by keys of several columns. */
struct stage { int64_t tour, number; ROWAN_MANY(struct stage) next; };
struct leads_to { int64_t tour, number, next; };
extern const struct rowan_model stage_model;
ROWAN_MODEL(leads_to,
	ROWAN_FIELDS(
		ROWAN_FIELD(leads_to, tour, .primary_key = true),
		ROWAN_FIELD(leads_to, number, .primary_key = true),
		ROWAN_FIELD(leads_to, next, .primary_key = true)),
	ROWAN_FOREIGN_KEYS(
		ROWAN_FOREIGN_KEY(leads_to, (tour, number), stage, (tour, number)),
		ROWAN_FOREIGN_KEY(leads_to, (tour, next), stage, (tour, number))));
ROWAN_MODEL(stage,
	ROWAN_FIELDS(
		ROWAN_FIELD(stage, tour, .primary_key = true),
		ROWAN_FIELD(stage, number, .primary_key = true)),
	ROWAN_RELATIONS(ROWAN_TO_MANY(stage, next, stage, .through = &leads_to_model,
				      .foreign_key = ROWAN_KEY(leads_to, number))));

static void fail_each(const struct rowan_model *model, const struct rowan_model *other)
{
	struct rowan_error error;
	long count = 0;

	for (;; count++) {
		int status;

		fail_allocation_after(count);
		status = rowan_model_check(model, &error);
		if (!allocation_failed()) {
			assert_ok(status);
			break;
		}
		assert_code(status, ROWAN_NO_MEMORY);
		assert_int(error.code, ROWAN_NO_MEMORY);
		cr_assert_null(*model->plan_);
		cr_assert_null(*other->plan_);
	}
	cr_assert(count > 0, "nothing was allocated");
	cr_assert_not_null(*model->plan_);
}

Test(model_memory, every_allocation_can_fail)
{
	fail_each(&author_model, &book_model);
}

Test(model_memory, m14_every_allocation_for_keys_of_several_columns_can_fail)
{
	fail_each(&stage_model, &leads_to_model);
}

static void *empty_plan;
static const struct rowan_model empty_model = { .name = "empty", .size = 8, .plan_ = &empty_plan };

Test(model_memory, a_report_without_memory_is_no_memory)
{
	struct rowan_error error;
	long count = 0;
	int status;

	do {
		fail_allocation_after(count++);
		status = rowan_model_check(&empty_model, &error);
		assert_code(status, allocation_failed() ? ROWAN_NO_MEMORY : ROWAN_MISUSE);
	} while (allocation_failed());
	cr_assert(count > 1, "nothing was allocated");
	assert_text(error.message, "empty has no fields");
}
