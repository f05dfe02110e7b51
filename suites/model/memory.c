/* SPDX-License-Identifier: MIT */
/* Planning when there is no memory: mem_alloc() and mem_resize() are wrapped by the linker. */
#include "library.h"
#include "support.h"

#include <stdlib.h>

TestSuite(model_memory, .timeout = 30);

void *__real_mem_alloc(size_t size);
void *__real_mem_resize(void *memory, size_t size);
void *__wrap_mem_alloc(size_t size);
void *__wrap_mem_resize(void *memory, size_t size);

static long left = -1;		/* allocations until one fails; -1: none does */

static bool fails(void)
{
	return left >= 0 && left-- == 0;
}

void *__wrap_mem_alloc(size_t size)
{
	return fails() ? NULL : __real_mem_alloc(size);
}

void *__wrap_mem_resize(void *memory, size_t size)
{
	return fails() ? NULL : __real_mem_resize(memory, size);
}

/* LeakSanitizer watches what is left behind. */
Test(model_memory, every_allocation_can_fail)
{
	struct rowan_error error;
	long count = 0;
	int status;

	do {
		left = count++;
		status = rowan_model_check(&author_model, &error);
		if (status < 0) {
			assert_int(status, ROWAN_NO_MEMORY);
			assert_int(error.code, ROWAN_NO_MEMORY);
			cr_assert_null(*author_model.plan_);
			cr_assert_null(*book_model.plan_);
		}
	} while (status < 0 && count < 1000);
	left = -1;
	assert_ok(status);
	cr_assert(count > 1, "nothing was allocated");
	cr_assert_not_null(*author_model.plan_);
}

/* A report needs memory as well. */
static void *empty_plan;
static const struct rowan_model empty_model = { .name = "empty", .size = 8, .plan_ = &empty_plan };

Test(model_memory, a_report_without_memory_is_no_memory)
{
	struct rowan_error error;
	long count = 0;
	int status;

	do {
		left = count++;
		status = rowan_model_check(&empty_model, &error);
	} while (status == ROWAN_NO_MEMORY && count < 1000);
	left = -1;
	assert_int(status, ROWAN_MISUSE);
	cr_assert(count > 1, "nothing was allocated");
	assert_text(error.message, "empty has no fields");
}
