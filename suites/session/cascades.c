/* SPDX-License-Identifier: MIT */
#include "music.h"

/* Rows that the session deletes along with others. */

TestSuite(cascades, .init = open_music, .fini = close_sample, .timeout = 60);

/* ---- deleted with their owner -------------------------------------------------- */

Test(cascades, r10_what_a_row_has_is_deleted_with_it)
{
	struct band *band = stored_band("Can", 3, 4);

	stored_band("Neu", 1, 2);
	assert_ok(rowan_delete(session, band, band));
	assert_ok(rowan_commit(session));
	assert_int(stored_bands(), 1);
	assert_int(stored_albums(), 1);
	assert_int(stored_tracks(), 2);
}

Test(cascades, r10_many_rows_take_one_statement_per_relation)
{
	struct rowan_result *bands;
	const struct band *band;

	for (int i = 0; i < 20; i++)
		stored_band(rowan_text(session, "band %d", i), 2, 2);
	assert_ok(rowan_clear(session));
	bands = rowan_exec(session, rowan_select(band));
	while ((band = rowan_next(bands)))
		assert_ok(rowan_delete(session, band, band));
	/* Albums, websites, tracks and links are looked for; SQLite deletes row by row. */
	assert_statements(engine, 4 + (runs_on("sqlite") ? 20 + 40 + 80 : 3))
		assert_ok(rowan_commit(session));
	assert_int(stored_bands() + stored_albums() + stored_tracks(), 0);
}

Test(cascades, r10_rows_of_the_session_are_gone_too)
{
	struct band *band = stored_band("Can", 1, 1);
	const struct album *album = rowan_load(session, band, albums).rows[0];
	int64_t id = album->id;

	assert_ok(rowan_delete(session, band, band));
	assert_ok(rowan_flush(session));
	assert_null(rowan_get(session, album, id));
	assert_ok(rowan_rollback(session));
	cr_assert_eq(rowan_get(session, album, id), album);
	assert_int(rowan_load(session, band, albums).count, 1);
	assert_int(stored_tracks(), 1);
	assert_ok(rowan_delete(session, band, band));
	assert_ok(rowan_commit(session));
	assert_int(stored_tracks(), 0);
}

/* What others have stored since is found; what was loaded long ago is not relied on. */
Test(cascades, r10_the_database_says_what_goes_along)
{
	rowan_scoped struct rowan_session *other = rowan_session_open(engine);
	struct band *band = stored_band("Can", 1, 0);
	struct album *album;

	(void)rowan_load(session, band, albums);
	album = rowan_new(other, album);
	album->title = "Soon Over Babaluma";
	album->band_id = band->id;
	assert_ok(rowan_add(other, album));
	assert_ok(rowan_commit(other));

	assert_ok(rowan_delete(session, band, band));
	assert_ok(rowan_commit(session));
	assert_int(stored_albums(), 0);
}

Test(cascades, r10_a_row_that_was_not_stored_yet_is_not_stored)
{
	struct band *band = stored_band("Can", 1, 0);
	struct album *album = rowan_new(session, album);

	album->title = "new";
	assert_ok(rowan_append(session, band, albums, album));
	assert_ok(rowan_delete(session, band, band));
	assert_ok(rowan_commit(session));
	assert_int(stored_albums(), 0);
}

Test(cascades, r10_a_row_that_was_given_away_stays)
{
	struct band *can = stored_band("Can", 2, 1), *neu = stored_band("Neu", 0, 0);
	const struct album *album = rowan_load(session, can, albums).rows[0];

	assert_ok(rowan_append(session, neu, albums, rowan_edit(session, album, album)));
	assert_ok(rowan_delete(session, band, can));
	assert_ok(rowan_commit(session));
	assert_int(stored_albums(), 1);
	assert_int(stored_tracks(), 1);
	assert_int(album->band_id, neu->id);
}

Test(cascades, r10_a_foreign_key_written_by_hand_counts_as_well)
{
	struct band *can = stored_band("Can", 2, 1), *neu = stored_band("Neu", 0, 0);
	const struct album *album = rowan_load(session, can, albums).rows[1];

	rowan_edit(session, album, album)->band_id = neu->id;
	assert_ok(rowan_delete(session, band, can));
	assert_ok(rowan_commit(session));
	assert_int(stored_albums(), 1);
}

Test(cascades, r10_one_to_one)
{
	struct band *band = stored_band("Can", 0, 0);
	struct website *website = rowan_new(session, website);

	website->url = "https://can.example";
	assert_ok(rowan_set_one(session, website, band, band));
	assert_ok(rowan_add(session, website));
	assert_ok(rowan_commit(session));
	assert_ok(rowan_delete(session, band, band));
	assert_ok(rowan_commit(session));
	assert_int(rowan_count(session, rowan_select(website)), 0);
}

/* ---- links --------------------------------------------------------------------- */

static const struct genre *stored_genre(const char *name)
{
	struct genre *genre = rowan_new(session, genre);

	genre->name = name;
	assert_ok(rowan_add(session, genre));
	assert_ok(rowan_commit(session));
	return genre;
}

Test(cascades, r10_of_a_relation_through_a_link_the_links_are_deleted)
{
	struct band *band = stored_band("Can", 3, 0);
	const struct genre *rock = stored_genre("rock"), *jazz = stored_genre("jazz");
	const struct album *first = rowan_load(session, band, albums).rows[0];

	for (size_t i = 0; i < 3; i++) {
		assert_ok(rowan_append(session, band->albums.rows[i], genres, rock));
		assert_ok(rowan_append(session, band->albums.rows[i], genres, jazz));
	}
	assert_ok(rowan_commit(session));
	assert_ok(rowan_delete(session, album, first));
	assert_ok(rowan_commit(session));
	assert_int(rowan_count(session, rowan_select(album_genre)), 4);
	assert_int(rowan_load(session, rock, albums).count, 2);

	/* One more is on its way, one is being taken away, when the rest goes. */
	first = rowan_load(session, band, albums).rows[0];
	assert_ok(rowan_append(session, first, genres, stored_genre("krautrock")));
	assert_ok(rowan_remove(session, first, genres, rock));
	assert_ok(rowan_delete(session, band, band));
	assert_ok(rowan_commit(session));
	assert_int(rowan_count(session, rowan_select(album_genre)), 0);
	assert_int(rowan_count(session, rowan_select(genre)), 3);
}

/* Genres say nothing of their albums: the database refuses. */
Test(cascades, r11_by_default_nothing_goes_along)
{
	struct band *band = stored_band("Can", 1, 0);
	const struct genre *rock = stored_genre("rock");

	assert_ok(rowan_append(session, rowan_load(session, band, albums).rows[0], genres, rock));
	assert_ok(rowan_commit(session));
	assert_ok(rowan_delete(session, genre, rock));
	assert_code(rowan_commit(session), ROWAN_FOREIGN_KEY);
	assert_ok(rowan_rollback(session));
	assert_int(rowan_count(session, rowan_select(album_genre)), 1);
}

/* ---- orphans -------------------------------------------------------------------- */

Test(cascades, r10_an_orphan_is_deleted)
{
	struct band *band = stored_band("Can", 2, 3);
	const struct album *album = rowan_load(session, band, albums).rows[0];

	assert_ok(rowan_remove(session, band, albums, rowan_edit(session, album, album)));
	assert_int(band->albums.count, 1);
	assert_ok(rowan_commit(session));
	assert_int(stored_albums(), 1);
	assert_int(stored_tracks(), 3);
}

Test(cascades, r10_without_delete_orphan_a_row_that_is_taken_out_stays)
{
	struct band *band = stored_band("Can", 1, 2);
	const struct album *album = rowan_load(session, band, albums).rows[0];
	const struct track *track = rowan_load(session, album, tracks).rows[0];

	assert_ok(rowan_remove(session, album, tracks, rowan_edit(session, track, track)));
	assert_ok(rowan_commit(session));
	assert_int(stored_tracks(), 2);
	cr_assert_not(track->album_id.set);
}

Test(cascades, r10_an_orphan_from_the_other_side)
{
	struct band *band = stored_band("Can", 2, 0);
	const struct album *album = rowan_load(session, band, albums).rows[1];

	assert_ok(rowan_set_one(session, rowan_edit(session, album, album), band, NULL));
	assert_int(band->albums.count, 1);
	assert_ok(rowan_commit(session));
	assert_int(stored_albums(), 1);
}

Test(cascades, r10_an_orphan_that_finds_another_home_stays)
{
	struct band *can = stored_band("Can", 1, 0), *neu = stored_band("Neu", 0, 0);
	const struct album *album = rowan_load(session, can, albums).rows[0];
	struct album *moving = rowan_edit(session, album, album);

	assert_ok(rowan_remove(session, can, albums, moving));
	assert_ok(rowan_append(session, neu, albums, moving));
	assert_ok(rowan_commit(session));
	assert_int(stored_albums(), 1);
	assert_int(album->band_id, neu->id);
}

Test(cascades, r10_a_new_orphan_is_not_stored)
{
	struct band *band = stored_band("Can", 0, 0);
	struct album *album = rowan_new(session, album);

	album->title = "unwanted";
	assert_ok(rowan_append(session, band, albums, album));
	assert_ok(rowan_remove(session, band, albums, album));
	assert_ok(rowan_commit(session));
	assert_int(stored_albums(), 0);
}

Test(cascades, r10_rollback_brings_orphans_back)
{
	struct band *band = stored_band("Can", 1, 1);
	const struct album *album = rowan_load(session, band, albums).rows[0];

	assert_ok(rowan_remove(session, band, albums, rowan_edit(session, album, album)));
	assert_ok(rowan_rollback(session));
	assert_ok(rowan_commit(session));
	assert_int(stored_albums(), 1);

	assert_ok(rowan_savepoint(session));
	assert_ok(rowan_remove(session, band, albums, rowan_edit(session, album, album)));
	assert_ok(rowan_flush(session));
	assert_ok(rowan_rollback_to(session));
	assert_ok(rowan_commit(session));
	assert_int(stored_albums(), 1);
	assert_int(rowan_load(session, band, albums).count, 1);
}

Test(cascades, r10_the_one_of_a_one_to_one_that_is_replaced_is_an_orphan)
{
	struct band *band = stored_band("Can", 0, 0);
	struct website *old = rowan_new(session, website), *next = rowan_new(session, website);

	old->url = "https://old.example";
	next->url = "https://next.example";
	assert_ok(rowan_set_one(session, band, website, old));
	assert_ok(rowan_commit(session));
	assert_ok(rowan_set_one(session, band, website, NULL));
	assert_ok(rowan_flush(session));
	assert_ok(rowan_set_one(session, band, website, next));
	assert_ok(rowan_commit(session));
	assert_int(rowan_count(session, rowan_select(website)), 1);
	assert_text(band->website.row->url, "https://next.example");
}

/* ---- failures -------------------------------------------------------------------- */

Test(cascades, r10_a_refused_delete_leaves_all_as_it_was)
{
	struct band *band = stored_band("Can", 2, 2);
	struct contract *contract = rowan_new(session, contract);

	contract->band_id = band->id;
	assert_ok(rowan_add(session, contract));
	assert_ok(rowan_commit(session));
	assert_ok(rowan_delete(session, band, band));
	assert_code(rowan_commit(session), ROWAN_FOREIGN_KEY);
	assert_ok(rowan_rollback(session));
	assert_int(stored_tracks(), 4);
	assert_int(rowan_load(session, band, albums).count, 2);

	assert_ok(rowan_delete(session, contract, contract));
	assert_ok(rowan_delete(session, band, band));
	assert_ok(rowan_commit(session));
	assert_int(stored_tracks(), 0);
}

/* ---- by the database --------------------------------------------------------------- */

Test(cascades, r11_cascade_deletes_the_rows_that_refer)
{
	struct band *band = stored_band("Can", 0, 0);
	struct fan *fan = rowan_new(session, fan);
	struct letter *letter = rowan_new(session, letter);
	int64_t fan_id, letter_id;

	fan->name = "Ada";
	letter->text = "More!";
	assert_ok(rowan_append(session, band, fans, fan));
	assert_ok(rowan_append(session, fan, letters, letter));
	assert_ok(rowan_commit(session));
	fan_id = fan->id;
	letter_id = letter->id;
	cr_assert_not_null(rowan_get(session, letter, letter_id));

	assert_ok(rowan_delete(session, band, band));
	assert_ok(rowan_flush(session));
	assert_null(rowan_get(session, fan, fan_id));
	assert_null(rowan_get(session, letter, letter_id));
	assert_ok(rowan_rollback(session));
	cr_assert_eq(rowan_get(session, fan, fan_id), fan);
	assert_int(rowan_load(session, band, fans).count, 1);
	assert_ok(rowan_delete(session, band, band));
	assert_ok(rowan_commit(session));
	assert_int(rowan_count(session, rowan_select(letter)), 0);
}

Test(cascades, r11_set_null_leaves_the_rows_that_referred)
{
	struct band *band = stored_band("Can", 0, 0);
	struct label *label = rowan_new(session, label);

	label->name = "Spoon";
	assert_ok(rowan_append(session, label, bands, band));
	assert_ok(rowan_commit(session));
	cr_assert(band->label_id.set);
	cr_assert_eq(rowan_load(session, band, label).row, label);

	assert_ok(rowan_delete(session, label, label));
	assert_ok(rowan_flush(session));
	cr_assert_eq(rowan_get(session, band, band->id), band);
	cr_assert_not(band->label_id.set);
	assert_null(rowan_load(session, band, label).row);
	assert_ok(rowan_commit(session));
	assert_int(stored_bands(), 1);
}

Test(cascades, r11_restrict_refuses)
{
	struct band *band = stored_band("Can", 0, 0);
	struct contract *contract = rowan_new(session, contract);

	contract->band_id = band->id;
	assert_ok(rowan_add(session, contract));
	assert_ok(rowan_commit(session));
	assert_ok(rowan_delete(session, band, band));
	assert_code(rowan_commit(session), ROWAN_FOREIGN_KEY);
	assert_text(rowan_error(session)->constraint, "fk_contract_band_id");
	assert_ok(rowan_rollback(session));
	assert_int(stored_bands(), 1);
}

Test(cascades, r11_a_delete_by_condition_leaves_it_to_the_database)
{
	struct band *band = stored_band("Can", 0, 0);
	struct fan *fan = rowan_new(session, fan);
	int64_t id;

	fan->name = "Ada";
	assert_ok(rowan_append(session, band, fans, fan));
	assert_ok(rowan_commit(session));
	id = fan->id;
	cr_assert_not_null(rowan_get(session, fan, id));
	assert_int(rowan_delete_where(session, rowan_select(band, .all_rows = true)), 1);
	assert_null(rowan_get(session, fan, id));
	assert_ok(rowan_commit(session));
}

/* A row that is deleted by itself and by the database, in one flush. */
Test(cascades, r11_what_is_deleted_twice_is_deleted_once)
{
	struct band *band = stored_band("Can", 0, 0);
	struct fan *fan = rowan_new(session, fan);

	fan->name = "Ada";
	assert_ok(rowan_append(session, band, fans, fan));
	assert_ok(rowan_commit(session));
	assert_ok(rowan_delete(session, band, band));
	assert_ok(rowan_delete(session, fan, fan));
	assert_ok(rowan_commit(session));
	assert_int(rowan_count(session, rowan_select(fan)), 0);
}

/* ---- mistakes ------------------------------------------------------------------------ */

struct nest;
struct egg {
	int64_t id, nest_id;
	int32_t weight;
	ROWAN_ONE(struct nest) nest;
};
struct nest {
	int64_t id;
	ROWAN_MANY(struct egg) eggs;
	ROWAN_MANY(struct genre) genres;
};
struct nest_genre {
	int64_t nest_id, genre_id;
};
extern const struct rowan_model egg_model, nest_model, nest_genre_model;

ROWAN_MODEL(egg,
	ROWAN_FIELDS(
		ROWAN_FIELD(egg, id, .primary_key = true),
		ROWAN_FIELD(egg, nest_id, .foreign_key = ROWAN_KEY(nest, id),
			    .on_delete = ROWAN_ON_DELETE_SET_NULL),
		ROWAN_FIELD(egg, weight, .on_delete = ROWAN_ON_DELETE_CASCADE)),
	ROWAN_RELATIONS(ROWAN_TO_ONE(egg, nest, nest, .cascade = ROWAN_CASCADE_DELETE)));

ROWAN_MODEL(nest,
	ROWAN_FIELDS(ROWAN_FIELD(nest, id, .primary_key = true)),
	ROWAN_RELATIONS(
		ROWAN_TO_MANY(nest, eggs, egg, .cascade = (enum rowan_cascade)7),
		ROWAN_TO_MANY(nest, genres, genre, .through = &nest_genre_model,
			      .cascade = ROWAN_CASCADE_DELETE_ORPHAN)));

ROWAN_MODEL(nest_genre,
	ROWAN_FIELDS(
		ROWAN_FIELD(nest_genre, nest_id, .primary_key = true,
			    .foreign_key = ROWAN_KEY(nest, id)),
		ROWAN_FIELD(nest_genre, genre_id, .primary_key = true,
			    .foreign_key = ROWAN_KEY(genre, id),
			    .on_delete = (enum rowan_on_delete)9)));

Test(cascades, r11_mistakes_are_named)
{
	struct rowan_error error;

	assert_code(rowan_model_check(&nest_model, &error), ROWAN_MISUSE);
	assert_contains(error.message, "egg.nest_id: .on_delete would set it to NULL");
	assert_contains(error.message, "egg.weight: .on_delete is for foreign keys");
	assert_contains(error.message, "egg.nest: .cascade is for the side that does not have");
	assert_contains(error.message, "nest.eggs: .cascade is none of");
	assert_contains(error.message, "nest.genres: rows of a relation .through a link");
	assert_contains(error.message, "nest_genre.genre_id: .on_delete is none of");
}
