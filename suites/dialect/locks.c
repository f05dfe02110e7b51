/* SPDX-License-Identifier: MIT */
/* Rows that are locked by reading them. */
#include "golden.h"

TestSuite(dialect_locks, .init = open_tables, .fini = close_tables, .timeout = 60);

#define NOTES "SELECT `id`, `title`, `done`, `owner_id` FROM `note`"

Test(dialect_locks, end_a_select)
{
	const struct query_case cases[] = {
		{ rowan_select(note, .lock = ROWAN_FOR_UPDATE), NOTES, NOTES " FOR UPDATE" },
		{ rowan_select(note, .lock = ROWAN_FOR_SHARE), NOTES, NOTES " FOR SHARE" },
		{ rowan_select(note, .lock = ROWAN_FOR_UPDATE, .locked = ROWAN_NOWAIT), NOTES,
		  NOTES " FOR UPDATE NOWAIT" },
		{ rowan_select(note, .lock = ROWAN_FOR_SHARE, .locked = ROWAN_SKIP_LOCKED), NOTES,
		  NOTES " FOR SHARE SKIP LOCKED" },
		{ rowan_select(note, .where = rowan_eq(NOTE(done), false),
			       .order_by = { rowan_asc(NOTE(id)) }, .limit = 1,
			       .lock = ROWAN_FOR_UPDATE, .locked = ROWAN_SKIP_LOCKED),
		  NOTES " WHERE `done` = ?1 ORDER BY `id` LIMIT ?2",
		  NOTES " WHERE `done` = $1 ORDER BY `id` LIMIT $2 FOR UPDATE SKIP LOCKED" },
		/* Where the table has a name for the sake of the order, that is it. */
		{ rowan_select(parcel, .order_by = { rowan_asc(PARCEL(weight)) },
			       .lock = ROWAN_FOR_UPDATE),
		  "SELECT t0.`code`, t0.`size`, t0.`contents`, t0.`marks`,"
		  " CAST(t0.`weight` AS INTEGER), t0.`note_id` FROM `parcel` AS t0"
		  " ORDER BY t0.`weight`",
		  "SELECT CAST(t0.`code` AS text), CAST(t0.`size` AS text),"
		  " CAST(t0.`contents` AS text), CAST(t0.`marks` AS text),"
		  " CAST(t0.`weight` AS bigint), t0.`note_id` FROM `parcel` AS t0"
		  " ORDER BY t0.`weight` FOR UPDATE OF t0" },
	};

	ASSERT_QUERIES(SELECT_ROWS, cases);
}

#define T0_NOTE "t0.`id`, t0.`title`, t0.`done`, t0.`owner_id`"
#define JOIN " LEFT JOIN `owner` AS t1 ON t1.`id` = t0.`owner_id`"

/* PostgreSQL refuses to lock rows that a LEFT JOIN may not find. */
Test(dialect_locks, are_for_the_root_of_a_join)
{
	const struct select_join owner = { relation_of(&note_model, 0), -1 };

	assert_joined(rowan_select(note, .order_by = { rowan_asc(NOTE(id)) },
				   .lock = ROWAN_FOR_UPDATE, .locked = ROWAN_NOWAIT), &owner, 1,
		"SELECT " T0_NOTE ", t1.`id`, t1.`name` FROM `note` AS t0" JOIN " ORDER BY t0.`id`",
		"SELECT " T0_NOTE ", t1.`id`, t1.`name` FROM `note` AS t0" JOIN " ORDER BY t0.`id`"
		" FOR UPDATE OF t0 NOWAIT");
	assert_joined(rowan_select(note, .order_by = { rowan_asc(NOTE(id)) }, .limit = 2,
				   .lock = ROWAN_FOR_SHARE), &owner, 1,
		"SELECT " T0_NOTE ", t1.`id`, t1.`name` FROM (" NOTES " ORDER BY `id` LIMIT ?1) AS t0"
		JOIN " ORDER BY t0.`id`",
		"SELECT " T0_NOTE ", t1.`id`, t1.`name` FROM (" NOTES " ORDER BY `id` LIMIT $1"
		" FOR SHARE) AS t0" JOIN " ORDER BY t0.`id`");
}
