/* SPDX-License-Identifier: MIT */
#include "session/stream.h"

/*
 * Streams: rows one by one, straight out of the statement.
 *
 * A row's memory is cleared when the next is asked for, which is then put
 * elsewhere: AddressSanitizer sees who still looks at it.
 */

int stream_refuse(struct rowan_session *session)
{
	struct rowan_site site = session->stream->query.site;

	return session_fail(session, ROWAN_MISUSE, site,
			    "the stream of %s:%d is open: nothing else can be done with its session "
			    "until rowan_stream_close()", site.file, site.line);
}

bool stream_owns(const struct rowan_session *session, const struct peers *peers)
{
	return session && session->stream && session->stream->reader.peers == peers;
}

/* ---- the beginning ------------------------------------------------------------- */

/* The one that was closed, or a new one. */
static struct rowan_stream *make(struct rowan_session *session)
{
	struct rowan_stream *stream = session->last_stream;

	if (!stream)
		stream = session->last_stream = mem_alloc(sizeof(*stream));
	if (stream)
		*stream = (struct rowan_stream){ .session = session };
	return stream;
}

static struct peers *make_peers(struct rowan_stream *stream, const struct plan *plan)
{
	struct peers *peers = arena_zalloc(&stream->kept, sizeof(*peers) + plan->relation_count);

	if (!peers)
		return NULL;
	peers->session = stream->session;
	peers->plan = plan;
	peers->site = stream->query.site;
	peers->untracked = true;
	return peers;
}

/* The statement is bound to its operands for as long as it runs. */
static int keep_query(struct rowan_stream *stream, const struct rowan_query *query,
		      struct select *select)
{
	struct rowan_session *session = stream->session;

	stream->query = *query;
	stream->query.where = keep_expr(&stream->kept, query->where);
	if (query->load[0].steps[0].model)
		return session_fail(session, ROWAN_MISUSE, query->site,
				    "load: relations can't be loaded with a stream, "
				    "only with rowan_exec()");
	return select_check(select, SELECT_ROWS, &stream->query, &session->error);
}

static int start(struct rowan_stream *stream, const struct rowan_query *query)
{
	struct rowan_session *session = stream->session;
	struct select select = { 0 };
	struct peers *peers;
	int status = keep_query(stream, query, &select);

	if (status < 0)
		return status;
	peers = make_peers(stream, select.plan);
	if (!peers)
		return session_no_memory(session, query->site);
	if ((status = reader_init(&stream->reader, session, select.plan, peers, 0)) < 0 ||
	    (status = lock_rows(session, &select)) < 0 ||
	    (status = select_begin(session, &select, &stream->kept, &stream->run)) < 0)
		return status;
	stream->reader.arena = &stream->rows[0];
	stream->running = true;
	session->stream = stream;
	return ROWAN_OK;
}

static void release(struct rowan_stream *stream)
{
	arena_release(&stream->kept);
	arena_release(&stream->rows[0]);
	arena_release(&stream->rows[1]);
}

struct rowan_stream *rowan_stream_(struct rowan_session *session,
				   const struct rowan_query *query)
{
	struct rowan_stream *stream;
	int status;

	if (session_ready(session))
		return NULL;
	stream = make(session);
	status = stream ? start(stream, query) : session_no_memory(session, query->site);
	arena_clear(&session->scratch);
	if (status == ROWAN_OK)
		return stream;
	session_failed_at(session, status, query->site);
	if (stream)
		release(stream);
	return NULL;
}

/* ---- rows, and the end ----------------------------------------------------------- */

static void finish(struct rowan_stream *stream, int status)
{
	stream->running = false;
	status = execution_end(&stream->run, status);
	if (status < 0)
		stream->status = session_failed_at(stream->session, status, stream->query.site);
}

/* Where the next row goes, after the last one's memory was cleared. */
static struct arena *next_arena(struct rowan_stream *stream)
{
	struct arena *last = stream->reader.arena;

	arena_clear(last);
	return last == &stream->rows[0] ? &stream->rows[1] : &stream->rows[0];
}

const void *rowan_stream_next(struct rowan_stream *stream)
{
	void *row;
	int status;

	if (!stream || !stream->running || stream->session->error.code != ROWAN_OK)
		return NULL;
	stream->reader.arena = next_arena(stream);
	status = execution_step(&stream->run);
	if (status == DRIVER_ROW)
		status = reader_read(&stream->reader, &stream->run, &row);
	else
		row = NULL;
	if (status < 0 || !row)
		finish(stream, status);
	return status < 0 ? NULL : row;
}

void stream_end(struct rowan_session *session)
{
	struct rowan_stream *stream = session->stream;

	if (!stream)
		return;
	session->stream = NULL;
	if (stream->running)
		finish(stream, ROWAN_OK);
	release(stream);
}

int rowan_stream_close(struct rowan_stream *stream)
{
	struct rowan_session *session;

	if (!stream)
		return ROWAN_OK;
	session = stream->session;
	if (stream->running)	/* not read to its end, perhaps because of an error */
		stream->status = session->error.code;
	stream_end(session);
	return stream->status;
}
