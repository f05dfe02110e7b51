/* SPDX-License-Identifier: MIT */
#include "throughput/postgres/connection.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* ---- one value ------------------------------------------------------------ */

static char *add(struct pq_params *params, int length)
{
	int i = params->count++;

	params->values[i] = params->cells[i];
	params->lengths[i] = length;
	params->formats[i] = params->way == PQ_PREPARED;
	return params->cells[i];
}

void pq_add_int64(struct pq_params *params, int64_t value)
{
	char *cell = add(params, 8);

	if (params->way == PQ_PREPARED)
		pq_put64(cell, (uint64_t)value);
	else
		snprintf(cell, sizeof(params->cells[0]), "%" PRId64, value);
}

void pq_add_int32(struct pq_params *params, int32_t value)
{
	char *cell = add(params, 4);

	if (params->way == PQ_PREPARED)
		pq_put32(cell, (uint32_t)value);
	else
		snprintf(cell, sizeof(params->cells[0]), "%" PRId32, value);
}

void pq_add_bool(struct pq_params *params, bool value)
{
	char *cell = add(params, 1);

	if (params->way == PQ_PREPARED)
		*cell = value;
	else
		memcpy(cell, value ? "t" : "f", 2);
}

/* Text is the same in both formats. */
void pq_add_text(struct pq_params *params, const char *value)
{
	add(params, value ? (int)strlen(value) : 0);
	params->values[params->count - 1] = value;
}

void pq_add_time(struct pq_params *params, int64_t us)
{
	char *cell = add(params, 8);
	time_t seconds = (time_t)(us / 1000000);
	struct tm utc;
	size_t length;

	if (params->way == PQ_PREPARED) {
		pq_put64(cell, (uint64_t)(us - PQ_EPOCH_US));
		return;
	}
	gmtime_r(&seconds, &utc);
	length = strftime(cell, sizeof(params->cells[0]), "%Y-%m-%d %H:%M:%S", &utc);
	snprintf(cell + length, sizeof(params->cells[0]) - length, ".%06d+00",
		 (int)(us % 1000000));
}

void pq_add_task(struct pq_params *params, const struct raw_task *task)
{
	pq_add_text(params, task->title);
	pq_add_text(params, task->description);
	pq_add_bool(params, task->completed);
	pq_add_int32(params, task->priority);
	pq_add_int64(params, task->owner_id);
	pq_add_time(params, task->created_at);
}

void pq_add_bytes(struct pq_params *params, const struct pq_bytes *bytes)
{
	add(params, (int)bytes->length);
	params->values[params->count - 1] = bytes->data;
}

/* ---- many ----------------------------------------------------------------- */

char *pq_extend(struct pq_bytes *bytes, size_t size)
{
	char *start;

	if (bytes->length + size > bytes->capacity) {
		bytes->capacity = 2 * bytes->capacity + size + 65536;
		bytes->data = realloc(bytes->data, bytes->capacity);
		if (!bytes->data)
			die("out of memory");
	}
	start = bytes->data + bytes->length;
	bytes->length += size;
	return start;
}

void pq_start_array(struct pq_bytes *bytes, enum pq_type type, bool nulls, long count)
{
	char *header;

	bytes->length = 0;
	header = pq_extend(bytes, 20);
	pq_put32(header, 1);			/* dimension */
	pq_put32(header + 4, nulls);
	pq_put32(header + 8, type);
	pq_put32(header + 12, (uint32_t)count);
	pq_put32(header + 16, 1);		/* the first one's number */
}

void pq_put_text(struct pq_bytes *bytes, const char *value)
{
	size_t length;
	char *out;

	if (!value) {
		pq_put32(pq_extend(bytes, 4), UINT32_MAX);
		return;
	}
	length = strlen(value);
	out = pq_extend(bytes, 4 + length);
	pq_put32(out, (uint32_t)length);
	memcpy(out + 4, value, length);
}

void pq_put_int64(struct pq_bytes *bytes, int64_t value)
{
	char *out = pq_extend(bytes, 12);

	pq_put32(out, 8);
	pq_put64(out + 4, (uint64_t)value);
}

void pq_put_int32(struct pq_bytes *bytes, int32_t value)
{
	char *out = pq_extend(bytes, 8);

	pq_put32(out, 4);
	pq_put32(out + 4, (uint32_t)value);
}

void pq_put_bool(struct pq_bytes *bytes, bool value)
{
	char *out = pq_extend(bytes, 5);

	pq_put32(out, 1);
	out[4] = value;
}
