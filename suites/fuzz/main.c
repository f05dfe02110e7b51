/* SPDX-License-Identifier: MIT */

/* A fuzzer without libFuzzer: every file of the folders that it is given is tried once. */

#include "fuzz.h"

#include <dirent.h>

static void try_file(const char *path)
{
	static uint8_t data[1 << 16];
	FILE *file = fopen(path, "rb");

	must(file);
	LLVMFuzzerTestOneInput(data, fread(data, 1, sizeof(data), file));
	fclose(file);
}

static int try_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	char name[4096];
	int count = 0;

	while (folder && (entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		try_file(name);
		count++;
	}
	if (folder)
		closedir(folder);
	return count;
}

int main(int argc, char **argv)
{
	int count = 0;

	for (int i = 1; i < argc; i++)
		count += try_folder(argv[i]);
	printf("%d inputs\n", count);
	return count > 0 ? 0 : 1;
}
