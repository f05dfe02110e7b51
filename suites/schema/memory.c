/* SPDX-License-Identifier: MIT */
/* Creating tables when there is no memory. */
#include "database.h"
#include "fleet.h"
#include "model/failing.h"

TestSuite(schema_memory, .init = open_database, .fini = close_database, .timeout = 60);

typedef int change_all(struct rowan_engine *engine, const struct rowan_model *const *models,
		       struct rowan_error *error);

/* Whatever fails leaves the engine idle and usable. */
static void fail_each(change_all *alter)
{
	long count = 0;

	for (;; count++) {
		int status;

		fail_allocation_after(count);
		status = alter(engine, FLEET, &error);
		if (!allocation_failed()) {
			assert_done(status);
			break;
		}
		cr_assert(status == ROWAN_OK || status == ROWAN_NO_MEMORY, "%s", error.message);
		assert_int(rowan_engine_stats(engine).in_use, 0);
	}
	cr_assert(count > 0, "nothing was allocated");
}

Test(schema_memory, every_allocation_can_fail)
{
	fail_each(rowan_create_all);
	assert_text(look(witness->tables), "ships sailors voyages");
	fail_each(rowan_drop_all);
	assert_text(look(witness->tables), "");
}
