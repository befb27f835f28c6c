/* daemon/recorder.h - where the registry's journal of this host is. */
#pragma once

#include "conf/conf.h"

enum { RECORDER_PATH = 4000 };

/* The journal's path. 0, or E_LIMIT: too long. */
MUSTUSE int recorder_path(const struct conf *c, char out[static RECORDER_PATH]);
