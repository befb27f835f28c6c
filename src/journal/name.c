/* journal/name.c - names of rotated files. */
#include "journal/name.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXTRA = 16, FILES_LIMIT = 99999 };

char *journal_name(const char *path, unsigned n)
{
	size_t size = strlen(path) + EXTRA;
	char *name = malloc(size);
	if (name && n)
		snprintf(name, size, "%s.%u", path, n);
	else if (name)
		snprintf(name, size, "%s", path);
	return name;
}

unsigned journal_count_rotated(const char *path)
{
	unsigned n = 0;
	while (n < FILES_LIMIT) {
		char *name = journal_name(path, n + 1);
		bool there = name && access(name, F_OK) == 0;
		free(name);
		if (!there)
			break;
		n++;
	}
	return n;
}
