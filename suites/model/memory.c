/* SPDX-License-Identifier: MIT */
/* Planning when there is no memory; LeakSanitizer watches what is left behind. */
#include "library.h"
#include "model/failing.h"
#include "support.h"

TestSuite(model_memory, .timeout = 30);

Test(model_memory, every_allocation_can_fail)
{
	struct rowan_error error;
	long count = 0;

	for (;; count++) {
		int status;

		fail_allocation_after(count);
		status = rowan_model_check(&author_model, &error);
		if (!allocation_failed()) {
			assert_ok(status);
			break;
		}
		assert_code(status, ROWAN_NO_MEMORY);
		assert_int(error.code, ROWAN_NO_MEMORY);
		cr_assert_null(*author_model.plan_);
		cr_assert_null(*book_model.plan_);
	}
	cr_assert(count > 0, "nothing was allocated");
	cr_assert_not_null(*author_model.plan_);
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
