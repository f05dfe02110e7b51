/* SPDX-License-Identifier: MIT */
#include "indexes.h"

#include "source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(catalog, .timeout = 60);

#define REQUIRED "Maintainer: A <a@example.org>\nArchitecture: amd64\n"

Test(catalog, newest_version_is_kept_and_counts_as_installed_if_any_is)
{
	struct catalog catalog = catalog_of(
		"Package: a\n" REQUIRED "Version: 1.9\nStatus: install ok installed\nSection: old\n\n"
		"Package: a\n" REQUIRED "Version: 1.10\nSection: new\n\n"
		"Package: a\n" REQUIRED "Version: 1.2\n\n"
		"Package: b\n" REQUIRED "Version: 1\nStatus: deinstall ok config-files\n\n"
		"Package: b\nMaintainer: A\nArchitecture: i386\nVersion: 0\n\n"
		"Package: c\nStatus: unknown ok not-installed\n\n");

	assert_int(catalog.count, 3);
	assert_text(package_in(&catalog, "a", "amd64")->version, "1.10");
	assert_text(package_in(&catalog, "a", "amd64")->section, "new");
	assert_int(package_in(&catalog, "a", "amd64")->installed, true);
	assert_int(package_in(&catalog, "b", "amd64")->installed, false);
	assert_text(package_in(&catalog, "b", "i386")->version, "0");
	assert_int(catalog.faults.count, 0);
	catalog_free(&catalog);
}

Test(catalog, of_equal_versions_the_one_read_first_is_kept)
{
	struct catalog catalog = catalog_of(
		"Package: a\n" REQUIRED "Version: 1.0\nSection: first\n\n"
		"Package: a\n" REQUIRED "Version: 0:1.0\nSection: second\n\n");

	assert_int(catalog.count, 1);
	assert_text(catalog.packages[0].section, "first");
	catalog_free(&catalog);
}

Test(catalog, relation_is_met_by_the_same_architecture_then_all_then_any)
{
	static const struct { const char *from, *name, *qualifier, *want; } cases[] = {
		{ "amd64", "both", NULL, "amd64" }, { "i386", "both", NULL, "i386" },
		{ "all", "both", NULL, "amd64" }, { "amd64", "both", "any", "amd64" },
		{ "amd64", "both", "i386", "i386" }, { "amd64", "both", "arm64", NULL },
		{ "i386", "shared", NULL, "all" }, { "amd64", "other", NULL, "i386" },
		{ "amd64", "nothing", NULL, NULL }, { "amd64", "zzz", NULL, NULL },
		{ "amd64", "", NULL, NULL },
	};
	struct catalog catalog = catalog_of(
		"Package: both\nMaintainer: A\nVersion: 1\nArchitecture: i386\n\n"
		"Package: both\nMaintainer: A\nVersion: 1\nArchitecture: amd64\n\n"
		"Package: other\nMaintainer: A\nVersion: 1\nArchitecture: i386\n\n"
		"Package: shared\nMaintainer: A\nVersion: 1\nArchitecture: amd64\n\n"
		"Package: shared\nMaintainer: A\nVersion: 1\nArchitecture: all\n\n");

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct catalog_package from = { .architecture = cases[i].from };
		const struct relation relation = { .name = cases[i].name,
						   .qualifier = cases[i].qualifier };
		const struct catalog_package *target = catalog_target(&catalog, &from, &relation);

		assert_text(target ? target->architecture : NULL, cases[i].want);
	}
	catalog_free(&catalog);
}

Test(catalog, sample_holds_what_it_says)
{
	struct catalog catalog = catalog_of_file(SAMPLE);
	const struct catalog_package *acorn = package_in(&catalog, "acorn", "amd64");
	const struct relation *first = &catalog.relations.items[acorn->first_relation];

	assert_int(catalog.count, 39);
	assert_int(catalog.faults.count, 0);
	assert_text(acorn->version, "1.10-1");
	assert_int(acorn->installed, true);
	assert_text(acorn->maintainer, "S\303\266ren S\303\274dwind <soeren@example.net>");
	assert_text(acorn->summary, "plants acorns");
	assert_int(acorn->installed_size, 330);
	assert_int(acorn->relation_count, 6);
	assert_int(first[0].pre && !first[1].pre, true);
	assert_text(first[0].constraint, ">= 2.4");
	assert_int(first[3].choice, first[4].choice);
	assert_int(first[5].choice, first[4].choice + 1);
	assert_null(package_in(&catalog, "dogwood", "amd64")->section);
	assert_int(package_in(&catalog, "dogwood", "amd64")->installed_size, -1);
	assert_null(package_in(&catalog, "ivy", "all")->summary);
	catalog_free(&catalog);
}

Test(catalog, broken_index_is_reported_line_by_line_and_the_rest_is_read)
{
	static const struct { int line; const char *why; } faults[] = {
		{ 8, "no Package field" }, { 15, "no colon in 'this line has no colon'" },
		{ 18, "no field to continue with" }, { 22, "not UTF-8" }, { 26, "NUL" },
		{ 31, "second field 'VERSION'" }, { 33, "Package field is empty" },
		{ 37, "no field name: 'Two Words'" }, { 39, "'no-version' has no Version" },
		{ 43, "'no-maintainer' has no Maintainer" },
		{ 51, "Installed-Size 'heavy'" }, { 52, "malformed relation 'whole (1)'" },
		{ 53, "malformed relation 'whole (>= '" },
		{ 55, "malformed relation 'whole | [amd64]'" },
	};
	static const char *const names[] = { "gone", "last", "relations", "whole" };
	struct catalog catalog = catalog_of_file(BROKEN);

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		assert_fault(&catalog.faults, i, faults[i].line, faults[i].why);
		assert_text(catalog.faults.items[i].file, BROKEN);
	}
	assert_int(catalog.faults.count, 14);
	assert_int(catalog.count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_text(catalog.packages[i].name, names[i]);
	assert_int(package_in(&catalog, "relations", "amd64")->relation_count, 2);
	catalog_free(&catalog);
}

/* ---- files ---------------------------------------------------------------- */

static char folder[] = "/tmp/rowan-packages-XXXXXX";

static void make_folder(void)
{
	cr_assert(mkdtemp(folder), "no temporary folder");
}

static void remove_folder(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r '%s'", folder);
	assert_int(system(command), 0);
}

TestSuite(source, .init = make_folder, .fini = remove_folder, .timeout = 60);

static void run(const char *format, const char *a, const char *b)
{
	char command[512];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(command, sizeof(command), format, a, b);
#pragma GCC diagnostic pop
	cr_assert(system(command) == 0, "%s", command);
}

static bool is_installed(const char *program)
{
	char command[128];

	snprintf(command, sizeof(command), "command -v %s >/dev/null", program);
	return system(command) == 0;
}

Test(source, packed_index_reads_like_a_plain_one)
{
	static const struct { const char *program, *suffix; } packers[] = {
		{ "gzip", "gz" }, { "xz", "xz" }, { "lz4", "lz4" }, { "bzip2", "bz2" },
		{ "zstd", "zst" },
	};
	size_t tried = 0;

	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++) {
		char path[128], command[512];
		struct catalog catalog;

		if (!is_installed(packers[i].program))
			continue;
		snprintf(path, sizeof(path), "%s/a b_Packages.%s", folder, packers[i].suffix);
		snprintf(command, sizeof(command), "%s -c < '%s' > '%s'", packers[i].program,
			 SAMPLE, path);
		cr_assert(system(command) == 0, "%s", command);
		catalog = catalog_of_file(path);
		assert_int(catalog.count, 39);
		assert_int(catalog.faults.count, 0);
		catalog_free(&catalog);
		tried++;
	}
	cr_assert(tried > 0, "no packer is installed");
}

/* apt's own reader of files takes over, where there is one. */
Test(source, missing_unpacker_is_stood_in_for_or_an_error)
{
	bool apt = access("/usr/lib/apt/apt-helper", X_OK) == 0;
	struct catalog catalog = { 0 };
	char path[128];

	snprintf(path, sizeof(path), "%s/x_Packages.gz", folder);
	run("gzip -c < '%s' > '%s'", SAMPLE, path);
	cr_assert(setenv("PATH", folder, 1) == 0);
	assert_int(source_read(&catalog, path), apt ? 0 : -ENOENT);
	assert_int(catalog.count, apt ? 40 : 0);
	catalog_free(&catalog);
	cr_assert(setenv("PATH", "/usr/bin:/bin", 1) == 0);
}

Test(source, cut_off_index_is_a_fault_and_what_came_before_is_kept)
{
	struct catalog catalog = { 0 };
	char path[128];

	snprintf(path, sizeof(path), "%s/cut_Packages.gz", folder);
	run("gzip -c < '%s' | head -c 900 > '%s'", SAMPLE, path);
	assert_int(source_read(&catalog, path), 0);
	assert_int(catalog.count > 0 && catalog.count < 39, true);
	assert_contains(catalog.faults.items[catalog.faults.count - 1].why,
			"gzip could not unpack all of it");
	catalog_free(&catalog);
}

Test(source, what_cannot_be_opened_is_an_error)
{
	static const char *const paths[] = { "/nonexistent", "/nonexistent.xz" };

	for (size_t i = 0; i < 2; i++) {
		struct catalog catalog = { 0 };

		assert_int(source_read(&catalog, paths[i]), -ENOENT);
		catalog_free(&catalog);
	}
}

Test(source, status_and_lists_are_found_where_they_are)
{
	struct source_list sources = { 0 };
	char status[128], path[192];

	snprintf(status, sizeof(status), "%s/status", folder);
	assert_int(sources_find(&sources, status, folder), 0);
	assert_int(sources.count, 0);

	run("touch '%s' '%s/x_Packages.lz4'", status, folder);
	run("touch '%s/y_Packages' '%s/z_Release'", folder, folder);
	assert_int(sources_find(&sources, status, folder), 0);
	assert_int(sources.count, 3);
	assert_int(sources.has_lists, true);
	assert_text(sources.paths[0], status);
	snprintf(path, sizeof(path), "%s/x_Packages.lz4", folder);
	assert_text(sources.paths[1], path);
	sources_free(&sources);
}
