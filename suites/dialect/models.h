/* SPDX-License-Identifier: MIT */
#ifndef SUITES_DIALECT_MODELS_H
#define SUITES_DIALECT_MODELS_H

/* Small tables with one of each thing that is rendered. */

#include <rowan.h>

struct note;
struct tag;
struct parcel;
struct player;

struct owner {
	int64_t id;
	const char *name;
	ROWAN_MANY(struct note) notes;
};

struct note {
	int64_t id;
	const char *title;
	bool done;
	struct rowan_opt_int64 owner_id;
	ROWAN_ONE(struct owner) owner;
	ROWAN_MANY(struct tag) tags;
	ROWAN_MANY(struct parcel) parcels;
};

struct tag {
	struct rowan_uuid id;
	const char *name;
	ROWAN_MANY(struct note) notes;
};

struct note_tag {
	int64_t note_id;
	struct rowan_uuid tag_id;
};

/* Every type, plain and optional. */
struct sample {
	int16_t small;
	int32_t medium;
	int64_t large;
	bool flag;
	double real;
	const char *text;
	struct rowan_bytes bytes;
	struct rowan_datetime datetime;
	struct rowan_date date;
	struct rowan_time time;
	struct rowan_uuid uuid;
	struct rowan_opt_int64 maybe_large;
	struct rowan_opt_bool maybe_flag;
};

/* Columns of other types than their members: in PostgreSQL, and one in SQLite. */
struct parcel {
	const char *code;	/* varchar(8) */
	const char *size;	/* an enum */
	const char *contents;	/* jsonb */
	const char *marks;	/* text[] */
	int64_t weight;		/* numeric(10, 2), TEXT */
	struct rowan_opt_int64 note_id;
	ROWAN_ONE(struct note) note;
};

/* In a schema of their own, and each refers to the other. */
struct team {
	int64_t id;
	const char *name;
	struct rowan_opt_int64 captain_id;
	ROWAN_MANY(struct player) players;
};

struct player {
	int64_t id;
	int64_t team_id;
	ROWAN_ONE(struct team) team;
};

/* Nothing but a key. */
struct ticket {
	int32_t number;
};

/* Names that need their quotes. */
struct odd {
	const char *key;
	const char *order;
};

extern const struct rowan_model owner_model, note_model, tag_model, note_tag_model;
extern const struct rowan_model sample_model, ticket_model, odd_model;
extern const struct rowan_model parcel_model, team_model, player_model;

#define NOTE(member_) rowan_column(note, member_)
#define PARCEL(member_) rowan_column(parcel, member_)
#define PLAYER(member_) rowan_column(player, member_)
#define SAMPLE(member_) rowan_column(sample, member_)
#define TAG(member_) rowan_column(tag, member_)

#endif
