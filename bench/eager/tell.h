/* SPDX-License-Identifier: MIT */
#ifndef EAGER_TELL_H
#define EAGER_TELL_H

/* What was measured, for the terminal and as JSON. */

#include "eager/crossing.h"

#include <jansson.h>

void print_panel_header(const struct cell *cell);
void print_cell(const struct cell *cell);
void print_crossings(const struct crossing *crossings, int count);

json_t *json_cell(const struct cell *cell);
json_t *json_crossing(const struct crossing *crossing);

#endif
