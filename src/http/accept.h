/* http/accept.h - which representation a client prefers (RFC 9110 section 12.5.1). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/* Index of the media type of types that the Accept header likes best; among equals the first.
 * An absent or empty header takes the first. n: none of them is acceptable. Parameters other than
 * the weight are passed over; a range that is malformed names nothing. */
size_t accept_pick(struct slice accept, const char *const *types, size_t n);
