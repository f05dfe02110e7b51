/* SPDX-License-Identifier: MIT */
#include "report/page.h"

static void put_question(FILE *out, const json_t *question)
{
	const json_t *ways = json_object_get(question, "strategies"), *way;
	double fastest = 0;
	size_t i;

	json_array_foreach(ways, i, way) {
		double ms = number_at(way, "ms");

		if (i == 0 || ms < fastest)
			fastest = ms;
	}
	fputs("<h3>", out);
	put_text(out, text_at(question, "name"));
	fputs("</h3>\n<p class=\"note\">", out);
	put_text(out, text_at(question, "answer_summary"));
	fputs("</p>\n<table class=\"narrow\">\n<tr><th></th><th>time</th><th>statements</th><th>rows</th>"
	      "<th>to the fastest</th></tr>\n", out);
	json_array_foreach(ways, i, way) {
		double ms = number_at(way, "ms");
		char text[DURATION_SIZE], statements[COUNT_SIZE], rows[COUNT_SIZE];

		fputs("<tr><td>", out);
		put_text(out, text_at(way, "name"));
		fprintf(out, "</td><td%s>%s</td><td>%s</td><td>%s</td><td>%.2f</td></tr>\n",
			ms <= fastest ? " class=\"best\"" : "", duration(ms * 1e6, text),
			grouped(number_at(way, "statements"), statements),
			grouped(number_at(way, "rows"), rows),
			fastest > 0 ? ms / fastest : 1);
	}
	fputs("</table>\n", out);
}

void packages_section(FILE *out, const json_t *part)
{
	const json_t *questions = json_object_get(part, "questions"), *question;
	char packages[COUNT_SIZE], dependencies[COUNT_SIZE], rate[COUNT_SIZE];
	size_t i;

	fprintf(out, "<h2>On real data</h2>\n"
		"<p>%s Debian packages with %s dependencies, loaded in %.2f s (%s rows a "
		"second), and questions to them, each answered by the same code with its relations "
		"loaded differently.</p>\n", grouped(number_at(part, "packages"), packages),
		grouped(number_at(part, "dependencies"), dependencies),
		number_at(part, "load.seconds"),
		grouped(number_at(part, "load.rows_per_second"), rate));
	json_array_foreach(questions, i, question)
		put_question(out, question);
}
