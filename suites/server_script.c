/* SPDX-License-Identifier: MIT */
#include "server_script.h"

#include <stdio.h>
#include <string.h>

bool server_script(const char *command, const char *name, const char *options, char line[256])
{
	char text[1024];
	FILE *output;

	snprintf(text, sizeof(text), "'%s' %s --name %s %s", ROWAN_SERVER_SCRIPT, command, name,
		 options);
	output = popen(text, "r");
	if (!output)
		return false;
	while (fgets(line, 256, output))
		line[strcspn(line, "\n")] = '\0';
	return pclose(output) == 0;
}
