/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <string.h>

/* What a model says, as the database has it: names of its own, one to one, two files. */

struct member {
	int64_t id;
	const char *full_name;		/* stored as full_name_column */
	struct rowan_opt_int32 order;	/* a word of SQL's */
	ROWAN_ONE(struct badge) badge;
};
struct badge {
	int64_t id, member_id;
	const char *colour;
	ROWAN_ONE(struct member) member;
};
extern const struct rowan_model member_model, badge_model;

ROWAN_MODEL(member,
	ROWAN_FIELDS(
		ROWAN_FIELD(member, id, .primary_key = true),
		ROWAN_FIELD(member, full_name, .column = "full_name_column"),
		ROWAN_FIELD(member, order)),
	ROWAN_RELATIONS(ROWAN_TO_ONE(member, badge, badge, .back_populates = "member")));
ROWAN_MODEL(badge,
	ROWAN_FIELDS(
		ROWAN_FIELD(badge, id, .primary_key = true),
		ROWAN_FIELD(badge, member_id, .unique = true, .foreign_key = ROWAN_KEY(member, id)),
		ROWAN_FIELD(badge, colour)),
	ROWAN_RELATIONS(ROWAN_TO_ONE(badge, member, member, .back_populates = "badge")));

#define MEMBER(member_) rowan_column(member, member_)

static void open_members(void)
{
	open_models(ROWAN_MODELS(&member_model, &badge_model));
}

TestSuite(models, .init = open_members, .fini = close_sample, .timeout = 60);

static struct member *add_member(const char *full_name)
{
	struct member *member = rowan_new(session, member);

	member->full_name = full_name;
	rowan_add(session, member);
	return member;
}

static struct badge *add_badge(const char *colour, const struct member *member)
{
	struct badge *badge = rowan_new(session, badge);

	badge->colour = colour;
	rowan_set_one(session, badge, member, member);
	rowan_add(session, badge);
	return badge;
}

/* Whether a statement of the counter names it. */
static bool is_named(const struct rowan_counter *counter, const char *start, const char *name)
{
	for (size_t i = 0; i < counter->statement_count; i++)
		if (strstr(counter->statements[i].sql, start)
		    && strstr(counter->statements[i].sql, name))
			return true;
	return false;
}

Test(models, m17_a_column_has_a_name_of_its_own)
{
	struct rowan_counter *counter = rowan_counter_open(engine);
	struct member *ada = add_member("Ada");
	const struct member *found;

	ada->order = rowan_opt_int32(7);
	add_member("Bob")->order = rowan_opt_int32(3);
	assert_ok(rowan_commit(session));
	ada->full_name = "Ada Lovelace";
	assert_ok(rowan_commit(session, .clear = true));
	found = rowan_one(rowan_exec(session, rowan_select(member,
		.where = rowan_starts_with(MEMBER(full_name), "Ada"),
		.order_by = { rowan_desc(MEMBER(full_name)), rowan_asc(MEMBER(order)) })));
	assert_text(found->full_name, "Ada Lovelace");
	assert_int(found->order.value, 7);
	assert_text(rowan_scalar(session, rowan_select(member,
		.scalar = rowan_max(MEMBER(full_name)))).as.text, "Bob");

	cr_assert(is_named(counter, "INSERT INTO \"member\"", "\"full_name_column\""));
	cr_assert(is_named(counter, "UPDATE \"member\"", "\"full_name_column\""));
	cr_assert(is_named(counter, "SELECT", "ORDER BY \"full_name_column\" DESC"));
	cr_assert(!is_named(counter, "", "\"full_name\""));
	rowan_counter_close(counter);
}

Test(models, m29_models_of_two_files_refer_to_each_other)
{
	struct rowan_engine *sample = rowan_test_engine(sample_models);
	struct rowan_session *both = rowan_session_open(sample);
	struct user *user = user_create(both, .tasks = 2);	/* user.c, task.c */
	const struct task *task;

	assert_ok(rowan_commit(both, .clear = true));
	user = rowan_edit(both, user, rowan_first(rowan_exec(both, rowan_select(user))));
	assert_int(rowan_load(both, user, tasks).count, 2);
	task = user->tasks.rows[1];
	cr_assert_eq(rowan_load(both, task, owner).row, user);
	rowan_session_close(both);
	rowan_test_engine_close(sample);
}

/* ---- one to one ------------------------------------------------------------------ */

Test(models, r09_a_second_child_is_refused)
{
	struct member *ada = add_member("Ada");

	add_badge("red", ada);
	assert_ok(rowan_commit(session));
	add_badge("blue", ada);
	assert_code(rowan_commit(session), ROWAN_UNIQUE);
	assert_text(rowan_error(session)->constraint, "uq_badge_member_id");
	assert_ok(rowan_rollback(session));
	assert_int(rowan_count(session, rowan_select(badge)), 1);
}

Test(models, r09_either_side_leads_to_the_other)
{
	static const enum rowan_loading ways[] = {
		ROWAN_LOAD_BATCH, ROWAN_LOAD_EACH, ROWAN_LOAD_SELECTIN, ROWAN_LOAD_JOINED,
	};

	add_badge("red", add_member("Ada"));
	add_member("Bob");
	add_badge("blue", add_member("Eve"));
	assert_ok(rowan_commit(session, .clear = true));
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		struct rowan_query query = rowan_select(member,
			.order_by = { rowan_asc(MEMBER(full_name)) },
			.load = { rowan_selectin(member, badge) });
		const struct member *const *members;

		query.load[0].loading = ways[i];
		members = rowan_all(rowan_exec(session, query));
		assert_ok(rowan_error(session)->code);
		assert_text(rowan_load(session, members[0], badge).row->colour, "red");
		assert_null(rowan_load(session, members[1], badge).row);
		assert_text(rowan_load(session, members[2], badge).row->colour, "blue");
		cr_assert_eq(rowan_load(session, members[2]->badge.row, member).row, members[2]);
		assert_ok(rowan_clear(session));
	}
}

Test(models, r09_both_sides_stay_in_step)
{
	struct member *ada = add_member("Ada"), *eve = add_member("Eve");
	struct badge *badge = add_badge("red", ada);

	assert_ok(rowan_commit(session));
	cr_assert_eq(rowan_load(session, ada, badge).row, badge);
	assert_null(rowan_load(session, eve, badge).row);
	assert_ok(rowan_set_one(session, badge, member, eve));
	assert_null(rowan_load(session, ada, badge).row);
	cr_assert_eq(rowan_load(session, eve, badge).row, badge);
	assert_ok(rowan_commit(session));
	assert_int(badge->member_id, eve->id);
}
