/* SPDX-License-Identifier: MIT */
/* URLs: taken apart, or refused in one line; what is shown leads to the same place. */
#include "fuzz.h"

#include "engine/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rowan_engine_options options = { 0 };
	struct rowan_error error = { 0 };
	struct engine_url url, again;
	char *text = calloc(size + 1, 1);
	int status;

	must(text);
	memcpy(text, data, size);
	status = url_parse(text, &url, &error);
	if (status < 0) {
		must_be_told(&error, status, 1);
		must(!url.shown && !url.arena.chunks);
	} else {
		must(url.driver && url.shown && strlen(url.shown) <= strlen(text) + 64);
		url_fill_options(&url, &options);
		status = url_apply_options(&url, &options, &error);
		if (status < 0)
			must_be_told(&error, status, 1);
		/* Without a password it is still a URL, and shown as it is. */
		must(url_parse(url.shown, &again, &error) == ROWAN_OK);
		must(strcmp(url.shown, again.shown) == 0);
		url_release(&again);
	}
	url_release(&url);
	free(text);
	return 0;
}
