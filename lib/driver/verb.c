/* SPDX-License-Identifier: MIT */
#include "driver/verb.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* What follows a word and the blanks after it; NULL if the text does not begin with it. */
static const char *after_word(const char *sql, const char *word)
{
	size_t length = strlen(word);

	if (strncasecmp(sql, word, length) != 0 || isalnum((unsigned char)sql[length]) ||
	    sql[length] == '_')
		return NULL;
	sql += length;
	return sql + strspn(sql, " \t\r\n");
}

/* ROLLBACK TO stays in the transaction, COMMIT PREPARED is none of ours. */
static bool ends_transaction(const char *rest)
{
	if (!rest)
		return false;
	return !after_word(rest, "prepared") && !after_word(rest, "to") &&
	       !after_word(rest, "work to") && !after_word(rest, "transaction to");
}

enum verb verb_of(const char *sql)
{
	sql += strspn(sql, " \t\r\n(");
	if (after_word(sql, "select") || after_word(sql, "values") || after_word(sql, "show"))
		return VERB_READ;
	if (after_word(sql, "begin") || after_word(sql, "start"))
		return VERB_BEGIN;
	if (ends_transaction(after_word(sql, "commit")) || after_word(sql, "end"))
		return VERB_COMMIT;
	if (ends_transaction(after_word(sql, "rollback")) || after_word(sql, "abort"))
		return VERB_ROLLBACK;
	return VERB_WRITE;
}

bool verb_may_commit(enum verb verb, bool open)
{
	return verb == VERB_COMMIT || (verb == VERB_WRITE && !open);
}
