/* SPDX-License-Identifier: MIT */
#ifndef SUITES_MODEL_LIBRARY_H
#define SUITES_MODEL_LIBRARY_H

/*
 * Authors and books, defined in a source file each: they refer to each other in
 * a circle.  An author has a favourite book; a book has an author and perhaps a
 * sequel.
 */

#include <rowan.h>

struct author;
struct book;

struct author {
	int64_t id;
	const char *name;
	const char *motto;
	struct rowan_opt_int64 favourite_id;
	ROWAN_MANY(struct book) books;
	ROWAN_ONE(struct book) favourite;
};

struct book {
	int64_t id;
	int64_t author_id;
	struct rowan_opt_int64 prequel_id;
	const char *title;
	bool printed;
	ROWAN_ONE(struct author) author;
	ROWAN_ONE(struct book) prequel;
	ROWAN_MANY(struct book) sequels;
	ROWAN_MANY(struct author) readers;
};

/* Who has read what. */
struct reading {
	int64_t author_id;
	int64_t book_id;
};

extern const struct rowan_model author_model, book_model, reading_model;

#endif
