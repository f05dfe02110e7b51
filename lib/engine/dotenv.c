/* SPDX-License-Identifier: MIT */
#include "engine/dotenv.h"

#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct reader {
	const char *path;
	const char *at;
	int line;
	struct text name, value;
	bool refers;
};

static int refuse(const struct reader *reader, int line, const char *why,
		  struct rowan_error *error)
{
	return error_set(error, ROWAN_MISUSE, "%s:%d: %s", reader->path, line, why);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static void skip_blanks(struct reader *reader)
{
	while (is_blank(*reader->at))
		reader->at++;
}

static void skip_line(struct reader *reader)
{
	reader->at += strcspn(reader->at, "\n");
}

static bool at_end_of_line(const struct reader *reader)
{
	return *reader->at == '\n' || *reader->at == '\0';
}

/* ---- a line -------------------------------------------------------------------- */

static void read_word(struct reader *reader)
{
	text_clear(&reader->name);
	while (is_letter(*reader->at) || (*reader->at >= '0' && *reader->at <= '9') ||
	       *reader->at == '-' || *reader->at == '.')
		text_add_char(&reader->name, *reader->at++);
}

/* [export] name = */
static int read_name(struct reader *reader, struct rowan_error *error)
{
	bool letter;

	read_word(reader);
	if (is_blank(*reader->at) && reader->name.data && !strcmp(reader->name.data, "export")) {
		skip_blanks(reader);
		if (is_letter(*reader->at))
			read_word(reader);
	}
	if (reader->name.broken)
		return error_no_memory(error);
	letter = reader->name.length > 0 && is_letter(reader->name.data[0]);
	skip_blanks(reader);
	if (!letter || *reader->at != '=')
		return refuse(reader, reader->line, "a line is NAME=value", error);
	reader->at++;
	return ROWAN_OK;
}

static void add(struct reader *reader, char c)
{
	reader->line += c == '\n';
	text_add_char(&reader->value, c);
}

static char unescaped(char c)
{
	switch (c) {
	case 'n': return '\n';
	case 'r': return '\r';
	case 't': return '\t';
	case '"': case '\\': case '$': return c;
	default: return '\0';
	}
}

/* Up to the closing quote, which ends the value. */
static int read_quoted(struct reader *reader, struct rowan_error *error)
{
	const char quote = *reader->at++;
	const int first = reader->line;

	while (*reader->at != quote) {
		const char *at = reader->at;
		char meant = quote == '"' && at[0] == '\\' ? unescaped(at[1]) : '\0';

		if (*at == '\0')
			return refuse(reader, first, "a quote is not closed", error);
		reader->at++;
		reader->refers |= quote == '"' && at[0] == '$' && at[1] == '{';
		if (meant) {
			text_add_char(&reader->value, meant);
			reader->at++;
		} else {
			add(reader, *at);
		}
	}
	reader->at++;
	skip_blanks(reader);
	if (*reader->at == '#')
		skip_line(reader);
	if (!at_end_of_line(reader))
		return refuse(reader, reader->line, "there is more behind a quoted value", error);
	return ROWAN_OK;
}

/* Up to the end of the line, or a comment behind a blank. */
static void read_plain(struct reader *reader)
{
	const char *start = reader->at, *end;

	while (!at_end_of_line(reader) && !(*reader->at == '#' && is_blank(reader->at[-1])))
		reader->at++;
	end = reader->at;
	skip_line(reader);
	while (end > start && is_blank(end[-1]))
		end--;
	text_add_bytes(&reader->value, start, (size_t)(end - start));
	reader->refers = reader->value.data && strstr(reader->value.data, "${");
}

static int read_value(struct reader *reader, struct rowan_error *error)
{
	text_clear(&reader->value);
	text_add(&reader->value, "");
	reader->refers = false;
	skip_blanks(reader);
	if (*reader->at == '"' || *reader->at == '\'')
		return read_quoted(reader, error);
	read_plain(reader);
	return ROWAN_OK;
}

static int read_line(struct reader *reader, dotenv_take *take, void *context,
		     struct rowan_error *error)
{
	const int number = reader->line;
	int status;

	skip_blanks(reader);
	if (*reader->at == '#')
		skip_line(reader);
	if (at_end_of_line(reader))
		return ROWAN_OK;
	status = read_name(reader, error);
	if (status == ROWAN_OK)
		status = read_value(reader, error);
	if (status == ROWAN_OK && reader->value.broken)
		status = error_no_memory(error);
	if (status < 0)
		return status;
	return take(context, &(struct dotenv_line){ reader->name.data, reader->value.data, number,
						    reader->refers }, error);
}

static int read_lines(const char *path, const struct text *text, dotenv_take *take,
		      void *context, struct rowan_error *error)
{
	static const char mark[] = "\xef\xbb\xbf";	/* some editors begin with it */
	struct reader reader = { .path = path, .at = text->data, .line = 1 };
	int status = ROWAN_OK;

	if (strlen(text->data) < text->length)
		return error_set(error, ROWAN_MISUSE, "%s is not a text: it holds a NUL", path);
	if (strncmp(reader.at, mark, sizeof(mark) - 1) == 0)
		reader.at += sizeof(mark) - 1;
	while (*reader.at && status == ROWAN_OK) {
		status = read_line(&reader, take, context, error);
		if (*reader.at == '\n') {
			reader.at++;
			reader.line++;
		}
	}
	text_release(&reader.name);
	text_release(&reader.value);
	return status;
}

/* ---- the file ------------------------------------------------------------------ */

static int fail(const char *path, struct rowan_error *error)
{
	return error_set(error, ROWAN_OPERATIONAL, "cannot read %s: %s", path, strerror(errno));
}

static int read_all(int file, const char *path, struct text *text, struct rowan_error *error)
{
	char buffer[4096];
	ssize_t size;

	text_add(text, "");
	while ((size = read(file, buffer, sizeof(buffer))) != 0) {
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return fail(path, error);
		text_add_bytes(text, buffer, (size_t)size);
	}
	return text->broken ? error_no_memory(error) : ROWAN_OK;
}

int dotenv_read(const char *path, dotenv_take *take, void *context, struct rowan_error *error)
{
	struct text text = { 0 };
	int file = open(path, O_RDONLY | O_CLOEXEC);
	int status;

	if (file < 0)
		return errno == ENOENT || errno == ENOTDIR ? ROWAN_OK : fail(path, error);
	status = read_all(file, path, &text, error);
	close(file);
	if (status == ROWAN_OK)
		status = read_lines(path, &text, take, context, error);
	text_release(&text);
	return status;
}
