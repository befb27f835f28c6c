/* tests/lib/corpus.h - reads tests/corpus/http's tables of requests (format described there). */
#pragma once

#include "base/slice.h"

typedef void corpus_each(void *arg, const char *name, struct slice bytes);

/* Calls each for every request; returns how many there were, or -1 when the file cannot be read or
 * a line is malformed. */
int corpus_read(const char *path, corpus_each *each, void *arg);
