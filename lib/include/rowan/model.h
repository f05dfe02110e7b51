/* SPDX-License-Identifier: MIT */
#ifndef ROWAN_MODEL_H
#define ROWAN_MODEL_H

/*
 * Models: what a struct looks like as a table.
 *
 *	struct user {
 *		int64_t id;
 *		const char *email;
 *		bool is_active;
 *		struct rowan_opt_datetime last_login;
 *		ROWAN_MANY(struct task) tasks;
 *	};
 *	extern const struct rowan_model user_model;	// in a header
 *
 *	ROWAN_MODEL(user,				// in one source file
 *		ROWAN_FIELDS(
 *			ROWAN_FIELD(user, id, .primary_key = true),
 *			ROWAN_FIELD(user, email, .unique = true, .max_length = 255),
 *			ROWAN_FIELD(user, is_active, .default_value = ROWAN_CONST(true)),
 *			ROWAN_FIELD(user, last_login)),
 *		ROWAN_RELATIONS(
 *			ROWAN_TO_MANY(user, tasks, task, .back_populates = "owner")),
 *		.table = "users");
 *
 * A column's type is the member's; a member that no column can hold does not
 * compile.  `struct user` and `user_model` go together by name: macros that
 * take a model are given `user`.
 *
 * A model is checked as a whole when it is first used, and all its mistakes are
 * reported together, as ROWAN_MISUSE.  Models are immutable, may be used by all
 * threads, and may refer to each other across files and in circles.
 */

#include <rowan/error.h>

struct rowan_session;
struct rowan_model;

/* A member of a model, as ROWAN_KEY(user, id) names it. */
struct rowan_column {
	const struct rowan_model *model;
	uint32_t offset;
};

/* A constant default: made by ROWAN_CONST().  The pointer first: a bare number warns. */
struct rowan_constant {
	const char *text;
	enum rowan_type type;
	int64_t i;
	double d;
};

/*
 * What the database does with the rows whose foreign key refers to a deleted one, however
 * it was deleted.  By default it refuses to delete it (ROWAN_FOREIGN_KEY).
 */
enum rowan_on_delete {
	ROWAN_ON_DELETE_REFUSE,		/* NO ACTION: checked when the statement ends */
	ROWAN_ON_DELETE_RESTRICT,	/* .. at once */
	ROWAN_ON_DELETE_CASCADE,	/* they are deleted as well */
	ROWAN_ON_DELETE_SET_NULL,	/* their foreign key becomes NULL */
};

struct rowan_field {
	const char *name;	/* the member's */
	enum rowan_type type;
	uint32_t offset;
	bool optional_;		/* the member is a rowan_opt_* */

	const char *column;	/* the column's name; NULL = `name` */
	bool primary_key;	/* on several fields: one composite key */
	bool unique;		/* constraint uq_<table>_<column> */
	bool index;		/* index ix_<table>_<column> */
	bool nullable;		/* for text and bytes; rowan_opt_* are by themselves */
	bool not_null;		/* for a rowan_opt_* whose column is NOT NULL */
	bool secret;		/* never in logs or messages */
	/*
	 * An integer of 32 or 64 bits that counts the row's updates, from 1 on.  An update
	 * or delete through a session then fails with ROWAN_STALE, and writes nothing, if
	 * the row was changed or deleted by another since this session read it.
	 */
	bool version;
	/*
	 * The column's type where it is not to be the member's: "jsonb", "citext",
	 * "numeric(10, 2)".  Values go to and from it by the database's casts.  SQLite's
	 * tables, being STRICT, have INTEGER, REAL, TEXT, BLOB and ANY.
	 */
	const char *sqlite_type, *postgres_type;
	size_t min_length;	/* of text, in code points; checked at flush */
	size_t max_length;	/* 0 = no limit */

	/* ROWAN_KEY(user, id): constraint fk_<table>_<column> */
	struct rowan_column foreign_key;
	enum rowan_on_delete on_delete;	/* what becomes of this row when that one is deleted */

	/*
	 * What rowan_new() puts in: a constant, or the result of a function
	 * that is called once per row.  Text that a factory returns must live
	 * until the flush; rowan_text() makes such text.
	 */
	struct rowan_constant default_value;
	struct rowan_value (*default_factory)(struct rowan_session *session);

	char sentinel_;
};

/*
 * A relation: a slot of the struct that holds related rows once loaded.
 *
 * ROWAN_TO_ONE(task, owner, user): task has the foreign key to user; or user
 * has one to task (one-to-one, seen from its other side).
 * ROWAN_TO_MANY(user, tasks, task): task has the foreign key to user; or, with
 * `.through = &link_model`, the link has one to each side.
 *
 * The foreign key is found by itself.  Where there is more than one candidate
 * it is named: `.foreign_key = ROWAN_KEY(task, owner_id)`.  With a link,
 * `foreign_key` is the link's column to this side and `remote_key` its column
 * to the other.  A row that several links lead to is in the slot once.
 */
/*
 * What becomes of the rows of a relation when the row that has them is deleted through a
 * session.  By default nothing: the database refuses if they still refer to it.  The
 * session finds and deletes them itself, many by one statement, and knows that they are
 * gone; a foreign key's .on_delete leaves all that to the database.
 */
enum rowan_cascade {
	ROWAN_CASCADE_NONE,
	ROWAN_CASCADE_DELETE,	/* they are deleted, too; with a link, its rows are */
	/*
	 * .. and so is one that leaves the relation and is not given to another row before
	 * the flush.  Such a relation may be emptied even where its foreign key is NOT NULL.
	 */
	ROWAN_CASCADE_DELETE_ORPHAN,
};

struct rowan_relation {
	const char *name;
	uint32_t offset;
	bool many;
	enum rowan_cascade cascade;
	const struct rowan_model *target;
	const struct rowan_model *through;
	struct rowan_column foreign_key, remote_key;
	const char *back_populates;	/* the relation of `target` that is this one's mirror */
	char sentinel_;
};

struct rowan_model {
	const char *name;	/* the struct's */
	const char *table;	/* NULL = the name in lower case */
	const char *schema;	/* PostgreSQL: NULL = by search_path; SQLite leaves it out */
	size_t size;
	const struct rowan_field *fields;
	size_t field_count;
	const struct rowan_relation *relations;
	size_t relation_count;
	void **plan_;		/* what the library worked out, once */
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Check one model, and those it refers to, without using them.  ROWAN_OK, or
 * ROWAN_MISUSE with one line per mistake in `error` (which may be NULL).
 */
ROWAN_API int rowan_model_check(const struct rowan_model *model, struct rowan_error *error);

#ifdef __cplusplus
}
#endif

/* ---- slots ---------------------------------------------------------------- */

/*
 * A to-one slot holds a row or NULL, a to-many slot `count` rows.  Both are
 * plain to read once loaded; rowan_load() loads on first use.  `state_` is 0 in
 * a row that no session made.
 */
#define ROWAN_ONE(type_) \
	struct { union { const type_ *row; const type_ *of_; }; uintptr_t state_; }
#define ROWAN_MANY(type_) \
	struct { union { const type_ *const *rows; const type_ *of_; }; \
		 size_t count; uintptr_t state_; }

#ifndef __cplusplus

/* ---- descriptors ---------------------------------------------------------- */

#define ROWAN_TYPE_OF_(struct_, member_) _Generic(&((struct_ *)0)->member_, \
	int16_t *: ROWAN_TYPE_INT16, struct rowan_opt_int16 *: ROWAN_TYPE_INT16, \
	int32_t *: ROWAN_TYPE_INT32, struct rowan_opt_int32 *: ROWAN_TYPE_INT32, \
	int64_t *: ROWAN_TYPE_INT64, struct rowan_opt_int64 *: ROWAN_TYPE_INT64, \
	bool *: ROWAN_TYPE_BOOL, struct rowan_opt_bool *: ROWAN_TYPE_BOOL, \
	double *: ROWAN_TYPE_DOUBLE, struct rowan_opt_double *: ROWAN_TYPE_DOUBLE, \
	const char **: ROWAN_TYPE_TEXT, struct rowan_bytes *: ROWAN_TYPE_BYTES, \
	struct rowan_datetime *: ROWAN_TYPE_DATETIME, \
	struct rowan_opt_datetime *: ROWAN_TYPE_DATETIME, \
	struct rowan_date *: ROWAN_TYPE_DATE, struct rowan_opt_date *: ROWAN_TYPE_DATE, \
	struct rowan_time *: ROWAN_TYPE_TIME, struct rowan_opt_time *: ROWAN_TYPE_TIME, \
	struct rowan_uuid *: ROWAN_TYPE_UUID, struct rowan_opt_uuid *: ROWAN_TYPE_UUID)

#define ROWAN_IS_OPTIONAL_(struct_, member_) _Generic(&((struct_ *)0)->member_, \
	struct rowan_opt_int16 *: true, struct rowan_opt_int32 *: true, \
	struct rowan_opt_int64 *: true, struct rowan_opt_bool *: true, \
	struct rowan_opt_double *: true, struct rowan_opt_datetime *: true, \
	struct rowan_opt_date *: true, struct rowan_opt_time *: true, \
	struct rowan_opt_uuid *: true, default: false)

#define ROWAN_FIELD(...) ROWAN_FIELD_(__VA_ARGS__, .sentinel_ = 0)
#define ROWAN_FIELD_(model_, member_, ...) \
	{ .name = #member_, .type = ROWAN_TYPE_OF_(struct model_, member_), \
	  .offset = offsetof(struct model_, member_), \
	  .optional_ = ROWAN_IS_OPTIONAL_(struct model_, member_), __VA_ARGS__ }

/* A literal as a default: ROWAN_CONST(true), ROWAN_CONST(3), ROWAN_CONST("medium"). */
#define ROWAN_CONST(v_) \
	{ .type = _Generic((v_), bool: ROWAN_TYPE_BOOL, \
		float: ROWAN_TYPE_DOUBLE, double: ROWAN_TYPE_DOUBLE, \
		char *: ROWAN_TYPE_TEXT, const char *: ROWAN_TYPE_TEXT, \
		default: ROWAN_TYPE_INT64), \
	  .i = _Generic((v_), float: 0, double: 0, char *: 0, const char *: 0, default: (v_)), \
	  .d = _Generic((v_), float: (v_), double: (v_), default: 0.0), \
	  .text = _Generic((v_), char *: (v_), const char *: (v_), default: NULL) }

#define ROWAN_KEY(model_, member_) { &model_##_model, offsetof(struct model_, member_) }

/* The slot's own type must be the target's: _Generic has no other choice. */
#define ROWAN_SLOT_OFFSET_(model_, slot_, target_) \
	_Generic(((struct model_ *)0)->slot_.of_, \
		const struct target_ *: offsetof(struct model_, slot_))
#define ROWAN_TO_ONE(...) ROWAN_TO_ONE_(__VA_ARGS__, .sentinel_ = 0)
#define ROWAN_TO_ONE_(model_, slot_, target_, ...) \
	{ .name = #slot_, .offset = ROWAN_SLOT_OFFSET_(model_, slot_, target_) \
		+ 0 * sizeof(((struct model_ *)0)->slot_.row), \
	  .target = &target_##_model, __VA_ARGS__ }
#define ROWAN_TO_MANY(...) ROWAN_TO_MANY_(__VA_ARGS__, .sentinel_ = 0)
#define ROWAN_TO_MANY_(model_, slot_, target_, ...) \
	{ .name = #slot_, .many = true, \
	  .offset = ROWAN_SLOT_OFFSET_(model_, slot_, target_) \
		+ 0 * sizeof(((struct model_ *)0)->slot_.rows), \
	  .target = &target_##_model, __VA_ARGS__ }

#define ROWAN_FIELDS(...) \
	.fields = (const struct rowan_field[]){ __VA_ARGS__ }, \
	.field_count = sizeof((const struct rowan_field[]){ __VA_ARGS__ }) \
		/ sizeof(struct rowan_field)
#define ROWAN_RELATIONS(...) \
	.relations = (const struct rowan_relation[]){ __VA_ARGS__ }, \
	.relation_count = sizeof((const struct rowan_relation[]){ __VA_ARGS__ }) \
		/ sizeof(struct rowan_relation)

/* Defines `const struct rowan_model <model>_model`, at file scope. */
#define ROWAN_MODEL(model_, ...) \
	static void *model_##_plan_; \
	const struct rowan_model model_##_model = { \
		.name = #model_, .size = sizeof(struct model_), \
		.plan_ = &model_##_plan_, __VA_ARGS__ }

/* A NULL-ended list of models: ROWAN_MODELS(&user_model, &task_model). */
#define ROWAN_MODELS(...) ((const struct rowan_model *const[]){ __VA_ARGS__, NULL })

#endif /* __cplusplus */
#endif
