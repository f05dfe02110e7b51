/* SPDX-License-Identifier: MIT */
#include "models.h"

ROWAN_MODEL(owner,
	ROWAN_FIELDS(
		ROWAN_FIELD(owner, id, .primary_key = true),
		ROWAN_FIELD(owner, name, .unique = true)),
	ROWAN_RELATIONS(ROWAN_TO_MANY(owner, notes, note, .back_populates = "owner")));

ROWAN_MODEL(note,
	ROWAN_FIELDS(
		ROWAN_FIELD(note, id, .primary_key = true),
		ROWAN_FIELD(note, title, .index = true),
		ROWAN_FIELD(note, done),
		ROWAN_FIELD(note, owner_id, .foreign_key = ROWAN_KEY(owner, id))),
	ROWAN_RELATIONS(
		ROWAN_TO_ONE(note, owner, owner, .back_populates = "notes"),
		ROWAN_TO_MANY(note, tags, tag, .through = &note_tag_model,
			      .back_populates = "notes"),
		ROWAN_TO_MANY(note, parcels, parcel, .back_populates = "note")));

ROWAN_MODEL(tag,
	ROWAN_FIELDS(
		ROWAN_FIELD(tag, id, .primary_key = true),
		ROWAN_FIELD(tag, name)),
	ROWAN_RELATIONS(
		ROWAN_TO_MANY(tag, notes, note, .through = &note_tag_model,
			      .back_populates = "tags")));

ROWAN_MODEL(note_tag,
	ROWAN_FIELDS(
		ROWAN_FIELD(note_tag, note_id, .primary_key = true,
			    .foreign_key = ROWAN_KEY(note, id)),
		ROWAN_FIELD(note_tag, tag_id, .primary_key = true,
			    .foreign_key = ROWAN_KEY(tag, id))));

ROWAN_MODEL(sample,
	ROWAN_FIELDS(
		ROWAN_FIELD(sample, small, .primary_key = true),
		ROWAN_FIELD(sample, medium),
		ROWAN_FIELD(sample, large),
		ROWAN_FIELD(sample, flag),
		ROWAN_FIELD(sample, real),
		ROWAN_FIELD(sample, text),
		ROWAN_FIELD(sample, bytes, .nullable = true),
		ROWAN_FIELD(sample, datetime),
		ROWAN_FIELD(sample, date),
		ROWAN_FIELD(sample, time),
		ROWAN_FIELD(sample, uuid),
		ROWAN_FIELD(sample, maybe_large),
		ROWAN_FIELD(sample, maybe_flag, .not_null = true)));

ROWAN_MODEL(parcel,
	ROWAN_FIELDS(
		ROWAN_FIELD(parcel, code, .primary_key = true, .postgres_type = "varchar(8)"),
		ROWAN_FIELD(parcel, size, .postgres_type = "size", .index = true),
		ROWAN_FIELD(parcel, contents, .postgres_type = "jsonb", .nullable = true),
		ROWAN_FIELD(parcel, marks, .postgres_type = "text[]", .nullable = true),
		ROWAN_FIELD(parcel, weight, .postgres_type = "numeric(10, 2)",
			    .sqlite_type = "TEXT"),
		ROWAN_FIELD(parcel, note_id, .foreign_key = ROWAN_KEY(note, id))),
	ROWAN_RELATIONS(ROWAN_TO_ONE(parcel, note, note, .back_populates = "parcels")));

ROWAN_MODEL(team,
	ROWAN_FIELDS(
		ROWAN_FIELD(team, id, .primary_key = true),
		ROWAN_FIELD(team, name, .unique = true),
		ROWAN_FIELD(team, captain_id, .foreign_key = ROWAN_KEY(player, id))),
	ROWAN_RELATIONS(ROWAN_TO_MANY(team, players, player, .back_populates = "team")),
	.schema = "club");

ROWAN_MODEL(player,
	ROWAN_FIELDS(
		ROWAN_FIELD(player, id, .primary_key = true),
		ROWAN_FIELD(player, team_id, .foreign_key = ROWAN_KEY(team, id), .index = true)),
	ROWAN_RELATIONS(ROWAN_TO_ONE(player, team, team, .back_populates = "players")),
	.schema = "club");

ROWAN_MODEL(ticket, ROWAN_FIELDS(ROWAN_FIELD(ticket, number, .primary_key = true)));

ROWAN_MODEL(odd,
	ROWAN_FIELDS(
		ROWAN_FIELD(odd, key, .primary_key = true, .column = "a \"key\""),
		ROWAN_FIELD(odd, order, .unique = true, .index = true)),
	.table = "\"; DROP TABLE x");
