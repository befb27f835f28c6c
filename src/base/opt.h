/* base/opt.h - values that may be absent: not sent in a body, null in a row. */
#pragma once

#include "base/clock.h"
#include "base/uuid.h"

struct opt_int {
	bool given;
	int64_t v;
};
struct opt_bool {
	bool given, v;
};
struct opt_day {
	bool given;
	struct day v;
};
struct opt_instant {
	bool given;
	struct instant v;
};
struct opt_uuid {
	bool given;
	struct uuid v;
};
