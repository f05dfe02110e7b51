/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include "harness.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#ifdef ROWAN_POSTGRES
#include <libpq-fe.h>
#endif

/*
 * The value of the first line of `path` that starts with `key`, without quotes;
 * "" if there is none.
 */
static void read_fact(const char *path, const char *key, char *out, size_t size)
{
	FILE *file = fopen(path, "r");
	char line[512];

	out[0] = '\0';
	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		const char *value = line + strlen(key);

		if (strncmp(line, key, strlen(key)) != 0)
			continue;
		value += strspn(value, " \t:=\"");
		snprintf(out, size, "%.*s", (int)strcspn(value, "\"\n"), value);
		break;
	}
	fclose(file);
}

static json_t *now(void)
{
	char text[32];
	time_t seconds = time(NULL);
	struct tm utc;

	gmtime_r(&seconds, &utc);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	return json_string(text);
}

json_t *machine_facts(void)
{
	char processor[128], system[128], memory[64], load[64];
	json_t *facts = json_object();
	struct utsname kernel;

	read_fact("/proc/cpuinfo", "model name", processor, sizeof(processor));
	read_fact("/etc/os-release", "PRETTY_NAME", system, sizeof(system));
	read_fact("/proc/meminfo", "MemTotal", memory, sizeof(memory));
	read_fact("/proc/loadavg", "", load, sizeof(load));
	uname(&kernel);

	json_object_set_new(facts, "time", now());
	json_object_set_new(facts, "processor", json_string(processor));
	json_object_set_new(facts, "cores", json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
	json_object_set_new(facts, "memory_mib", json_integer(atol(memory) / 1024));
	json_object_set_new(facts, "system", json_string(system));
	json_object_set_new(facts, "kernel", json_sprintf("%s %s %s", kernel.sysname,
							  kernel.release, kernel.machine));
	json_object_set_new(facts, "compiler", json_string(
#ifdef __clang__
		"clang "
#else
		"gcc "
#endif
		__VERSION__));
	json_object_set_new(facts, "build", json_string(BENCH_BUILD_TYPE));
	json_object_set_new(facts, "sqlite", json_string(sqlite3_libversion()));
#ifdef ROWAN_POSTGRES
	json_object_set_new(facts, "libpq", json_sprintf("%d.%d", PQlibVersion() / 10000,
							  PQlibVersion() % 10000));
#endif
	json_object_set_new(facts, "load", json_real(strtod(load, NULL)));
	return facts;
}

void write_json(const char *path, json_t *value)
{
	if (json_dump_file(value, path, JSON_INDENT(1) | JSON_REAL_PRECISION(9)) != 0)
		die("cannot write %s", path);
}
