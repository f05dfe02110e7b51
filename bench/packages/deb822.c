/* SPDX-License-Identifier: MIT */
#include "deb822.h"

#include "memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Positions in reader->text, which may move while a stanza is read. */
struct position {
	size_t name, value;
	int line;
};

/*
 * Lines are read to the end of `text` and turned into fields where they are.
 * Only the last value grows, so values are never moved.
 */
struct deb822 {
	FILE *in;
	const char *file;
	struct faults *faults;
	char *text;
	size_t used, capacity;	/* of `text`: what the stanza's fields take */
	size_t size;		/* of the line behind it */
	int line;
	struct position *positions;
	size_t count, position_capacity;
	struct deb822_field *fields;
	size_t field_capacity;
};

struct deb822 *deb822_open(FILE *in, const char *file, struct faults *faults)
{
	struct deb822 *reader = calloc(1, sizeof(*reader));

	if (reader)
		*reader = (struct deb822){ .in = in, .file = file, .faults = faults };
	return reader;
}

void deb822_close(struct deb822 *reader)
{
	if (!reader)
		return;
	free(reader->text);
	free(reader->positions);
	free(reader->fields);
	free(reader);
}

/* ---- lines ---------------------------------------------------------------- */

/* The length of the character at `text`, 0 if it is not one. */
static size_t utf8_length(const unsigned char *text, size_t size)
{
	/* The lowest code point per length: anything below would be overlong. */
	static const unsigned long lowest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = text[0] < 0xC0 ? 0 : text[0] < 0xE0 ? 2 : text[0] < 0xF0 ? 3 :
			text[0] < 0xF8 ? 4 : 0;
	unsigned long point;

	if (!length || length > size)
		return 0;
	point = text[0] & (0x7Fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xC0) != 0x80)
			return 0;
		point = point << 6 | (text[i] & 0x3Fu);
	}
	if (point < lowest[length] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000))
		return 0;
	return length;
}

bool deb822_is_utf8(const char *text, size_t size)
{
	const unsigned char *bytes = (const unsigned char *)text;

	for (size_t i = 0; i < size;) {
		size_t length = bytes[i] < 0x80 ? 1 : utf8_length(bytes + i, size - i);

		if (!length)
			return false;
		i += length;
	}
	return true;
}

static int make_room(struct deb822 *reader, size_t wanted)
{
	size_t capacity = reader->capacity ? reader->capacity : 4096;
	char *text;

	if (wanted <= reader->capacity)
		return 0;
	while (capacity < wanted)
		capacity *= 2;
	text = realloc(reader->text, capacity);
	if (!text)
		return -ENOMEM;
	reader->text = text;
	reader->capacity = capacity;
	return 0;
}

/*
 * Read a line, without the white space at its end, behind what is in use.  Of
 * an over-long one only the beginning is kept, one byte more than allowed.
 * Returns 1, 0 at the end of the file, or a negative errno.
 */
static int read_line(struct deb822 *reader)
{
	size_t size = 0;
	int c, status;

	while ((c = getc_unlocked(reader->in)) != EOF && c != '\n') {
		if (size > DEB822_LINE_MAX)
			continue;
		/* Two more: this byte, and the NUL that ends a value. */
		status = make_room(reader, reader->used + size + 2);
		if (status)
			return status;
		reader->text[reader->used + size++] = (char)c;
	}
	if (ferror(reader->in))
		return errno > 0 ? -errno : -EIO;
	if (c == EOF && !size)
		return 0;
	reader->line++;
	reader->size = size;
	return make_room(reader, reader->used + size + 2) ? -ENOMEM : 1;
}

/* Spaces do not count at a line's end: a line of nothing else is empty. */
static void trim_line(struct deb822 *reader)
{
	const char *line = reader->text + reader->used;

	while (reader->size && (line[reader->size - 1] == ' ' || line[reader->size - 1] == '\t' ||
				line[reader->size - 1] == '\r'))
		reader->size--;
}

/* ---- fields --------------------------------------------------------------- */

/* Take the line behind what is in use as a part of the stanza. */
static void keep_line(struct deb822 *reader)
{
	reader->used += reader->size;
	reader->text[reader->used++] = '\0';
}

/* The value before goes on: its NUL becomes a newline. */
static void continue_value(struct deb822 *reader)
{
	reader->text[reader->used - 1] = '\n';
	keep_line(reader);
}

static bool is_field_name(const char *name)
{
	if (!*name || *name == '-')
		return false;
	while (*name > ' ' && *name < 0x7F)
		name++;
	return !*name;
}

static bool is_taken(const struct deb822 *reader, const char *name)
{
	for (size_t i = 0; i < reader->count; i++)
		if (!strcasecmp(reader->text + reader->positions[i].name, name))
			return true;
	return false;
}

static int malformed(struct deb822 *reader, const char *why, const char *text, size_t size)
{
	int status = fault_add(reader->faults, reader->file, reader->line, "%s '%.*s'", why,
			       fault_quote(text, size), text);

	return status ? status : -EBADMSG;
}

static int begin_field(struct deb822 *reader)
{
	char *name = reader->text + reader->used, *end = name + reader->size;
	char *colon = memchr(name, ':', reader->size), *value;
	struct position *positions;

	if (!colon)
		return malformed(reader, "no colon in", name, reader->size);
	*colon = '\0';
	if (!is_field_name(name))
		return malformed(reader, "no field name:", name, (size_t)(colon - name));
	if (is_taken(reader, name))
		return malformed(reader, "second field", name, (size_t)(colon - name));
	for (value = colon + 1; value < end && (*value == ' ' || *value == '\t'); value++)
		;
	positions = array_room(reader->positions, &reader->position_capacity, reader->count,
			       sizeof(*positions));
	if (!positions)
		return -ENOMEM;
	reader->positions = positions;
	positions[reader->count++] = (struct position){
		(size_t)(name - reader->text), (size_t)(value - reader->text), reader->line,
	};
	keep_line(reader);
	return 0;
}

/* 0; -EBADMSG for a malformed line, which is then reported; or another errno. */
static int take_line(struct deb822 *reader)
{
	const char *line = reader->text + reader->used, *why = NULL;
	int status;

	if (reader->size > DEB822_LINE_MAX)
		why = "the line is too long";
	else if (memchr(line, '\0', reader->size))
		why = "a NUL in the line";
	else if (!deb822_is_utf8(line, reader->size))
		why = "the line is not UTF-8";
	if (why) {
		status = fault_add(reader->faults, reader->file, reader->line, "%s", why);
		return status ? status : -EBADMSG;
	}
	if (*line != ' ' && *line != '\t')
		return begin_field(reader);
	if (!reader->count)
		return malformed(reader, "no field to continue with", line, reader->size);
	continue_value(reader);
	return 0;
}

/* ---- stanzas -------------------------------------------------------------- */

/* A comment; inside of a value it leaves an empty line, so that lines count. */
static bool take_comment(struct deb822 *reader)
{
	if (reader->text[reader->used] != '#')
		return false;
	reader->size = 0;
	if (reader->count)
		continue_value(reader);
	return true;
}

/*
 * The lines up to an empty one.  1, 0 at the end of the file, -EBADMSG for a
 * malformed stanza, which is read to its end and reported once; or another errno.
 */
static int read_stanza(struct deb822 *reader, int *first_line)
{
	int status, verdict = 0;

	reader->used = reader->count = 0;
	*first_line = 0;
	while ((status = read_line(reader)) > 0) {
		trim_line(reader);
		if (!reader->size && *first_line)
			break;
		if (!reader->size || (!verdict && take_comment(reader)))
			continue;
		if (!*first_line)
			*first_line = reader->line;
		if (!verdict)
			verdict = take_line(reader);
		if (verdict && verdict != -EBADMSG)
			return verdict;
	}
	if (status < 0)
		return status;
	return verdict ? verdict : *first_line != 0;
}

static int publish(struct deb822 *reader, struct deb822_stanza *out)
{
	const char *text = reader->text;

	for (size_t i = 0; i < reader->count; i++) {
		const struct position *at = &reader->positions[i];
		struct deb822_field *fields = array_room(reader->fields, &reader->field_capacity,
							 i, sizeof(*fields));

		if (!fields)
			return -ENOMEM;
		reader->fields = fields;
		fields[i] = (struct deb822_field){ text + at->name, text + at->value, at->line };
	}
	out->fields = reader->fields;
	out->count = reader->count;
	return 0;
}

int deb822_next(struct deb822 *reader, struct deb822_stanza *out)
{
	const struct deb822_field *package;
	int status;

	do {
		*out = (struct deb822_stanza){ 0 };
		status = read_stanza(reader, &out->line);
		if (status <= 0)
			continue;
		status = publish(reader, out);
		if (status)
			return status;
		package = deb822_find(out, "Package");
		if (package && *package->value)
			return 1;
		status = fault_add(reader->faults, reader->file, out->line,
				   package ? "the Package field is empty" : "no Package field");
		status = status ? status : -EBADMSG;
	} while (status == -EBADMSG);
	return status;
}

const struct deb822_field *deb822_find(const struct deb822_stanza *stanza, const char *name)
{
	for (size_t i = 0; i < stanza->count; i++)
		if (!strcasecmp(stanza->fields[i].name, name))
			return &stanza->fields[i];
	return NULL;
}
