/* ctl/batch.h - what a verb makes from a file: one object, or an array of them, each as the route takes it. */
#pragma once

#include <jansson.h>

#include "ctl/verb.h"

/* Sends the objects of what was read from the file to path in their order. once: each goes with an Idempotency-Key made of
 * its content, so that the same file sent again on the same day makes nothing twice; otherwise whoever sends it again means
 * it again. Appends what came of each to answers; ends at the first refusal, and says which entry it was. Returns an
 * exit_code. */
int batch_send(struct ctl *ctl, const char *method, const char *const *path, const char *file, const json_t *entries,
               bool once, json_t *answers);
