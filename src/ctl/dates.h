/* ctl/dates.h - dates on the command line and in input files. */
#pragma once

#include "base/clock.h"

/* "YYYY-MM-DD", "today", or "today-N" / "today+N" with N days up to 36500. */
bool date_read(struct slice s, struct day today, struct day *ret);
