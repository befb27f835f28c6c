/* ctl/save.h - a file of the registry's, saved as it came. */
#pragma once

#include "ctl/client.h"
#include "ctl/verb.h"

/* Opens the file before anything is sent, calls, and writes what came, which is of this media type. As api_call; said
 * where it is saved. */
int save_answer(struct ctl *ctl, const char *method, const char *const *path, const char *type, const char *file);
