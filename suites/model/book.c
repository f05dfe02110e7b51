/* SPDX-License-Identifier: MIT */
#include "library.h"

ROWAN_MODEL(book,
	ROWAN_FIELDS(
		ROWAN_FIELD(book, id, .primary_key = true),
		ROWAN_FIELD(book, author_id, .foreign_key = ROWAN_KEY(author, id), .index = true),
		ROWAN_FIELD(book, prequel_id, .foreign_key = ROWAN_KEY(book, id)),
		ROWAN_FIELD(book, title, .secret = true),
		ROWAN_FIELD(book, printed, .default_value = ROWAN_CONST(true))),
	ROWAN_RELATIONS(
		ROWAN_TO_ONE(book, author, author, .back_populates = "books"),
		ROWAN_TO_ONE(book, prequel, book, .back_populates = "sequels"),
		ROWAN_TO_MANY(book, sequels, book, .back_populates = "prequel"),
		ROWAN_TO_MANY(book, readers, author, .through = &reading_model)));

ROWAN_MODEL(reading,
	ROWAN_FIELDS(
		ROWAN_FIELD(reading, author_id, .primary_key = true,
			    .foreign_key = ROWAN_KEY(author, id)),
		ROWAN_FIELD(reading, book_id, .primary_key = true,
			    .foreign_key = ROWAN_KEY(book, id))));
