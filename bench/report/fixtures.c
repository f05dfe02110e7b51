/* SPDX-License-Identifier: MIT */
#include "report/page.h"

static void put_way(FILE *out, const json_t *way)
{
	const json_t *pass = json_object_get(way, "pass");
	char have[DURATION_SIZE], round[DURATION_SIZE], target[DURATION_SIZE] = "";

	if (pass)
		duration(number_at(way, "target_ns"), target);
	fputs("<tr><td>", out);
	put_text(out, text_at(way, "what"));
	fprintf(out, "</td><td class=\"%s\">%s</td><td>%s</td><td>%s</td><td>%.2f s</td></tr>\n",
		!pass ? "" : json_is_true(pass) ? "pass" : "miss",
		duration(number_at(way, "have_ns.median"), have), target,
		duration(number_at(way, "round_ns.median"), round),
		number_at(way, "round_ns.median") / 1e6);
}

void fixtures_section(FILE *out, const json_t *part)
{
	const json_t *way;
	char rows[COUNT_SIZE];
	size_t i;

	fputs("<h2>A database for each test, on ", out);
	put_text(out, text_at(part, "engine"));
	fprintf(out, "</h2>\n<p>Tables with %s rows, to which a test adds one: filled anew, copied "
		"from a snapshot, or in a sandbox that is rolled back. Beside them tables without "
		"rows.</p>\n<table class=\"narrow\">\n<tr><th></th><th>to have it</th>"
		"<th>at most</th><th>had, used and gone</th><th>a thousand tests</th></tr>\n",
		grouped(number_at(part, "rows"), rows));
	json_array_foreach(json_object_get(part, "ways"), i, way)
		put_way(out, way);
	fputs("</table>\n", out);
}
