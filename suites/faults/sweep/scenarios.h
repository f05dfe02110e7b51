/* SPDX-License-Identifier: MIT */
#ifndef SUITES_FAULTS_SCENARIOS_H
#define SUITES_FAULTS_SCENARIOS_H

/* Scenarios of further.c, for the list in scenarios.c. */

#include "sweep.h"

int list_models(struct place *place);
int open_raw(struct place *place);
int use_hooks(struct place *place);
int refuse_by_hook(struct place *place);
int fail_a_statement(struct place *place);
int lose_an_answer(struct place *place);
int use_sandbox(struct place *place);
int merge_rows(struct place *place);
int set_by_name(struct place *place);
int cascade(struct place *place);
int load_by_query(struct place *place);

#endif
