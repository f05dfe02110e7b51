/* SPDX-License-Identifier: MIT */
#ifndef REPORT_COMPARE_H
#define REPORT_COMPARE_H

#include <jansson.h>

/*
 * Print what both runs measured, side by side, and mark what changed by more
 * than a tenth.  Ratios say more than times: those are of two moments.
 */
void compare_print(const json_t *then, const json_t *now);

#endif
