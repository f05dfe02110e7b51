/* SPDX-License-Identifier: MIT */
/*
 * bench-report: the parts that the other programs wrote, put together as
 * results.json and report.html.
 */
#include "harness.h"
#include "machine.h"
#include "options.h"
#include "report/compare.h"
#include "report/page.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
	const char *parts, *out, *name, *command, *revision, *against;
} options = { .name = "run", .command = "", .revision = "" };

static void join_path(char *path, size_t size, const char *folder, const char *name)
{
	if ((size_t)snprintf(path, size, "%s/%s", folder, name) >= size)
		die("too long a path: %s/%s", folder, name);
}

/* NULL if there is no such file. */
static json_t *read_json(const char *folder, const char *name)
{
	json_error_t error;
	char path[1024];
	json_t *value;
	FILE *file;

	join_path(path, sizeof(path), folder, name);
	file = fopen(path, "r");
	if (!file && errno == ENOENT)
		return NULL;
	if (!file)
		die("cannot read %s: %s", path, strerror(errno));
	value = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
	fclose(file);
	if (!value)
		die("%s, line %d: %s", path, error.line, error.text);
	return value;
}

/* { "get": { "rowan": 9400, "twin": 7900 } .. } into the workloads of that name. */
static void add_instructions(json_t *throughput, const char *file)
{
	json_t *workloads = json_object_get(throughput, "workloads"), *workload;
	json_t *instructions = read_json(options.parts, file);
	size_t i;

	json_array_foreach(workloads, i, workload) {
		json_t *counts = json_object_get(instructions, text_at(workload, "name"));

		if (counts)
			json_object_set(workload, "instructions", counts);
	}
	json_decref(instructions);
}

static json_t *collect(void)
{
	static const char *const parts[] = {
		"throughput", "throughput-postgres", "peers", "peers-postgres", "eager",
		"eager-postgres", "process", "packages", "pools", "pools-postgres",
		"fixtures", "fixtures-postgres" };
	json_t *results = json_pack("{s:i, s:s, s:s, s:s, s:o}", "schema", 1,
		"name", options.name, "command", options.command,
		"revision", options.revision, "machine", machine_facts());

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		char file[32];
		json_t *part;

		snprintf(file, sizeof(file), "%s.json", parts[i]);
		part = read_json(options.parts, file);
		if (part)
			json_object_set_new(results, parts[i], part);
	}
	add_instructions(json_object_get(results, "throughput"), "instructions.json");
	add_instructions(json_object_get(results, "throughput-postgres"),
			 "instructions-postgres.json");
	return results;
}

static void write_page(const json_t *results)
{
	char path[1024];
	FILE *file;

	join_path(path, sizeof(path), options.out, "report.html");
	file = fopen(path, "w");
	if (!file)
		die("cannot write %s: %s", path, strerror(errno));
	page_write(file, results);
	if (fclose(file) != 0)
		die("cannot write %s: %s", path, strerror(errno));
}

/* The page's first paragraph, without its marks. */
static void print_verdict(const json_t *results)
{
	char *text = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&text, &size);
	bool mark = false;

	if (!memory)
		die("out of memory");
	verdict_write(memory, results);
	if (fclose(memory) != 0)
		die("out of memory");
	putchar('\n');
	for (const char *c = text; *c; c++) {
		if (*c == '<')
			mark = true;
		else if (*c == '>')
			mark = false;
		else if (!mark)
			putchar(*c);
	}
	free(text);
}

int main(int argc, char **argv)
{
	const struct option table[] = {
		{ "parts", OPTION_TEXT, &options.parts, "FOLDER",
		  "where throughput.json, eager.json .. are" },
		{ "out", OPTION_TEXT, &options.out, "FOLDER", "where the report goes" },
		{ "name", OPTION_TEXT, &options.name, "NAME", "what the run is called" },
		{ "command", OPTION_TEXT, &options.command, "TEXT", "what made it" },
		{ "revision", OPTION_TEXT, &options.revision, "TEXT", "of the sources" },
		{ "against", OPTION_TEXT, &options.against, "FOLDER",
		  "print a comparison with the run there" },
	};
	char path[1024];
	json_t *results;

	options_parse(argc, argv, "Put the parts of a run together: results.json, report.html.",
		      table, sizeof(table) / sizeof(table[0]));
	if (!options.parts || !options.out)
		usage_error("--parts and --out are needed");
	results = collect();
	join_path(path, sizeof(path), options.out, "results.json");
	write_json(path, results);
	write_page(results);
	if (options.against) {
		json_t *then = read_json(options.against, "results.json");

		if (!then)
			die("%s has no results.json", options.against);
		compare_print(then, results);
		json_decref(then);
	}
	print_verdict(results);
	json_decref(results);
	return 0;
}
