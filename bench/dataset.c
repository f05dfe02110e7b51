/* SPDX-License-Identifier: MIT */
#include "dataset.h"

#include "harness.h"

#include <stdio.h>
#include <string.h>

#define BATCH 10000
#define YEAR_2024_US INT64_C(1704067200000000)

/* Spread over a year, in no order. */
static struct rowan_datetime created_at(long number)
{
	int64_t second = (int64_t)number * 7919 % 31536000;

	return (struct rowan_datetime){ YEAR_2024_US + second * 1000000 + number % 1000000 };
}

void dataset_user(long number, struct user *user)
{
	static char email[64], name[64];

	snprintf(email, sizeof(email), "user%06ld@example.org", number);
	snprintf(name, sizeof(name), "User Number %ld", number);
	user->email = email;
	user->name = name;
	user->is_active = number % 10 != 0;
	user->created_at = created_at(number);
}

void dataset_task(long number, long users, struct task *task)
{
	static char title[64], description[96];

	snprintf(title, sizeof(title), "Task %ld: water the plants", number);
	snprintf(description, sizeof(description),
		 "Number %ld, the ones on the balcony and the one in the hall", number);
	task->title = title;
	task->description = number % 3 ? description : NULL;
	task->completed = number % 7 < 3;
	task->priority = (int32_t)(number % 5);
	/* Neighbours in the table have different owners. */
	task->owner_id = number % users + 1;
	task->created_at = created_at(number);
}

void dataset_comment(long number, struct comment *comment)
{
	static char body[96];

	snprintf(body, sizeof(body), "Comment %ld: twice a week is enough", number);
	comment->body = body;
	comment->created_at = created_at(number);
}

void must(struct rowan_session *session, int status)
{
	if (status == ROWAN_OK)
		return;
	die("%s%s%s", rowan_error(session)->message,
	    rowan_error(session)->database[0] ? ": " : "", rowan_error(session)->database);
}

/* Loading row by row is what some benchmarks are about: no news. */
static void log_line(void *context, const char *line)
{
	(void)context;
	if (!strstr(line, "N+1"))
		fprintf(stderr, "%s\n", line);
}

struct rowan_engine *dataset_engine(const char *url)
{
	struct rowan_error error = { 0 };
	struct rowan_engine *engine = rowan_engine_open(url, .log = log_line, .error = &error);

	if (!engine)
		die("%s", error.message);
	return engine;
}

/* Texts are borrowed until the flush, and the generator has one of each. */
static void own_texts(struct rowan_session *session, const char **texts[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (*texts[i])
			*texts[i] = rowan_text(session, "%s", *texts[i]);
	}
}

static void fill_users(struct rowan_session *session, long count)
{
	for (long i = 1; i <= count; i++) {
		struct user *user = rowan_new(session, user);

		dataset_user(i, user);
		own_texts(session, (const char **[]){ &user->email, &user->name }, 2);
		rowan_add(session, user);
		if (i % BATCH == 0)
			must(session, rowan_commit(session, .clear = true));
	}
	must(session, rowan_commit(session, .clear = true));
}

static void fill_tasks(struct rowan_session *session, long count, long users)
{
	for (long i = 1; i <= count; i++) {
		struct task *task = rowan_new(session, task);

		dataset_task(i, users, task);
		own_texts(session, (const char **[]){ &task->title, &task->description }, 2);
		rowan_add(session, task);
		if (i % BATCH == 0)
			must(session, rowan_commit(session, .clear = true));
	}
	must(session, rowan_commit(session, .clear = true));
}

/* Task t belongs to user t % users + 1: those of the first users get comments. */
static void fill_comments(struct rowan_session *session, struct dataset_size size)
{
	long tasks = size.users * size.tasks_per_user, number = 0;

	for (long t = 1; t <= tasks; t++) {
		if (size.users_with_comments && t % size.users >= size.users_with_comments)
			continue;
		for (long i = 0; i < size.comments_per_task; i++) {
			struct comment *comment = rowan_new(session, comment);

			dataset_comment(++number, comment);
			comment->task_id = t;
			own_texts(session, (const char **[]){ &comment->body }, 1);
			rowan_add(session, comment);
			if (number % BATCH == 0)
				must(session, rowan_commit(session, .clear = true));
		}
	}
	must(session, rowan_commit(session, .clear = true));
}

static const struct rowan_model *const *models(struct dataset_size size)
{
	static const struct rowan_model *const two[] = { &user_model, &task_model, NULL };
	static const struct rowan_model *const three[] = {
		&user_model, &task_model, &comment_model, NULL };

	return size.comments_per_task ? three : two;
}

static void refuse_used(struct rowan_engine *engine)
{
	struct rowan_session *session = rowan_session_open(engine);
	bool used = rowan_count(session, rowan_select(user)) >= 0;

	rowan_session_close(session);
	if (used)
		die("%s has a table \"users\" already; an empty database is needed",
		    rowan_engine_url(engine));
}

void dataset_create(struct rowan_engine *engine, struct dataset_size size)
{
	struct rowan_error error = { 0 };
	struct rowan_session *session;

	refuse_used(engine);
	if (rowan_create_all(engine, models(size), &error) != ROWAN_OK)
		die("%s %s", error.message, error.database);

	session = rowan_session_open(engine);
	if (!session)
		die("out of memory");
	fill_users(session, size.users);
	fill_tasks(session, size.users * size.tasks_per_user, size.users);
	if (size.comments_per_task)
		fill_comments(session, size);
	rowan_session_close(session);
}

void dataset_drop(struct rowan_engine *engine, struct dataset_size size)
{
	rowan_drop_all(engine, models(size), NULL);
}
