/* SPDX-License-Identifier: MIT */
/* What the database puts in, and what the library does. */
#include "database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ticket {
	int64_t id;
	const char *title, *state, *note;
	struct rowan_opt_int32 rank;
	struct rowan_opt_datetime made_at;
	struct rowan_opt_uuid token;
	bool open;
	int32_t weight;
	struct rowan_opt_int64 after_id;
	ROWAN_ONE(struct ticket) after;
};
ROWAN_MODEL(ticket,
	ROWAN_FIELDS(
		ROWAN_FIELD(ticket, id, .primary_key = true),
		ROWAN_FIELD(ticket, title, .unique = true),
		ROWAN_FIELD(ticket, state, .server_default = "'new'"),
		ROWAN_FIELD(ticket, note, .nullable = true, .server_default = "'none'"),
		ROWAN_FIELD(ticket, rank, .not_null = true, .server_default = "7"),
		ROWAN_FIELD(ticket, made_at, .server_default = "CURRENT_TIMESTAMP"),
		ROWAN_FIELD(ticket, token, .sqlite_default = "randomblob(16)",
			    .postgres_default = "gen_random_uuid()"),
		ROWAN_FIELD(ticket, open, .default_value = ROWAN_CONST(false),
			    .server_default = "true"),
		ROWAN_FIELD(ticket, weight, .default_value = ROWAN_CONST(3)),
		ROWAN_FIELD(ticket, after_id, .foreign_key = ROWAN_KEY(ticket, id))),
	ROWAN_RELATIONS(ROWAN_TO_ONE(ticket, after, ticket)));

/* Known by a word. */
struct label { const char *word, *colour; };
ROWAN_MODEL(label, ROWAN_FIELDS(
	ROWAN_FIELD(label, word, .primary_key = true),
	ROWAN_FIELD(label, colour, .server_default = "'red'")));

static struct rowan_session *session;
static struct rowan_counter *counter;

static void open_tickets(void)
{
	open_database();
	assert_done(rowan_create_all(engine, ROWAN_MODELS(&ticket_model, &label_model), &error));
	session = rowan_session_open(engine);
	counter = rowan_counter_open(engine);
}

static void close_tickets(void)
{
	rowan_counter_close(counter);
	rowan_session_close(session);
	close_database();
}

TestSuite(server_defaults, .init = open_tickets, .fini = close_tickets, .timeout = 60);

static struct ticket *add_ticket(const char *title)
{
	struct ticket *ticket = rowan_new(session, ticket);

	ticket->title = title;
	rowan_add(session, ticket);
	return ticket;
}

Test(server_defaults, m16_the_database_has_its_own)
{
	change("INSERT INTO ticket (title, weight) VALUES ('a', 1)");
	assert_text(look("SELECT state || note || rank FROM ticket WHERE open"), "newnone7");
	/* The library's alone is no default of the database's. */
	assert_refused("INSERT INTO ticket (title) VALUES ('b')");
}

Test(server_defaults, m16_what_is_not_set_is_put_in_and_read_back)
{
	struct rowan_datetime before = rowan_now();
	struct ticket *tickets[3];

	for (int i = 0; i < 3; i++)
		tickets[i] = add_ticket(rowan_text(session, "ticket %d", i));
	assert_null(tickets[0]->state);
	assert_ok(rowan_commit(session));
	assert_int(counter->count, 1);
	assert_ok(rowan_commit(session));	/* nothing has changed since */
	assert_int(counter->count, 1);
	for (int i = 0; i < 3; i++) {
		assert_int(tickets[i]->id, i + 1);
		assert_text(tickets[i]->state, "new");
		assert_text(tickets[i]->note, "none");
		assert_int(tickets[i]->rank.value, 7);
		cr_assert(tickets[i]->made_at.value.us > before.us - 1000);
		cr_assert(tickets[i]->made_at.value.us <= rowan_now().us);
		cr_assert(tickets[i]->token.set);
		assert_int(tickets[i]->open, false);	/* the library's own came first */
		assert_int(tickets[i]->weight, 3);
		cr_assert(rowan_get(session, ticket, i + 1) == tickets[i]);
	}
	cr_assert(memcmp(&tickets[0]->token.value, &tickets[1]->token.value, 16) != 0);
}

Test(server_defaults, m16_what_is_set_is_stored)
{
	struct ticket *ticket = add_ticket("a");

	ticket->state = "old";
	ticket->rank = rowan_opt_int32(1);
	assert_ok(rowan_commit(session, .clear = true));
	ticket = rowan_edit(session, ticket, rowan_get(session, ticket, 1));
	assert_text(ticket->state, "old");
	assert_int(ticket->rank.value, 1);
	assert_text(ticket->note, "none");

	/* NULL can be written later, where NULL may be. */
	ticket->note = NULL;
	assert_ok(rowan_commit(session));
	assert_text(look("SELECT count(*) FROM ticket WHERE note IS NULL"), "1");
	ticket->state = NULL;
	assert_code(rowan_commit(session), ROWAN_VALIDATION);
	assert_text(rowan_error(session)->message, "ticket.state is missing");
}

/* Many to a statement, and those that leave out others among them. */
Test(server_defaults, m16_many_rows_get_their_own)
{
	enum { ROWS = 2500 };
	struct ticket *tickets[ROWS];

	for (int i = 0; i < ROWS; i++) {
		tickets[i] = add_ticket(rowan_text(session, "%d", i));
		if (i / 100 % 2)
			tickets[i]->rank = rowan_opt_int32(i);
	}
	assert_ok(rowan_commit(session));
	for (int i = 0; i < ROWS; i++) {
		assert_int(tickets[i]->id, i + 1);
		assert_int(tickets[i]->rank.value, i / 100 % 2 ? i : 7);
	}
	assert_int(atoi(look("SELECT count(*) FROM ticket WHERE id = CAST(title AS INTEGER) + 1"
			     " AND state = 'new'")), ROWS);
	cr_assert(counter->count <= 2 * ROWS / 50, "%zu statements", counter->count);
}

Test(server_defaults, m16_rows_with_keys_of_their_own)
{
	struct label *labels[200];

	for (int i = 0; i < 200; i++) {
		labels[i] = rowan_new(session, label);
		labels[i]->word = rowan_text(session, "%d", i * 7919 % 1000);
		if (i % 50 == 49)
			labels[i]->colour = "blue";
		rowan_add(session, labels[i]);
	}
	add_ticket("with a key")->id = 70;
	assert_ok(rowan_commit(session));
	for (int i = 0; i < 200; i++)
		assert_text(labels[i]->colour, i % 50 == 49 ? "blue" : "red");
	assert_text(look("SELECT state FROM ticket WHERE id = 70"), "new");
}

Test(server_defaults, m16_others_follow_a_key_that_comes_with_them)
{
	struct ticket *first = add_ticket("first"), *second = add_ticket("second");

	rowan_set_one(session, first, after, second);
	assert_ok(rowan_commit(session));
	assert_int(first->after_id.value, second->id);
	assert_text(look("SELECT b.title FROM ticket a JOIN ticket b ON b.id = a.after_id"), "second");
}

Test(server_defaults, m16_a_rollback_takes_it_out)
{
	struct ticket *ticket = add_ticket("a");

	assert_ok(rowan_flush(session));
	assert_text(ticket->state, "new");
	ticket->title = "b";
	assert_ok(rowan_rollback(session));
	assert_null(ticket->state);
	cr_assert(!ticket->rank.set && !ticket->made_at.set && ticket->id == 0);
	assert_text(ticket->title, "b");

	rowan_add(session, ticket);
	assert_ok(rowan_commit(session));
	assert_text(ticket->state, "new");
	ticket->state = "old";
	assert_ok(rowan_flush(session));
	assert_ok(rowan_rollback(session));
	assert_text(ticket->state, "new");
}

Test(server_defaults, m16_a_refusal_is_told_like_any_other)
{
	struct ticket *ticket;

	add_ticket("a");
	assert_ok(rowan_commit(session));
	add_ticket("b");
	ticket = add_ticket("a");
	assert_code(rowan_commit(session), ROWAN_UNIQUE);
	assert_text(rowan_error(session)->constraint, "uq_ticket_title");
	assert_text(rowan_error(session)->message, "ticket: title already exists");
	assert_ok(rowan_rollback(session));
	ticket->title = "c";
	rowan_add(session, ticket);
	assert_ok(rowan_commit(session));
	assert_text(look("SELECT title FROM ticket ORDER BY title"), "a c");
}

Test(server_defaults, m16_structs_in_bulk)
{
	struct ticket tickets[120] = { 0 };
	char titles[120][16];

	for (int i = 0; i < 120; i++) {
		snprintf(titles[i], sizeof(titles[i]), "%d", i);
		tickets[i].title = titles[i];
		tickets[i].note = i < 60 ? NULL : "mine";
	}
	assert_ok(rowan_insert_all(session, ticket, tickets, 120));
	assert_ok(rowan_commit(session));
	assert_text(look("SELECT count(*) FROM ticket WHERE state = 'new' AND rank = 7"
			 " AND made_at IS NOT NULL GROUP BY note ORDER BY note"), "60 60");
	assert_null(tickets[0].state);	/* they are only read */
}
