/* jobs/job.h - a kind of background work, as a constant row of jobs/list.c.
 *
 * Either a statement does a portion at a time, claim and work in one transaction (call); or items are claimed
 * for a while (sql/functions/job_claim.sql, by the job's name) and done by requests that the process makes of
 * itself (path). Whatever it is: any number of hosts run it, none waits for another, and what one leaves
 * unfinished when it dies another does. */
#pragma once

#include "base/clock.h"
#include "db/db.h"
#include "telemetry/metrics.h"

enum { JOB_ARGS_MAX = 2, JOB_PORTION_MAX = 100, JOB_ITEM_MAX = 200 };

/* Pauses grow from first to most, see job_pause. */
struct job_pauses {
	struct duration first, most;
};

struct job {
	const char *name; /* in the database, the log and metrics */
	int portion;      /* as much as is taken at once; a full one is followed by the next without a pause */
	struct duration pace;      /* the pause otherwise */
	struct job_pauses retry;   /* after a failure: of an item, or of all when the database has none of it */
	/* A statement, its first column says how much it did. NULL: path. */
	struct db_call (*call)(struct db_arg args[static JOB_ARGS_MAX], int portion);
	/* Requests: {"items":[…]} is posted here, answered by {"outcome":…} (api/job_reply.h). */
	const char *path;
	bool slow; /* the statement may take minutes */
	int at_once;            /* items of one request */
	struct duration lease;  /* of a claimed portion */
	struct duration request; /* a request takes at most this long: none is begun that would outlast the lease */
	int failures_max;       /* an item that has failed so often by its own fault is given up */
	const char *notable;    /* an outcome that the operator is told of; NULL: none */
	const char *meaning;    /* what he is told then */
	enum metric done, failed;
	enum metric waiting, given_up; /* METRIC_NONE where nothing is counted, or given up */
};

/* NULL-terminated. */
extern const struct job *const jobs_all[];

/* How long to wait after the nth failure in a row, from 1: first, twice that, ... most; of that a random
 * part between half and all (dice: any number), so that what failed together does not come back together. */
struct duration job_pause(const struct job_pauses *p, int64_t n, uint32_t dice);

/* What an answer says of the items that were asked for. */
enum job_verdict {
	JOB_DONE,    /* 2xx */
	JOB_AWAY,    /* 429, 503: this host, or what it needs, cannot do it now. No fault of the item */
	JOB_FAILED,  /* it did not work: tried again, but not for ever */
	JOB_REFUSED, /* any other 4xx: it never will */
};
enum job_verdict job_verdict(int status);
