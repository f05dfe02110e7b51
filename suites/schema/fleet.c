/* SPDX-License-Identifier: MIT */
#include "fleet.h"

ROWAN_MODEL(ship,
	ROWAN_FIELDS(
		ROWAN_FIELD(ship, id, .primary_key = true),
		ROWAN_FIELD(ship, name, .unique = true),
		ROWAN_FIELD(ship, captain_id, .foreign_key = ROWAN_KEY(sailor, id))),
	ROWAN_RELATIONS(ROWAN_TO_MANY(ship, sailors, sailor, .back_populates = "ship")),
	.table = "ships");

ROWAN_MODEL(voyage,
	ROWAN_FIELDS(
		ROWAN_FIELD(voyage, id, .primary_key = true),
		ROWAN_FIELD(voyage, ship_id, .foreign_key = ROWAN_KEY(ship, id), .index = true),
		ROWAN_FIELD(voyage, goal, .index = true)),
	.table = "voyages");

ROWAN_MODEL(Port, ROWAN_FIELDS(ROWAN_FIELD(Port, id, .primary_key = true)));
