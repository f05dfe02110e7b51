/* SPDX-License-Identifier: MIT */
/* Creating tables when there is no memory. */
#include "fleet.h"
#include "model/failing.h"

TestSuite(schema_memory, .timeout = 60);

typedef int change_all(struct rowan_engine *engine, const struct rowan_model *const *models,
		       struct rowan_error *error);

/* Whatever fails leaves the engine idle and usable. */
static void fail_each(struct rowan_engine *engine, change_all *change)
{
	const struct rowan_model *const *fleet =
		ROWAN_MODELS(&voyage_model, &ship_model, &sailor_model);
	struct rowan_error error;
	long count = 0;

	for (;; count++) {
		int status;

		fail_allocation_after(count);
		status = change(engine, fleet, &error);
		if (!allocation_failed()) {
			assert_ok(status);
			break;
		}
		cr_assert(status == ROWAN_OK || status == ROWAN_NO_MEMORY, "%s", error.message);
		assert_int(rowan_engine_stats(engine).in_use, 0);
	}
	cr_assert(count > 0, "nothing was allocated");
}

Test(schema_memory, every_allocation_can_fail)
{
	struct rowan_engine *engine = rowan_engine_open("sqlite://");

	fail_each(engine, rowan_create_all);
	fail_each(engine, rowan_drop_all);
	rowan_engine_close(engine);
}
