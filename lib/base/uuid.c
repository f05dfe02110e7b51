/* SPDX-License-Identifier: MIT */
#include <rowan/value.h>

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

/* Dashes stand before these bytes. */
static bool dash_before(size_t byte)
{
	return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool rowan_uuid_parse(const char *text, struct rowan_uuid *out)
{
	struct rowan_uuid uuid;

	if (!text)
		return false;
	for (size_t i = 0; i < sizeof(uuid.bytes); i++) {
		int high, low;

		if (dash_before(i) && *text++ != '-')
			return false;
		if ((high = hex_digit(text[0])) < 0 || (low = hex_digit(text[1])) < 0)
			return false;
		uuid.bytes[i] = (unsigned char)(high << 4 | low);
		text += 2;
	}
	if (*text)
		return false;
	*out = uuid;
	return true;
}

char *rowan_uuid_format(struct rowan_uuid value, char buffer[ROWAN_UUID_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	char *to = buffer;

	for (size_t i = 0; i < sizeof(value.bytes); i++) {
		if (dash_before(i))
			*to++ = '-';
		*to++ = digits[value.bytes[i] >> 4];
		*to++ = digits[value.bytes[i] & 15];
	}
	*to = '\0';
	return buffer;
}

/*
 * One system call per UUID.  A buffer of random bytes would be faster, and
 * would give a process and its fork the same UUIDs.
 */
struct rowan_uuid rowan_uuid4(void)
{
	struct rowan_uuid uuid;

	while (getrandom(uuid.bytes, sizeof(uuid.bytes), 0) != (ssize_t)sizeof(uuid.bytes)) {
		if (errno != EINTR)
			abort();	/* a kernel without it: an id that can be guessed is worse */
	}
	uuid.bytes[6] = (unsigned char)((uuid.bytes[6] & 0x0f) | 0x40);
	uuid.bytes[8] = (unsigned char)((uuid.bytes[8] & 0x3f) | 0x80);
	return uuid;
}
