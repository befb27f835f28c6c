/* ctl/dates.h - dates on the command line and in input files. */
#pragma once

#include "base/clock.h"

/* "YYYY-MM-DD", "today", or "today-N" / "today+N" with N days up to 36500. */
bool date_read(struct slice s, struct day today, struct day *ret);

/* The same, or an instant in RFC 3339 form, which stands for the Shanghai day it falls on: whoever
 * names the time from which something is not trusted is given the whole of that day. */
bool date_or_instant_read(struct slice s, struct day today, struct day *ret);
