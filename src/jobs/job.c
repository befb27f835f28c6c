/* jobs/job.c - the rules: when to try again, and whether. */
#include "jobs/job.h"

struct duration job_pause(const struct job_pauses *p, int64_t n, uint32_t dice)
{
	int64_t us = p->first.us;
	for (int64_t i = 1; i < n && us < p->most.us; i++)
		us *= 2;
	if (us > p->most.us)
		us = p->most.us;
	return (struct duration){us - (int64_t)(dice % 1024) * us / 2048};
}

enum job_verdict job_verdict(int status)
{
	if (status >= 200 && status < 300)
		return JOB_DONE;
	if (status == 429 || status == 503)
		return JOB_AWAY;
	return status >= 400 && status < 500 && status != 409 ? JOB_REFUSED : JOB_FAILED;
}
