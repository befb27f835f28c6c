/* ctl/batch.h - what a verb makes from a file: one object, or an array of them, each as the route takes it. */
#pragma once

#include "ctl/table.h"
#include "ctl/verb.h"

/* Posts the objects of the file to path in their order; "today", "today-30" in the members of json_file_read are
 * days from today on. once: each goes with an Idempotency-Key made of its content, so that the same file sent again
 * on the same day makes nothing twice; otherwise whoever sends it again means it again. Shows what came of it as a
 * list; ends at the first refusal, and says which entry it was. Returns an exit_code. */
int batch_post(struct ctl *ctl, const char *const *path, const char *file, bool once,
               const struct column_spec *columns, size_t n);
