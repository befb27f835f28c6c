/* base/outcome.h - what functions that can fail return.
 *
 * 0 is success. Negative values are failures that the caller forwards unchanged (there is
 * nothing to decide: memory, system, a broken peer). Positive values are outcomes that the
 * function's own comment names and that the caller must handle.
 *
 * The numbers also go between processes (channel/frame.h). */
#pragma once

enum failure {
	E_NOMEM = -1,    /* memory, or a quota that stands for it, is used up */
	E_SYSTEM = -2,   /* a system call failed; errno says why */
	E_LIBRARY = -3,  /* a library refused (OpenSSL, libpq, ...); already described to the log's edge */
	E_FULL = -4,     /* a bounded queue is full: try later */
	E_LIMIT = -5,    /* larger, deeper or more than allowed */
	E_SYNTAX = -6,   /* malformed input */
	E_CLOSED = -7,   /* the other side went away */
	E_TIMEOUT = -8,  /* a deadline passed */
	E_REFUSED = -9,  /* a check failed: signature, tag, policy */
	E_ABSENT = -10,  /* what was asked for does not exist */
	E_LAST = E_ABSENT,
};
