/* SPDX-License-Identifier: MIT */
#ifndef SUITES_MODEL_BROKEN_H
#define SUITES_MODEL_BROKEN_H

/* Models with mistakes in them, and what is said about each. */

#include "support.h"

/* One more model of `struct thing`, with a name of its own. */
#define THING(name_, ...) \
	static void *name_##_plan; \
	static const struct rowan_model name_ = { .name = "thing", \
		.size = sizeof(struct thing), .plan_ = &name_##_plan, __VA_ARGS__ }

/* A field that was not written as ROWAN_FIELD(). */
#define RENAMED(model_, member_, name_) { .name = name_, \
	.type = ROWAN_TYPE_OF_(struct model_, member_), .offset = offsetof(struct model_, member_) }

struct mistake_case {
	const struct rowan_model *model;
	const char *message;	/* all of it */
};

static inline void assert_mistakes(const struct mistake_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct rowan_error error = { 0 };

		assert_code(rowan_model_check(cases[i].model, &error), ROWAN_MISUSE);
		assert_int(error.code, ROWAN_MISUSE);
		assert_text(error.message, cases[i].message);
		assert_code(rowan_model_check(cases[i].model, NULL), ROWAN_MISUSE);
		if (cases[i].model && cases[i].model->plan_)
			cr_assert_null(*cases[i].model->plan_, "planned in spite of: %s",
				       cases[i].message);
	}
}

#define ASSERT_MISTAKES(...) do { \
	static const struct mistake_case cases[] = { __VA_ARGS__ }; \
	assert_mistakes(cases, sizeof(cases) / sizeof(cases[0])); \
} while (0)

#endif
