/* SPDX-License-Identifier: MIT */
/* All models of a program. */
#include "support.h"

#include <dlfcn.h>
#include <pthread.h>
#include <rowan/fixtures.h>
#include <stdio.h>
#include <string.h>

struct post { int64_t id; const char *title; };
ROWAN_MODEL(post, ROWAN_FIELDS(
	ROWAN_FIELD(post, id, .primary_key = true), ROWAN_FIELD(post, title)));

/* Nothing else names it. */
struct draft { int64_t id; };
ROWAN_MODEL(draft, ROWAN_FIELDS(ROWAN_FIELD(draft, id, .primary_key = true)));

struct post_create { const char *title; };
ROWAN_MODEL(post_create, ROWAN_FIELDS(ROWAN_FIELD(post_create, title)), .data_only = true);

TestSuite(registry, .timeout = 60);

static const char *names(void)
{
	static char text[256];
	size_t at = 0;

	for (const struct rowan_model *const *model = rowan_models(); *model; model++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, " %s", (*model)->name);
	return text;
}

Test(registry, m30_models_of_all_files_and_libraries)
{
	/* The sample's are of a static library. */
	assert_text(names(), " category draft post post_create task task_category user");
	cr_assert(rowan_models() == rowan_models());
}

static void load_plugin(void)
{
	cr_assert(dlopen(REGISTRY_PLUGIN, RTLD_NOW), "%s", dlerror());
}

Test(registry, m30_a_library_that_comes_later_brings_its_own)
{
	const struct rowan_model *const *before = rowan_models();

	load_plugin();
	assert_text(names(), " category draft plugin_note post post_create task task_category user");
	assert_text(before[2]->name, "post");	/* a list that was given stays as it was */
}

static void *ask(void *nothing)
{
	(void)nothing;
	return (void *)(uintptr_t)rowan_models()[0];
}

Test(registry, m30_threads_may_ask_at_once)
{
	pthread_t threads[8];

	for (int i = 0; i < 8; i++)
		cr_assert(pthread_create(&threads[i], NULL, ask, NULL) == 0);
	for (int i = 0; i < 8; i++) {
		void *first;

		pthread_join(threads[i], &first);
		cr_assert(first == &category_model);
	}
}

Test(registry, m30_what_a_list_leaves_out_is_named)
{
	struct rowan_error error = { 0 };

	assert_code(rowan_models_complete(ROWAN_MODELS(&user_model, &task_model, &post_model), &error),
		    ROWAN_MISUSE);
	assert_text(error.message, "not in the list of models: category, draft, task_category");
	assert_code(rowan_models_complete(sample_models, NULL), ROWAN_MISUSE);
	assert_ok(rowan_models_complete(rowan_models(), &error));
	/* Data without a table need not be there. */
	assert_ok(rowan_models_complete(ROWAN_MODELS(&user_model, &task_model, &category_model,
		&task_category_model, &post_model, &draft_model), &error));
}

Test(registry, m30_all_tables_are_made)
{
	struct rowan_engine *engine;
	struct rowan_session *session;

	need_engine();
	load_plugin();
	engine = rowan_test_engine(rowan_models());
	cr_assert(engine);
	session = rowan_session_open(engine);
	assert_int(rowan_count(session, rowan_select(draft)), 0);
	assert_int(rowan_count(session, rowan_select(task_category)), 0);
	for (const struct rowan_model *const *model = rowan_models(); *model; model++) {
		if (strcmp((*model)->name, "plugin_note") == 0)
			assert_int(rowan_count(session, (struct rowan_query){ .model = *model }), 0);
	}
	rowan_session_close(session);
	rowan_test_engine_close(engine);
}
