/* SPDX-License-Identifier: MIT */
#include "models.h"

ROWAN_MODEL(section,
	ROWAN_FIELDS(
		ROWAN_FIELD(section, id, .primary_key = true),
		ROWAN_FIELD(section, name, .unique = true)),
	ROWAN_RELATIONS(
		ROWAN_TO_MANY(section, packages, package, .back_populates = "section")),
	.table = "sections");

ROWAN_MODEL(maintainer,
	ROWAN_FIELDS(
		ROWAN_FIELD(maintainer, id, .primary_key = true),
		ROWAN_FIELD(maintainer, contact, .unique = true),
		ROWAN_FIELD(maintainer, name),
		ROWAN_FIELD(maintainer, email, .nullable = true)),
	ROWAN_RELATIONS(
		ROWAN_TO_MANY(maintainer, packages, package, .back_populates = "maintainer")),
	.table = "maintainers");

ROWAN_MODEL(package,
	ROWAN_FIELDS(
		ROWAN_FIELD(package, id, .primary_key = true),
		ROWAN_FIELD(package, name, .index = true),
		ROWAN_FIELD(package, architecture),
		ROWAN_FIELD(package, version),
		ROWAN_FIELD(package, section_id, .foreign_key = ROWAN_KEY(section, id),
			.index = true),
		ROWAN_FIELD(package, maintainer_id, .foreign_key = ROWAN_KEY(maintainer, id),
			.index = true),
		ROWAN_FIELD(package, summary, .nullable = true),
		ROWAN_FIELD(package, installed_size),
		ROWAN_FIELD(package, installed)),
	ROWAN_RELATIONS(
		ROWAN_TO_ONE(package, section, section, .back_populates = "packages"),
		ROWAN_TO_ONE(package, maintainer, maintainer, .back_populates = "packages"),
		ROWAN_TO_MANY(package, dependencies, package, .through = &dependency_model,
			.foreign_key = ROWAN_KEY(dependency, package_id),
			.remote_key = ROWAN_KEY(dependency, target_id),
			.back_populates = "dependents"),
		ROWAN_TO_MANY(package, dependents, package, .through = &dependency_model,
			.foreign_key = ROWAN_KEY(dependency, target_id),
			.remote_key = ROWAN_KEY(dependency, package_id),
			.back_populates = "dependencies"),
		ROWAN_TO_MANY(package, links, dependency,
			.foreign_key = ROWAN_KEY(dependency, package_id),
			.back_populates = "package")),
	.table = "packages");

ROWAN_MODEL(dependency,
	ROWAN_FIELDS(
		ROWAN_FIELD(dependency, package_id, .primary_key = true,
			.foreign_key = ROWAN_KEY(package, id)),
		ROWAN_FIELD(dependency, position, .primary_key = true),
		ROWAN_FIELD(dependency, target_id, .foreign_key = ROWAN_KEY(package, id),
			.index = true),
		ROWAN_FIELD(dependency, choice),
		ROWAN_FIELD(dependency, kind),
		ROWAN_FIELD(dependency, version_constraint, .nullable = true)),
	ROWAN_RELATIONS(
		ROWAN_TO_ONE(dependency, package, package,
			.foreign_key = ROWAN_KEY(dependency, package_id),
			.back_populates = "links"),
		ROWAN_TO_ONE(dependency, target, package,
			.foreign_key = ROWAN_KEY(dependency, target_id))),
	.table = "dependencies");
