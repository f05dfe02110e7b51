/* SPDX-License-Identifier: MIT */
#ifndef SESSION_STREAM_H
#define SESSION_STREAM_H

#include "session/session.h"

/*
 * A session has one at a time, and keeps its memory for the next: so a handle can be
 * asked and closed as long as the session is there, whatever ended the stream.
 */
struct rowan_stream {
	struct rowan_session *session;
	struct rowan_query query;	/* with operands of its own */
	struct execution run;
	struct reader reader;
	struct arena kept;		/* what lives as long as the stream */
	struct arena rows[2];		/* each row is in the one that the row before was not in */
	bool running;			/* `run` is to be ended */
	int status;			/* what ended it early */
};

#endif
