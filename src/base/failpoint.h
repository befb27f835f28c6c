/* base/failpoint.h - named places where a test build can be made to die or to fail.
 *
 * FAIL=name:n kills the process with SIGKILL at its n-th pass (from 1) through FAILPOINT("name");
 * FAIL=name:n:error makes that pass return true instead, which the place treats as a failure. With
 * FAIL_ONCE=path only the first process to get there is hit: it creates the file, and whoever finds
 * it goes on, so that a restarted process survives. With FAIL_IN=name only processes of this name
 * (prctl(2); "worker", "jobs", "signer") count and are hit. Other builds compile to nothing. */
#pragma once

#include <stdbool.h>

#ifdef TALENT_FAILPOINTS
bool failpoint_pass(const char *name);
#define FAILPOINT(name) failpoint_pass(name)
#else
#define FAILPOINT(name) false
#endif
