/* SPDX-License-Identifier: MIT */
#include "report/page.h"

#include "report/plot.h"

#include <string.h>

void put_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&': fputs("&amp;", out); break;
		case '<': fputs("&lt;", out); break;
		case '>': fputs("&gt;", out); break;
		case '"': fputs("&quot;", out); break;
		default: fputc(*text, out);
		}
	}
}

const char *duration(double ns, char buffer[DURATION_SIZE])
{
	static const char *const units[] = { "ns", "\302\265s", "ms", "s" };
	int unit = 0;

	while (ns >= 999.5 && unit < 3) {
		ns /= 1000;
		unit++;
	}
	snprintf(buffer, DURATION_SIZE, "%.*f %s", ns < 9.995 ? 2 : ns < 99.95 ? 1 : 0, ns,
		 units[unit]);
	return buffer;
}

const char *grouped(double count, char buffer[COUNT_SIZE])
{
	char digits[COUNT_SIZE];
	int length = snprintf(digits, sizeof(digits) / 2, "%.0f", count);
	char *out = buffer;

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			*out++ = ',';
		*out++ = digits[i];
	}
	*out = '\0';
	return buffer;
}

static const json_t *value_at(const json_t *object, const char *path)
{
	while (object) {
		size_t length = strcspn(path, ".");
		char name[64];

		snprintf(name, sizeof(name), "%.*s", (int)length, path);
		object = json_object_get(object, name);
		if (!path[length])
			return object;
		path += length + 1;
	}
	return NULL;
}

double number_at(const json_t *object, const char *path)
{
	return json_number_value(value_at(object, path));
}

const char *text_at(const json_t *object, const char *path)
{
	const char *text = json_string_value(value_at(object, path));

	return text ? text : "";
}

bool on_postgres(const json_t *part)
{
	return !strncmp(text_at(part, "engine"), "PostgreSQL", strlen("PostgreSQL"));
}

static const char style[] =
	"* { box-sizing: border-box; }\n"
	":root { --paper: #ffffff; --card: #f7f8fa; color-scheme: light dark; }\n"
	"@media (prefers-color-scheme: dark) { :root { --paper: #16191d; --card: #1d2127; } }\n"
	"body { margin: 0; background: var(--paper); color: var(--ink);\n"
	"  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; }\n"
	"main { max-width: 68rem; margin: 0 auto; padding: 3rem 1.5rem 4rem; }\n"
	"h1 { font-size: 1.05rem; font-weight: 600; color: var(--soft); margin: 0 0 .75rem; }\n"
	"h2 { font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; margin: 4rem 0 .25rem; }\n"
	"h3 { font-size: .95rem; font-weight: 600; margin: 0 0 .25rem; }\n"
	"main > h3 { margin-top: 2rem; }\n"
	"p { max-width: 46rem; margin: .5rem 0; }\n"
	".verdict { font-size: 1.35rem; line-height: 1.45; letter-spacing: -.01em; max-width: 54rem; }\n"
	".verdict b { font-weight: 650; }\n"
	".note { color: var(--soft); font-size: .9rem; }\n"
	".panels { display: grid; gap: 1rem; margin: 1.25rem 0; }\n"
	".panels.two { grid-template-columns: repeat(auto-fill, minmax(26rem, 1fr)); }\n"
	".panels.three { grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); }\n"
	"figure { margin: 0; padding: 1rem 1rem .5rem; background: var(--card); border-radius: 10px; }\n"
	"figure.wide { margin: 1.25rem 0; }\n"
	"svg { display: block; width: 100%; height: auto; }\n"
	"svg g, svg text { font-family: inherit; }\n"
	".scroll { overflow-x: auto; }\n"
	"table { border-collapse: collapse; width: 100%; font-size: .9rem; margin: 1rem 0;\n"
	"  font-variant-numeric: tabular-nums; }\n"
	"table.narrow { max-width: 46rem; margin-bottom: 2rem; }\n"
	"th, td { text-align: right; padding: .4rem .6rem; border-bottom: 1px solid var(--grid);\n"
	"  white-space: nowrap; }\n"
	"th { color: var(--soft); font-weight: 500; }\n"
	"th:first-child, td:first-child { text-align: left; padding-left: 0; }\n"
	".best { font-weight: 650; }\n"
	".pass { color: var(--green); } .miss { color: var(--orange); font-weight: 650; }\n"
	"summary { cursor: pointer; color: var(--soft); margin: .75rem 0; }\n"
	"dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.25rem; font-size: .9rem; }\n"
	"dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }\n"
	"code { font: .88em ui-monospace, 'SFMono-Regular', Menlo, Consolas, monospace; }\n";

static void put_fact(FILE *out, const char *name, const char *text)
{
	if (!*text)
		return;
	fprintf(out, "<dt>%s</dt><dd>", name);
	put_text(out, text);
	fputs("</dd>\n", out);
}

/* What the parts on a server say that it was. */
static const char *server_of(const json_t *results)
{
	static const char *const parts[] = {
		"throughput-postgres", "eager-postgres", "pools-postgres" };
	static char text[96];

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const json_t *part = json_object_get(results, parts[i]);

		if (!part)
			continue;
		snprintf(text, sizeof(text), "%s, libpq %s",
			 text_at(part, "engine") + strcspn(text_at(part, "engine"), "0123456789"),
			 text_at(part, "machine.libpq"));
		return text;
	}
	return "";
}

static void put_facts(FILE *out, const json_t *results)
{
	const json_t *machine = json_object_get(results, "machine");
	char line[160];

	fputs("<h2>How it was measured</h2>\n<dl>\n", out);
	fputs("<dt>Command</dt><dd><code>", out);
	put_text(out, text_at(results, "command"));
	fputs("</code></dd>\n", out);
	put_fact(out, "Time", text_at(machine, "time"));
	put_fact(out, "Revision", text_at(results, "revision"));
	snprintf(line, sizeof(line), "%s, %.0f cores, %.0f MiB", text_at(machine, "processor"),
		 number_at(machine, "cores"), number_at(machine, "memory_mib"));
	put_fact(out, "Machine", line);
	snprintf(line, sizeof(line), "%s, %s", text_at(machine, "system"),
		 text_at(machine, "kernel"));
	put_fact(out, "System", line);
	snprintf(line, sizeof(line), "%s, %s", text_at(machine, "compiler"),
		 text_at(machine, "build"));
	put_fact(out, "Compiler", line);
	put_fact(out, "SQLite", text_at(machine, "sqlite"));
	put_fact(out, "PostgreSQL", server_of(results));
	snprintf(line, sizeof(line), "%.2f at the end", number_at(machine, "load"));
	put_fact(out, "Load", line);
	fputs("</dl>\n<p class=\"note\">What is compared takes turns within each round, so a machine"
	      " that slows down slows both. Times are medians of rounds; ratios are medians of the"
	      " rounds' own ratios. <code>results.json</code> beside this file has every figure."
	      "</p>\n", out);
}

void page_write(FILE *out, const json_t *results)
{
	static const struct {
		const char *name;
		void (*section)(FILE *out, const json_t *part);
	} parts[] = {
		{ "throughput", throughput_section },
		{ "throughput-postgres", throughput_section },
		{ "peers", peers_section }, { "peers-postgres", peers_section },
		{ "eager-postgres", distance_section }, { "eager", eager_section },
		{ "process", process_section }, { "packages", packages_section },
		{ "pools", pools_section }, { "pools-postgres", pools_server_section },
		{ "fixtures", fixtures_section }, { "fixtures-postgres", fixtures_section },
	};

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<title>Rowan benchmarks: ", out);
	put_text(out, text_at(results, "name"));
	fputs("</title>\n<style>\n", out);
	plot_style(out);
	fputs(style, out);
	fputs("</style>\n</head>\n<body>\n<main>\n<h1>Rowan benchmarks</h1>\n", out);
	verdict_write(out, results);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const json_t *part = json_object_get(results, parts[i].name);

		if (part)
			parts[i].section(out, part);
	}
	put_facts(out, results);
	fputs("</main>\n</body>\n</html>\n", out);
}
