/* tests/lib/saved_data.h - a server's data folder, made by the first program of a run and copied by
 * the others: initdb, bootstrap and all migrations are seconds of computing, a copy is none.
 *
 * TALENT_TEST_DATA names the folder where it is kept (.make/check.sh makes one for each run, so
 * that nothing of yesterday's schema survives). Not set: nothing is found and nothing kept. */
#pragma once

#include <stdbool.h>

/* Copies what has been kept. False: there is nothing yet; then whoever else asks waits until the
 * caller has called saved_data_keep, or is dead. */
bool saved_data_copy(const char *to);

/* Keeps a copy of what the caller has made, of a server that is not running. */
void saved_data_keep(const char *from);

/* Whether saved_data_copy has said that the caller is the first. */
bool saved_data_wanted(void);
