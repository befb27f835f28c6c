/* jobs/jobs.c - all jobs of this process, and how far they are. */
#include "jobs/jobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "crypt/random.h"
#include "jobs/compare.h"
#include "jobs/run.h"
#include "jobs/standby.h"
#include "sql/job_progress.h"

enum { JOBS_MAX = 16, HOST_MAX = 64, OWNER_TEXT = HOST_MAX + 48, PROGRESS_S = 5, SEND_LIMIT_S = 10 };

struct jobs {
	struct job_conf conf;
	struct job_run *run[JOBS_MAX];
	size_t n;
	struct compare *compare;
	struct standby *standby;
	struct loop_timer timer; /* of progress */
	struct db_ticket *ticket;
	char owner[OWNER_TEXT];
};

/* ---- progress: what /metrics says ---- */

static const struct job *job_named(struct slice name)
{
	for (const struct job *const *job = jobs_all; *job; job++)
		if (slice_is(name, (*job)->name))
			return *job;
	return NULL;
}

static void set(const struct jobs *j, enum metric which, int64_t n)
{
	if (which != METRIC_NONE)
		metrics_set(j->conf.metrics, which, n);
}

static void ask_progress(void *arg);

static void progress(void *arg, const struct db_result *result)
{
	struct jobs *j = arg;
	struct job_progress_row row;
	j->ticket = NULL;
	for (int i = 0; result->outcome == DB_OK && i < rows_n(result->res[0]); i++) {
		job_progress_read(result->res[0], i, &row);
		const struct job *job = job_named(row.job);
		if (!job)
			continue;
		set(j, job->waiting, row.waiting);
		set(j, job->given_up, row.given_up);
	}
	loop_timer_after(&j->timer, SECONDS(PROGRESS_S));
}

static void ask_progress(void *arg)
{
	struct jobs *j = arg;
	const struct db_call call = JOB_PROGRESS_CALL();
	if (db_send(j->conf.db, DB_READ, &call, 1, SECONDS(SEND_LIMIT_S), progress, j, &j->ticket) < 0)
		loop_timer_after(&j->timer, SECONDS(PROGRESS_S));
}

/* ---- the whole ---- */

/* Host and process for whoever reads it, and what no other process ever has. */
static void name_owner(char out[static OWNER_TEXT])
{
	char host[HOST_MAX + 1] = "";
	uint64_t unique;
	if (gethostname(host, sizeof host - 1) < 0)
		host[0] = '\0';
	random_bytes(&unique, sizeof unique);
	snprintf(out, OWNER_TEXT, "%.*s/%ld/%016llx", HOST_MAX, host, (long)getpid(), (unsigned long long)unique);
}

static bool start_runs(struct jobs *j)
{
	for (const struct job *const *job = jobs_all; *job && j->n < JOBS_MAX; job++) {
		if (!(j->run[j->n] = job_run_new(&j->conf, *job)))
			return false;
		j->n++;
	}
	return true;
}

struct jobs *jobs_new(const struct jobs_conf *conf)
{
	struct jobs *j = calloc(1, sizeof *j);
	if (!j)
		return NULL;
	name_owner(j->owner);
	loop_timer_init(&j->timer, conf->loop, ask_progress, j);
	j->compare = compare_new(conf->loop, conf->db, conf->journal, conf->log);
	j->standby = standby_new(conf->loop, conf->db, conf->log);
	j->conf = (struct job_conf){
		.loop = conf->loop,
		.db = conf->db,
		.app = conf->app,
		.outbox = conf->outbox,
		.standby = j->standby,
		.owner = j->owner,
		.metrics = conf->metrics,
		.log = conf->log,
	};
	if (!j->compare || !j->standby || !start_runs(j)) {
		jobs_free(j);
		return NULL;
	}
	loop_timer_after(&j->timer, SECONDS(1));
	return j;
}

void jobs_free(struct jobs *j)
{
	if (!j)
		return;
	loop_timer_stop(&j->timer);
	if (j->ticket)
		db_cancel(j->conf.db, j->ticket);
	for (size_t i = 0; i < j->n; i++)
		job_run_free(j->run[i]);
	compare_free(j->compare);
	standby_free(j->standby);
	free(j);
}
