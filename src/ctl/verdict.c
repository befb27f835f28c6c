/* ctl/verdict.c - what the answer means to a script. */
#include "ctl/verdict.h"

#include "ctl/verb.h"

int verdict_exit(const char *result)
{
	if (strcmp(result, "valid") == 0)
		return CTL_OK;
	return strcmp(result, "unknown") == 0 ? CTL_UNKNOWN : CTL_NEGATIVE;
}
