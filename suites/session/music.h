/* SPDX-License-Identifier: MIT */
#ifndef SUITES_SESSION_MUSIC_H
#define SUITES_SESSION_MUSIC_H

/*
 * Models whose rows are deleted along with others.  The session deletes a band's albums,
 * their tracks and the links to genres; the database itself a band's fans and, when a
 * label goes, only what says that a band was with it.
 */

#include "sample.h"

struct band;

struct label {
	int64_t id;
	const char *name;
	ROWAN_MANY(struct band) bands;
};

struct album;

struct band {
	int64_t id;
	const char *name;
	struct rowan_opt_int64 label_id;	/* SET NULL */
	ROWAN_ONE(struct label) label;
	ROWAN_MANY(struct album) albums;	/* DELETE_ORPHAN */
	ROWAN_MANY(struct fan) fans;
	ROWAN_ONE(struct website) website;	/* DELETE_ORPHAN */
};

struct genre {
	int64_t id;
	const char *name;
	ROWAN_MANY(struct album) albums;
};

struct album {
	int64_t id;
	const char *title;
	int64_t band_id;
	ROWAN_ONE(struct band) band;
	ROWAN_MANY(struct track) tracks;	/* DELETE */
	ROWAN_MANY(struct genre) genres;	/* links: DELETE */
};

struct album_genre {
	int64_t album_id, genre_id;
};

struct track {
	int64_t id;
	const char *title;
	struct rowan_opt_int64 album_id;
	ROWAN_ONE(struct album) album;
};

struct website {
	int64_t id;
	const char *url;
	struct rowan_opt_int64 band_id;
	ROWAN_ONE(struct band) band;
};

struct fan {
	int64_t id;
	const char *name;
	int64_t band_id;			/* CASCADE */
	ROWAN_MANY(struct letter) letters;
};

struct letter {
	int64_t id;
	int64_t fan_id;				/* CASCADE */
	const char *text;
};

/* Keeps its band from being deleted. */
struct contract {
	int64_t id;
	int64_t band_id;			/* RESTRICT */
};

extern const struct rowan_model label_model, band_model, genre_model, album_model,
	album_genre_model, track_model, website_model, fan_model, letter_model,
	contract_model;

/* Open `engine` and `session` on their tables, empty. */
void open_music(void);

/* Stored and committed: a band with so many albums of so many tracks. */
struct band *stored_band(const char *name, int albums, int tracks);

/* How many rows there are, by a session of its own. */
int64_t stored_bands(void);
int64_t stored_albums(void);
int64_t stored_tracks(void);

#endif
