/* SPDX-License-Identifier: MIT */
#ifndef PACKAGES_MODELS_H
#define PACKAGES_MODELS_H

/*
 * A distribution as tables.
 *
 *	section 1 --- * package * --- 1 maintainer
 *	                | * | *
 *	                dependency: which package needs which
 */

#include <rowan.h>

struct package;
struct dependency;

struct section {
	int64_t id;
	const char *name;
	ROWAN_MANY(struct package) packages;
};

struct maintainer {
	int64_t id;
	const char *contact;		/* as written, "Ada Alder <ada@example.org>" */
	const char *name;
	const char *email;		/* NULL if there is none */
	ROWAN_MANY(struct package) packages;
};

struct package {
	int64_t id;
	const char *name;		/* once per architecture */
	const char *architecture;
	const char *version;
	struct rowan_opt_int64 section_id;
	int64_t maintainer_id;
	const char *summary;		/* may be NULL */
	struct rowan_opt_int64 installed_size;	/* KiB */
	bool installed;
	ROWAN_ONE(struct section) section;
	ROWAN_ONE(struct maintainer) maintainer;
	ROWAN_MANY(struct package) dependencies, dependents;	/* one per link */
	ROWAN_MANY(struct dependency) links;
};

/*
 * The link between packages.  A package may need another one twice ("a (>= 1),
 * a (<< 2)"), so its key is the place among the dependencies of its package.
 */
struct dependency {
	int64_t package_id;
	int32_t position;		/* from 1 */
	int64_t target_id;
	int32_t choice;			/* links with the same number are alternatives */
	const char *kind;		/* "Depends" or "Pre-Depends" */
	const char *version_constraint;	/* ">= 2.36", or NULL: any version will do */
	ROWAN_ONE(struct package) package, target;
};

extern const struct rowan_model section_model, maintainer_model, package_model, dependency_model;

#define SECTION(member) rowan_column(section, member)
#define MAINTAINER(member) rowan_column(maintainer, member)
#define PACKAGE(member) rowan_column(package, member)
#define DEPENDENCY(member) rowan_column(dependency, member)

#define PACKAGE_MODELS \
	ROWAN_MODELS(&section_model, &maintainer_model, &package_model, &dependency_model)

#endif
