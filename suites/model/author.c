/* SPDX-License-Identifier: MIT */
#include "library.h"

ROWAN_MODEL(author,
	ROWAN_FIELDS(
		ROWAN_FIELD(author, id, .primary_key = true),
		ROWAN_FIELD(author, name, .unique = true, .max_length = 80),
		ROWAN_FIELD(author, motto, .nullable = true, .column = "motto_column"),
		ROWAN_FIELD(author, favourite_id, .foreign_key = ROWAN_KEY(book, id))),
	ROWAN_RELATIONS(
		ROWAN_TO_MANY(author, books, book, .back_populates = "author"),
		ROWAN_TO_ONE(author, favourite, book)),
	.table = "authors");
