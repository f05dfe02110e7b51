/* SPDX-License-Identifier: MIT */
/* Programs that start at once, and each makes its tables. */
#include "database.h"
#include "fleet.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAMS 8

/* A program's life; nothing may be asserted here. */
static int make_tables(int gate)
{
	struct rowan_engine *own;
	char byte;
	int status;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (read(gate, &byte, 1) != 0)	/* until the gate is closed */
		return 100;
	own = rowan_engine_open(url, .busy_timeout_ms = 20000);
	status = rowan_create_all(own, FLEET, NULL);
	rowan_engine_close(own);
	return -status;
}

static void race(void)
{
	int gate[2], status;
	pid_t programs[PROGRAMS];

	assert_int(pipe(gate), 0);
	for (int i = 0; i < PROGRAMS; i++) {
		programs[i] = fork();
		cr_assert(programs[i] >= 0);
		if (programs[i] == 0) {
			close(gate[1]);
			_exit(make_tables(gate[0]));
		}
	}
	close(gate[0]);
	close(gate[1]);
	for (int i = 0; i < PROGRAMS; i++) {
		assert_int(waitpid(programs[i], &status, 0), programs[i]);
		assert_int(WIFEXITED(status), 1);
		assert_int(WEXITSTATUS(status), 0);
	}
}

Test(schema, m24_programs_that_start_at_once_make_the_tables_once)
{
	for (int i = 0; i < 3; i++) {
		race();
		assert_text(look(witness->tables), "ships sailors voyages");
		assert_text(look(witness->keys),
			    "sailors.ship_id>ships sailors.superior_id>sailors"
			    " ships.captain_id>sailors voyages.ship_id>ships");
		assert_done(rowan_drop_all(engine, FLEET, &error));
	}
}
