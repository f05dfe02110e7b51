/* SPDX-License-Identifier: MIT */
#include "subject.h"

#include <stdio.h>

/* `id`, unless the session is in error or there is no row. */
static int64_t checked(struct rowan_session *session, int64_t id, struct rowan_error *error,
		       const char *what, const char *name)
{
	*error = *rowan_error(session);
	if (error->code == ROWAN_OK && id)
		return id;
	if (error->code == ROWAN_OK) {
		error->code = ROWAN_NO_ROW;
		snprintf(error->message, sizeof(error->message), "no %s '%.200s'", what,
			 name ? name : "");
	}
	return 0;
}

static int64_t package_named(struct rowan_session *session, const char *name)
{
	const struct package *package = rowan_first(rowan_exec(session, rowan_select(package,
		.where = rowan_eq(PACKAGE(name), name),
		.order_by = { rowan_asc(PACKAGE(id)) },
		.limit = 1)));

	return package ? package->id : 0;
}

/* Without GROUP BY: the links in the order of their packages, and the longest run. */
static int64_t most_linked(struct rowan_session *session)
{
	struct rowan_result *links = rowan_exec(session, rowan_select(dependency,
		.order_by = { rowan_asc(DEPENDENCY(package_id)) }, .untracked = true));
	const struct dependency *link;
	int64_t best = 0, current = 0;
	size_t most = 0, count = 0;

	while ((link = rowan_next(links))) {
		count = link->package_id == current ? count + 1 : 1;
		current = link->package_id;
		if (count > most) {
			most = count;
			best = current;
		}
	}
	return best;
}

int64_t subject_package(struct rowan_session *session, const char *name,
			struct rowan_error *error)
{
	int64_t id = package_named(session, name ? name : "git");

	if (!id && !name)
		id = most_linked(session);
	return checked(session, id, error, "package", name);
}

int64_t subject_maintainer(struct rowan_session *session, const char *text,
			   struct rowan_error *error)
{
	const struct maintainer *maintainer, *busiest = NULL;
	struct rowan_query query = rowan_select(maintainer,
		.order_by = { rowan_asc(MAINTAINER(id)) },
		.load = { rowan_selectin(maintainer, packages) });
	struct rowan_result *maintainers;

	if (text)
		query.where = rowan_contains(MAINTAINER(contact), text);
	maintainers = rowan_exec(session, query);
	while ((maintainer = rowan_next(maintainers)))
		if (!busiest || maintainer->packages.count > busiest->packages.count)
			busiest = maintainer;
	return checked(session, busiest ? busiest->id : 0, error, "maintainer", text);
}
