/* SPDX-License-Identifier: MIT */
#include "music.h"

ROWAN_MODEL(label,
	ROWAN_FIELDS(
		ROWAN_FIELD(label, id, .primary_key = true),
		ROWAN_FIELD(label, name)),
	ROWAN_RELATIONS(ROWAN_TO_MANY(label, bands, band, .back_populates = "label")));

ROWAN_MODEL(band,
	ROWAN_FIELDS(
		ROWAN_FIELD(band, id, .primary_key = true),
		ROWAN_FIELD(band, name),
		ROWAN_FIELD(band, label_id, .foreign_key = ROWAN_KEY(label, id),
			    .on_delete = ROWAN_ON_DELETE_SET_NULL)),
	ROWAN_RELATIONS(
		ROWAN_TO_ONE(band, label, label, .back_populates = "bands"),
		ROWAN_TO_MANY(band, albums, album, .back_populates = "band",
			      .cascade = ROWAN_CASCADE_DELETE_ORPHAN),
		ROWAN_TO_MANY(band, fans, fan),
		ROWAN_TO_ONE(band, website, website, .back_populates = "band",
			     .cascade = ROWAN_CASCADE_DELETE_ORPHAN)));

ROWAN_MODEL(genre,
	ROWAN_FIELDS(
		ROWAN_FIELD(genre, id, .primary_key = true),
		ROWAN_FIELD(genre, name)),
	ROWAN_RELATIONS(ROWAN_TO_MANY(genre, albums, album, .through = &album_genre_model,
				      .back_populates = "genres")));

ROWAN_MODEL(album,
	ROWAN_FIELDS(
		ROWAN_FIELD(album, id, .primary_key = true),
		ROWAN_FIELD(album, title),
		ROWAN_FIELD(album, band_id, .foreign_key = ROWAN_KEY(band, id))),
	ROWAN_RELATIONS(
		ROWAN_TO_ONE(album, band, band, .back_populates = "albums"),
		ROWAN_TO_MANY(album, tracks, track, .back_populates = "album",
			      .cascade = ROWAN_CASCADE_DELETE),
		ROWAN_TO_MANY(album, genres, genre, .through = &album_genre_model,
			      .back_populates = "albums", .cascade = ROWAN_CASCADE_DELETE)));

ROWAN_MODEL(album_genre,
	ROWAN_FIELDS(
		ROWAN_FIELD(album_genre, album_id, .primary_key = true,
			    .foreign_key = ROWAN_KEY(album, id)),
		ROWAN_FIELD(album_genre, genre_id, .primary_key = true,
			    .foreign_key = ROWAN_KEY(genre, id))));

ROWAN_MODEL(track,
	ROWAN_FIELDS(
		ROWAN_FIELD(track, id, .primary_key = true),
		ROWAN_FIELD(track, title),
		ROWAN_FIELD(track, album_id, .foreign_key = ROWAN_KEY(album, id))),
	ROWAN_RELATIONS(ROWAN_TO_ONE(track, album, album, .back_populates = "tracks")));

ROWAN_MODEL(website,
	ROWAN_FIELDS(
		ROWAN_FIELD(website, id, .primary_key = true),
		ROWAN_FIELD(website, url),
		ROWAN_FIELD(website, band_id, .unique = true, .foreign_key = ROWAN_KEY(band, id))),
	ROWAN_RELATIONS(ROWAN_TO_ONE(website, band, band, .back_populates = "website")));

ROWAN_MODEL(fan,
	ROWAN_FIELDS(
		ROWAN_FIELD(fan, id, .primary_key = true),
		ROWAN_FIELD(fan, name),
		ROWAN_FIELD(fan, band_id, .foreign_key = ROWAN_KEY(band, id),
			    .on_delete = ROWAN_ON_DELETE_CASCADE)),
	ROWAN_RELATIONS(ROWAN_TO_MANY(fan, letters, letter)));

ROWAN_MODEL(letter,
	ROWAN_FIELDS(
		ROWAN_FIELD(letter, id, .primary_key = true),
		ROWAN_FIELD(letter, fan_id, .foreign_key = ROWAN_KEY(fan, id),
			    .on_delete = ROWAN_ON_DELETE_CASCADE),
		ROWAN_FIELD(letter, text)));

ROWAN_MODEL(contract,
	ROWAN_FIELDS(
		ROWAN_FIELD(contract, id, .primary_key = true),
		ROWAN_FIELD(contract, band_id, .foreign_key = ROWAN_KEY(band, id),
			    .on_delete = ROWAN_ON_DELETE_RESTRICT)));

void open_music(void)
{
	open_models(ROWAN_MODELS(&label_model, &band_model, &genre_model, &album_model,
				 &album_genre_model, &track_model, &website_model, &fan_model,
				 &letter_model, &contract_model));
}

struct band *stored_band(const char *name, int albums, int tracks)
{
	struct band *band = rowan_new(session, band);

	band->name = name;
	rowan_add(session, band);
	for (int i = 0; i < albums; i++) {
		struct album *album = rowan_new(session, album);

		album->title = rowan_text(session, "%s %d", name, i + 1);
		rowan_append(session, band, albums, album);
		for (int j = 0; j < tracks; j++) {
			struct track *track = rowan_new(session, track);

			track->title = rowan_text(session, "%s %d.%d", name, i + 1, j + 1);
			rowan_append(session, album, tracks, track);
		}
	}
	assert_ok(rowan_commit(session));
	return band;
}

int64_t stored_bands(void)
{
	return stored_of(band);
}

int64_t stored_albums(void)
{
	return stored_of(album);
}

int64_t stored_tracks(void)
{
	return stored_of(track);
}
