/* SPDX-License-Identifier: MIT */
#include "driver/postgres.h"

/* The types that a member may have: what is sent for it, alone and in an array. */
static const struct {
	Oid type, array;
} sent[ROWAN_TYPE_COUNT_] = {
	[ROWAN_TYPE_INT16] = { 21, 1005 },
	[ROWAN_TYPE_INT32] = { 23, 1007 },
	[ROWAN_TYPE_INT64] = { 20, 1016 },
	[ROWAN_TYPE_BOOL] = { 16, 1000 },
	[ROWAN_TYPE_DOUBLE] = { 701, 1022 },
	[ROWAN_TYPE_TEXT] = { 25, 1009 },
	[ROWAN_TYPE_BYTES] = { 17, 1001 },
	[ROWAN_TYPE_DATETIME] = { 1184, 1185 },
	[ROWAN_TYPE_DATE] = { 1082, 1182 },
	[ROWAN_TYPE_TIME] = { 1083, 1183 },
	[ROWAN_TYPE_UUID] = { 2950, 2951 },
};

/* What may come back, the usual ones first; and some more, to name them in errors. */
static const struct {
	Oid type;
	enum kind kind;
	const char *name;
} known[] = {
	{ 20, KIND_INT8, "bigint" },
	{ 25, KIND_TEXT, "text" },
	{ 23, KIND_INT4, "integer" },
	{ 16, KIND_BOOL, "boolean" },
	{ 1184, KIND_DATETIME, "timestamptz" },
	{ 701, KIND_FLOAT8, "double precision" },
	{ 1043, KIND_TEXT, "varchar" },
	{ 21, KIND_INT2, "smallint" },
	{ 1082, KIND_DATE, "date" },
	{ 1083, KIND_TIME, "time" },
	{ 2950, KIND_UUID, "uuid" },
	{ 17, KIND_BYTES, "bytea" },
	{ 700, KIND_FLOAT4, "real" },
	{ 1042, KIND_TEXT, "char" },
	{ 19, KIND_TEXT, "name" },
	{ 114, KIND_TEXT, "json" },
	{ 142, KIND_TEXT, "xml" },
	{ 705, KIND_TEXT, "unknown" },
	{ 18, KIND_TEXT, "\"char\"" },
	{ 1700, KIND_OTHER, "numeric" },
	{ 1114, KIND_OTHER, "timestamp without time zone" },
	{ 1266, KIND_OTHER, "timetz" },
	{ 1186, KIND_OTHER, "interval" },
	{ 3802, KIND_OTHER, "jsonb" },
	{ 26, KIND_OTHER, "oid" },
	{ 790, KIND_OTHER, "money" },
	{ 869, KIND_OTHER, "inet" },
	{ 2278, KIND_OTHER, "void" },
	{ 2249, KIND_OTHER, "record" },
};

#define KNOWN (sizeof(known) / sizeof(known[0]))
/* From here on types are made by users: FirstNormalObjectId. */
#define FIRST_USER_TYPE 16384

Oid postgres_type_oid(enum rowan_type type)
{
	return sent[type].type;
}

Oid postgres_array_oid(enum rowan_type type)
{
	return sent[type].array;
}

enum kind postgres_kind(Oid type)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (known[i].type == type)
			return known[i].kind;
	return type >= FIRST_USER_TYPE ? KIND_USER : KIND_OTHER;
}

const char *postgres_type_name(Oid type)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (known[i].type == type)
			return known[i].name;
	return NULL;
}
