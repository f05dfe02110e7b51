/* SPDX-License-Identifier: MIT */
#ifndef DRIVER_SQLSTATE_H
#define DRIVER_SQLSTATE_H

/* What the five characters that name a failure mean here. */
struct sqlstate {
	const char *name;	/* "40001", or the class that is all alike: "22" */
	int code;		/* of a rowan_error */
	const char *message;	/* NULL: the server's own, unless the code is integrity */
};

/* Never NULL: what is not known is ROWAN_OPERATIONAL. */
const struct sqlstate *sqlstate_of(const char *name);

#endif
