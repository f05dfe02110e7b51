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
 * Mixins: what several models have is a struct of its own, embedded in theirs, and a
 * macro that lists its fields.  A field's column has the last part of its name:
 *
 *	struct timestamps { struct rowan_datetime created_at, updated_at; };
 *	#define TIMESTAMPS(model_, stamps_)	\
 *		ROWAN_FIELD(model_, stamps_.created_at, .default_factory = rowan_now_factory), \
 *		ROWAN_FIELD(model_, stamps_.updated_at, .default_factory = rowan_now_factory, \
 *			    .on_update = rowan_now_factory)
 *
 *	struct task { int64_t id; struct timestamps stamps; };
 *	ROWAN_MODEL(task, ROWAN_FIELDS(
 *		ROWAN_FIELD(task, id, .primary_key = true),
 *		TIMESTAMPS(task, stamps)));
 *	.. rowan_desc(rowan_column(task, stamps.created_at)) ..
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

/* The value of a field for a row: called once for each. */
typedef struct rowan_value rowan_factory(struct rowan_session *session);

struct rowan_field {
	const char *name;	/* the member's; of an embedded struct's: "stamps.created_at" */
	enum rowan_type type;
	uint32_t offset;
	bool optional_;		/* the member is a rowan_opt_* */

	const char *column;	/* the column's name; NULL = the last part of `name` */
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
	rowan_factory *default_factory;

	/*
	 * What a flush puts in when it is about to update the row for other changes, and
	 * this member is not one of them: the time of the last change, who made it.
	 */
	rowan_factory *on_update;

	/*
	 * SQL of what the database puts in where an INSERT leaves the column out: "0",
	 * "'new'", "gen_random_uuid()"; CURRENT_TIMESTAMP for a datetime, on every engine.
	 * .sqlite_default and .postgres_default say it for one of them.
	 *
	 * Rowan leaves the column out where the member is not set (a rowan_opt_*, NULL text
	 * or bytes), and reads what the database put in: so NULL can't be inserted there,
	 * only written later.  Any other member has a value, which is sent: the default is
	 * then for those who insert by other means.
	 */
	const char *server_default, *sqlite_default, *postgres_default;

	char sentinel_;
};

/*
 * What the database is to check in every row, as SQL over its columns: constraint
 * ck_<table>_<name>.  A refusal is ROWAN_CHECK with the constraint's name, and with
 * `message`, if there is one, behind the table's name: "tasks: due before it begins".
 *
 *	ROWAN_CHECKS(ROWAN_CHECK("due_at >= begins_at", .name = "due_later"))
 */
struct rowan_check_sql {
	const char *sql;
	const char *sqlite_sql, *postgres_sql;	/* for one of them, in place of `sql` */
	const char *name;
	const char *message;
	char sentinel_;
};

/*
 * An index over several columns (over one: .index and .unique of the field):
 *
 *	ROWAN_INDEXES(
 *		ROWAN_INDEX(task, (user_id, status), .name = "idx_task_user_status"),
 *		ROWAN_INDEX(task, (user_id, title), .unique = true, .where = "NOT completed"))
 *
 * Its name is ix_<table>_<column>_<column>, or uq_.. if it is unique: a second row with
 * the same values is then ROWAN_UNIQUE, with the columns.
 */
#define ROWAN_INDEX_COLUMNS 8
struct rowan_index {
	uint32_t offsets[ROWAN_INDEX_COLUMNS];	/* of the members */
	size_t count;
	bool unique;
	const char *name;	/* all of it; NULL = made of the table and the columns */
	const char *where;	/* SQL: only rows for which it is true; NULL = all */
	char sentinel_;
};

/*
 * A foreign key over several columns (over one: .foreign_key of the field), and the
 * columns that it refers to, side by side:
 *
 *	ROWAN_FOREIGN_KEYS(
 *		ROWAN_FOREIGN_KEY(line, (shop_id, order_number), order, (shop_id, number),
 *				  .on_delete = ROWAN_ON_DELETE_CASCADE))
 *
 * Those are all columns of the other's primary key, or of a unique index.  A row refers to
 * another if none of its columns is NULL.  The constraint is fk_<table>_<column>_<column>.
 */
struct rowan_foreign_key {
	uint32_t offsets[ROWAN_INDEX_COLUMNS];	/* of the members, .. */
	uint32_t references[ROWAN_INDEX_COLUMNS];	/* .. and of the target's */
	size_t count, reference_count;
	const struct rowan_model *target;
	enum rowan_on_delete on_delete;
	const char *name;	/* all of it; NULL = made of the table and the columns */
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
 * it is named: `.foreign_key = ROWAN_KEY(task, owner_id)`, of several columns by one that
 * the others do not have.  With a link, `foreign_key` is the link's column to this side and
 * `remote_key` its column to the other.  A row that several links lead to is in the slot
 * once.
 *
 * Foreign keys may share a column, as where all tables have the shop's: a relation that is
 * set writes all columns of its key, and one that is emptied makes NULL of those that can
 * hold it.
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
	 * Rows are inserted before others are deleted: to give a one-to-one relation another
	 * row, flush between taking the old one out and putting the new one in.
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
	const char *table;	/* NULL = the name, as rowan_naming() has it: in lower case */
	/*
	 * No table: the shape of data that comes in or goes out, with the rules of its fields.
	 * rowan_new() makes rows of it, which can't be added; queries refuse it, and
	 * rowan_create_all() leaves it out.
	 */
	bool data_only;
	const char *schema;	/* PostgreSQL: NULL = by search_path; SQLite leaves it out */
	size_t size;
	const struct rowan_field *fields;
	size_t field_count;
	const struct rowan_relation *relations;
	size_t relation_count;
	const struct rowan_check_sql *checks;
	size_t check_count;
	const struct rowan_index *indexes;
	size_t index_count;
	const struct rowan_foreign_key *foreign_keys;	/* over several columns */
	size_t foreign_key_count;
	void **plan_;		/* what the library worked out, once */
};

/*
 * How the database's names are made of C's, where a model gives none: one policy for the
 * whole process, said before any model is used (later is ROWAN_MISUSE):
 *
 *	rowan_naming(.tables = ROWAN_CASE_SNAKE, .plural = true, .table_prefix = "app_",
 *		     .index = "idx_");
 *
 * makes table app_task_categories of `struct TaskCategory`, and for its member `name` with
 * `.index = true` the index idx_app_task_categories_name.
 */
enum rowan_case {
	ROWAN_CASE_DEFAULT,	/* tables in lower case, columns as they are written */
	ROWAN_CASE_SNAKE,	/* task_category */
	ROWAN_CASE_CAMEL,	/* taskCategory */
};

struct rowan_naming {
	enum rowan_case tables, columns;
	bool plural;		/* of tables; English: boxes, categories, days.  Else .table */
	const char *table_prefix;
	/* Of constraints; NULL = "pk_", "uq_", "ix_", "fk_", "ck_".  Texts must stay. */
	const char *primary_key, *unique, *index, *foreign_key, *check;
	struct rowan_error *error;	/* filled on failure; may be NULL */
	char sentinel_;
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Check one model, and those it refers to, without using them.  ROWAN_OK, or
 * ROWAN_MISUSE with one line per mistake in `error` (which may be NULL).
 */
ROWAN_API int rowan_model_check(const struct rowan_model *model, struct rowan_error *error);

/*
 * All models that are linked into the program, or came with a shared library, sorted by
 * name and ended by NULL: rowan_create_all(engine, rowan_models(), &error).  Of a static
 * library only what the program uses is linked.  A library with models must stay loaded.
 * NULL: no memory.
 */
ROWAN_API const struct rowan_model *const *rowan_models(void);

/*
 * Whether a list has all of them that have a table: ROWAN_OK, or ROWAN_MISUSE with the names
 * of those that are left out.  Lists may be incomplete; this is for a test of one that is
 * not meant to be.  `error` may be NULL.
 */
ROWAN_API int rowan_models_complete(const struct rowan_model *const *models,
				    struct rowan_error *error);

struct rowan_registered_ {
	const struct rowan_model *model;
	struct rowan_registered_ *next;
};
ROWAN_API void rowan_register_(struct rowan_registered_ *registered);
ROWAN_API int rowan_naming_(struct rowan_naming naming);

/* Factories that many models want: the time, and a random UUID. */
ROWAN_API struct rowan_value rowan_now_factory(struct rowan_session *session);
ROWAN_API struct rowan_value rowan_uuid4_factory(struct rowan_session *session);

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

#define ROWAN_CHECK(...) ROWAN_CHECK_(__VA_ARGS__, .sentinel_ = 0)
#define ROWAN_CHECK_(sql_, ...) { .sql = sql_, __VA_ARGS__ }
#define ROWAN_CHECKS(...) \
	.checks = (const struct rowan_check_sql[]){ __VA_ARGS__ }, \
	.check_count = sizeof((const struct rowan_check_sql[]){ __VA_ARGS__ }) \
		/ sizeof(struct rowan_check_sql)

/* ROWAN_INDEX(task, (user_id, status)): members, in parentheses. */
#define ROWAN_INDEX(...) ROWAN_INDEX_(__VA_ARGS__, .sentinel_ = 0)
#define ROWAN_INDEX_(model_, members_, ...) \
	{ .offsets = { ROWAN_OFFSETS_(model_, ROWAN_MEMBERS_IN_PARENTHESES_ members_) }, \
	  .count = ROWAN_COUNT_ members_, __VA_ARGS__ }
#define ROWAN_INDEXES(...) \
	.indexes = (const struct rowan_index[]){ __VA_ARGS__ }, \
	.index_count = sizeof((const struct rowan_index[]){ __VA_ARGS__ }) \
		/ sizeof(struct rowan_index)

/* ROWAN_FOREIGN_KEY(line, (shop_id, order_number), order, (shop_id, number)) */
#define ROWAN_FOREIGN_KEY(...) ROWAN_FOREIGN_KEY_(__VA_ARGS__, .sentinel_ = 0)
#define ROWAN_FOREIGN_KEY_(model_, members_, target_, references_, ...) \
	{ .offsets = { ROWAN_OFFSETS_(model_, ROWAN_MEMBERS_IN_PARENTHESES_ members_) }, \
	  .references = { ROWAN_OFFSETS_(target_, ROWAN_MEMBERS_IN_PARENTHESES_ references_) }, \
	  .count = ROWAN_COUNT_ members_, .reference_count = ROWAN_COUNT_ references_, \
	  .target = &target_##_model, __VA_ARGS__ }
#define ROWAN_FOREIGN_KEYS(...) \
	.foreign_keys = (const struct rowan_foreign_key[]){ __VA_ARGS__ }, \
	.foreign_key_count = sizeof((const struct rowan_foreign_key[]){ __VA_ARGS__ }) \
		/ sizeof(struct rowan_foreign_key)

#define ROWAN_MEMBERS_IN_PARENTHESES_(...) __VA_ARGS__
/* The offset of each member. */
#define ROWAN_OFFSETS_(...) ROWAN_OFFSETS_OF_(__VA_ARGS__)
#define ROWAN_OFFSETS_OF_(model_, ...) \
	ROWAN_OFFSETS_PICK_(__VA_ARGS__, ROWAN_TOO_MANY_COLUMNS_, ROWAN_TOO_MANY_COLUMNS_, \
		ROWAN_OFFSETS_8_, ROWAN_OFFSETS_7_, ROWAN_OFFSETS_6_, \
		ROWAN_OFFSETS_5_, ROWAN_OFFSETS_4_, ROWAN_OFFSETS_3_, ROWAN_OFFSETS_2_, \
		ROWAN_OFFSETS_1_, 0)(struct model_, __VA_ARGS__)
#define ROWAN_COUNT_(...) ROWAN_OFFSETS_PICK_(__VA_ARGS__, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define ROWAN_OFFSETS_PICK_(a_, b_, c_, d_, e_, f_, g_, h_, i_, j_, pick_, ...) pick_
#define ROWAN_OFFSETS_1_(s_, a_) offsetof(s_, a_)
#define ROWAN_OFFSETS_2_(s_, a_, ...) offsetof(s_, a_), ROWAN_OFFSETS_1_(s_, __VA_ARGS__)
#define ROWAN_OFFSETS_3_(s_, a_, ...) offsetof(s_, a_), ROWAN_OFFSETS_2_(s_, __VA_ARGS__)
#define ROWAN_OFFSETS_4_(s_, a_, ...) offsetof(s_, a_), ROWAN_OFFSETS_3_(s_, __VA_ARGS__)
#define ROWAN_OFFSETS_5_(s_, a_, ...) offsetof(s_, a_), ROWAN_OFFSETS_4_(s_, __VA_ARGS__)
#define ROWAN_OFFSETS_6_(s_, a_, ...) offsetof(s_, a_), ROWAN_OFFSETS_5_(s_, __VA_ARGS__)
#define ROWAN_OFFSETS_7_(s_, a_, ...) offsetof(s_, a_), ROWAN_OFFSETS_6_(s_, __VA_ARGS__)
#define ROWAN_OFFSETS_8_(s_, a_, ...) offsetof(s_, a_), ROWAN_OFFSETS_7_(s_, __VA_ARGS__)

/* rowan_naming(.plural = true): ROWAN_OK or ROWAN_MISUSE. */
#define rowan_naming(...) rowan_naming_((struct rowan_naming){ __VA_ARGS__, .sentinel_ = 0 })

/* Defines `const struct rowan_model <model>_model`, at file scope; see rowan_models(). */
#define ROWAN_MODEL(model_, ...) \
	static void *model_##_plan_; \
	extern const struct rowan_model model_##_model; \
	__attribute__((constructor)) static void model_##_register_(void) \
	{ \
		static struct rowan_registered_ registered = { &model_##_model, NULL }; \
		rowan_register_(&registered); \
	} \
	const struct rowan_model model_##_model = { \
		.name = #model_, .size = sizeof(struct model_), \
		.plan_ = &model_##_plan_, __VA_ARGS__ }

/* A NULL-ended list of models: ROWAN_MODELS(&user_model, &task_model). */
#define ROWAN_MODELS(...) ((const struct rowan_model *const[]){ __VA_ARGS__, NULL })

#endif /* __cplusplus */
#endif
