/* SPDX-License-Identifier: MIT */
/* A shared library that has a model. */
#include <rowan.h>

struct plugin_note { int64_t id; const char *words; };
ROWAN_MODEL(plugin_note, ROWAN_FIELDS(
	ROWAN_FIELD(plugin_note, id, .primary_key = true),
	ROWAN_FIELD(plugin_note, words)));
