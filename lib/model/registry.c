/* SPDX-License-Identifier: MIT */
/* Every ROWAN_MODEL() of the program, by a constructor for each. */
#include "model/plan.h"

#include "base/alloc.h"
#include "base/error.h"

#include <stdlib.h>
#include <string.h>

static struct rowan_registered_ *registered;	/* newest first */

void rowan_register_(struct rowan_registered_ *one)
{
	one->next = __atomic_load_n(&registered, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&registered, &one->next, one, true, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED))
		;
}

/* ---- the list ------------------------------------------------------------------------ */

/* One that was handed out stays; when a library brings more, another is made. */
struct list {
	struct list *older;
	const struct rowan_registered_ *of;	/* the newest that is in it */
	const struct rowan_model *models[];
};

static struct list *newest;

static int by_name(const void *a, const void *b)
{
	const struct rowan_model *x, *y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return strcmp(x->name, y->name);
}

static struct list *make_list(const struct rowan_registered_ *first)
{
	struct list *list;
	size_t count = 0;

	for (const struct rowan_registered_ *one = first; one; one = one->next)
		count++;
	list = mem_alloc(sizeof(*list) + (count + 1) * sizeof(list->models[0]));
	if (!list)
		return NULL;
	list->of = first;
	count = 0;
	for (const struct rowan_registered_ *one = first; one; one = one->next)
		list->models[count++] = one->model;
	qsort(list->models, count, sizeof(list->models[0]), by_name);
	return list;
}

const struct rowan_model *const *rowan_models(void)
{
	const struct rowan_registered_ *first = __atomic_load_n(&registered, __ATOMIC_ACQUIRE);
	struct list *list = __atomic_load_n(&newest, __ATOMIC_ACQUIRE), *made;

	if (list && list->of == first)
		return list->models;
	made = make_list(first);
	if (!made)
		return NULL;
	/* Another thread may have been as quick: then there are two, and both stay. */
	made->older = list;
	while (!__atomic_compare_exchange_n(&newest, &made->older, made, true, __ATOMIC_RELEASE,
					    __ATOMIC_ACQUIRE))
		;
	return made->models;
}

/* ---- what a list leaves out ------------------------------------------------------------ */

static bool contains(const struct rowan_model *const *models, const struct rowan_model *model)
{
	for (; models && *models; models++) {
		if (*models == model)
			return true;
	}
	return false;
}

int rowan_models_complete(const struct rowan_model *const *models, struct rowan_error *error)
{
	const struct rowan_model *const *all = rowan_models();
	int status = ROWAN_OK;

	if (!all)
		return error_no_memory(error);
	for (; *all; all++) {
		if ((*all)->data_only || contains(models, *all))
			continue;
		if (status == ROWAN_OK)
			status = error_set(error, ROWAN_MISUSE, "not in the list of models: %s",
					   (*all)->name);
		else
			error_more(error, ", %s", (*all)->name);
	}
	return status;
}
