/* SPDX-License-Identifier: MIT */
#include "fleet.h"

ROWAN_MODEL(sailor,
	ROWAN_FIELDS(
		ROWAN_FIELD(sailor, id, .primary_key = true),
		ROWAN_FIELD(sailor, name),
		ROWAN_FIELD(sailor, ship_id, .foreign_key = ROWAN_KEY(ship, id)),
		ROWAN_FIELD(sailor, superior_id, .foreign_key = ROWAN_KEY(sailor, id))),
	ROWAN_RELATIONS(ROWAN_TO_ONE(sailor, ship, ship, .back_populates = "sailors")),
	.table = "sailors");
