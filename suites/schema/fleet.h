/* SPDX-License-Identifier: MIT */
#ifndef SUITES_SCHEMA_FLEET_H
#define SUITES_SCHEMA_FLEET_H

/*
 * Ships and sailors, in a source file each: a ship has a captain, a sailor
 * serves on a ship and has a superior.  A voyage is of a ship.
 */

#include "support.h"

struct ship {
	int64_t id;
	const char *name;
	struct rowan_opt_int64 captain_id;
	ROWAN_MANY(struct sailor) sailors;
};

struct sailor {
	int64_t id;
	const char *name;
	struct rowan_opt_int64 ship_id, superior_id;
	ROWAN_ONE(struct ship) ship;
};

struct voyage {
	int64_t id;
	int64_t ship_id;
	const char *goal;
};

/* Seen by a struct whose name is not in lower case. */
struct Port {
	int64_t id;
};

extern const struct rowan_model ship_model, sailor_model, voyage_model, Port_model;

#define FLEET ROWAN_MODELS(&voyage_model, &ship_model, &sailor_model)

#endif
