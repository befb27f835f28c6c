/* jobs/list.c - every job, a row each. */
#include "sql/abandoned_void.h"
#include "sql/counts_fold.h"
#include "sql/idempotency_purge.h"
#include "sql/job_sweep.h"
#include "sql/keys_begin.h"
#include "sql/measures_fill.h"
#include "sql/retention_forget.h"
#include "sql/withheld_reconsider.h"
#include "jobs/job.h"

#define METRICS(JOB) .done = METRIC_JOBS_DONE_##JOB, .failed = METRIC_JOBS_FAILED_##JOB
#define METRICS_COUNTED(JOB) METRICS(JOB), .waiting = METRIC_JOBS_WAITING_##JOB
#define METRICS_CLAIMED(JOB) METRICS_COUNTED(JOB), .given_up = METRIC_JOBS_GIVEN_UP_##JOB

/* Passes whose publication day has come become certificates, or are withheld. */
static const struct job publish = {
	.name = "publish",
	.path = "/jobs/publish",
	.portion = 50,
	.at_once = 1,
	.pace = INIT_SECONDS(2),
	.lease = INIT_SECONDS(60),
	.request = INIT_SECONDS(20),
	.retry = {INIT_SECONDS(2), INIT_SECONDS(600)},
	.failures_max = 20,
	.notable = "withheld",
	.meaning = "passes whose day has come cannot be published; `talentctl withheld` says why",
	METRICS_CLAIMED(PUBLISH),
};

/* Keys that were wrapped anew: whether the new boxes open. */
static const struct job confirm = {
	.name = "confirm",
	.path = "/jobs/confirm",
	.portion = 10,
	.at_once = 1,
	.pace = INIT_SECONDS(5),
	.lease = INIT_SECONDS(60),
	.request = INIT_SECONDS(20),
	.retry = {INIT_SECONDS(5), INIT_SECONDS(600)},
	.failures_max = 20,
	METRICS_CLAIMED(CONFIRM),
};

/* Issuers without a key for status lists get one: those of earlier versions, and those that lost theirs. So does the
 * registry, when it has none for receipts. */
static const struct job list_key = {
	.name = "list_key",
	.path = "/jobs/list-key",
	.portion = 10,
	.at_once = 1,
	.pace = INIT_SECONDS(10),
	.lease = INIT_SECONDS(60),
	.request = INIT_SECONDS(20),
	.retry = {INIT_SECONDS(5), INIT_SECONDS(600)},
	.failures_max = 20,
	METRICS_CLAIMED(LIST_KEY),
};

/* Keys that were published long enough begin to sign. */
static struct db_call begin_call(struct db_arg args[static JOB_ARGS_MAX], int portion)
{
	return (struct db_call){keys_begin_statement, 1, keys_begin_bind(args, portion)};
}

static const struct job key_begin = {
	.name = "key_begin",
	.call = begin_call,
	.portion = 100,
	.pace = INIT_SECONDS(2),
	.retry = {INIT_SECONDS(2), INIT_SECONDS(60)},
	METRICS_COUNTED(KEY_BEGIN),
	.given_up = METRIC_NONE,
};

/* Whether what was stored as signed is signed. */
static const struct job verify = {
	.name = "verify",
	.path = "/jobs/verify",
	.portion = 100,
	.at_once = 100,
	.pace = INIT_SECONDS(1),
	.lease = INIT_SECONDS(60),
	.request = INIT_SECONDS(30),
	.retry = {INIT_SECONDS(2), INIT_SECONDS(600)},
	.failures_max = 20,
	METRICS_CLAIMED(VERIFY),
};

/* ID numbers that are sealed under an older key than is wanted. */
static const struct job reseal = {
	.name = "reseal",
	.path = "/jobs/reseal",
	.portion = 100,
	.at_once = 100,
	.pace = INIT_SECONDS(2),
	.lease = INIT_SECONDS(60),
	.request = INIT_SECONDS(30),
	.retry = {INIT_SECONDS(2), INIT_SECONDS(600)},
	.failures_max = 20,
	METRICS_CLAIMED(RESEAL),
};

/* Counts go from deltas into totals. */
static struct db_call fold_call(struct db_arg args[static JOB_ARGS_MAX], int portion)
{
	return (struct db_call){counts_fold_statement, 1, counts_fold_bind(args, portion)};
}

static const struct job fold = {
	.name = "fold",
	.call = fold_call,
	.portion = 5000,
	.pace = INIT_SECONDS(1),
	.retry = {INIT_SECONDS(1), INIT_SECONDS(60)},
	METRICS_COUNTED(FOLD),
	.given_up = METRIC_NONE,
};

/* The places of abandoned certificates in the status lists are revoked. */
static struct db_call void_call(struct db_arg args[static JOB_ARGS_MAX], int portion)
{
	return (struct db_call){abandoned_void_statement, 1, abandoned_void_bind(args, portion)};
}

static const struct job voids = {
	.name = "void",
	.call = void_call,
	.portion = 100,
	.pace = INIT_SECONDS(5),
	.retry = {INIT_SECONDS(5), INIT_SECONDS(60)},
	METRICS_COUNTED(VOID),
	.given_up = METRIC_NONE,
};

/* Withheld passes are judged anew, each after ten minutes. */
static struct db_call reconsider_call(struct db_arg args[static JOB_ARGS_MAX], int portion)
{
	return (struct db_call){withheld_reconsider_statement, 2,
	                        withheld_reconsider_bind(args, portion, SLICE("10 minutes"))};
}

static const struct job reconsider = {
	.name = "reconsider",
	.call = reconsider_call,
	.portion = 200,
	.pace = INIT_SECONDS(60),
	.retry = {INIT_SECONDS(10), INIT_SECONDS(600)},
	METRICS_COUNTED(RECONSIDER),
	.given_up = METRIC_NONE,
};

/* Idempotency keys are forgotten after a week. */
static struct db_call purge_call(struct db_arg args[static JOB_ARGS_MAX], int portion)
{
	return (struct db_call){idempotency_purge_statement, 2,
	                        idempotency_purge_bind(args, SLICE("7 days"), portion)};
}

static const struct job purge = {
	.name = "purge",
	.call = purge_call,
	.portion = 5000,
	.pace = INIT_SECONDS(3600),
	.retry = {INIT_SECONDS(10), INIT_SECONDS(600)},
	METRICS(PURGE),
	.waiting = METRIC_NONE,
	.given_up = METRIC_NONE,
};

/* What is noted of claims whose work is gone. */
static struct db_call sweep_call(struct db_arg args[static JOB_ARGS_MAX], int portion)
{
	return (struct db_call){job_sweep_statement, 1, job_sweep_bind(args, portion)};
}

static const struct job sweep = {
	.name = "sweep",
	.call = sweep_call,
	.portion = 1000,
	.pace = INIT_SECONDS(600),
	.retry = {INIT_SECONDS(10), INIT_SECONDS(600)},
	METRICS(SWEEP),
	.waiting = METRIC_NONE,
	.given_up = METRIC_NONE,
};

/* Records of verifications go when the day that was promised with each is over, contacts when their policy says. */
static struct db_call forget_call(struct db_arg args[static JOB_ARGS_MAX], int portion)
{
	return (struct db_call){retention_forget_statement, 1,
	                        retention_forget_bind(args, portion)};
}

static const struct job forget = {
	.name = "forget",
	.call = forget_call,
	.portion = 5000,
	.pace = INIT_SECONDS(3600),
	.retry = {INIT_SECONDS(10), INIT_SECONDS(600)},
	METRICS(FORGET),
	.waiting = METRIC_NONE,
	.given_up = METRIC_NONE,
};

/* Measures of programmes that were opened, or whose windows were moved, are filled: one at a time, because
 * nobody can count meanwhile. */
static struct db_call fill_call(struct db_arg args[static JOB_ARGS_MAX], int portion)
{
	return (struct db_call){measures_fill_statement, 1, measures_fill_bind(args, portion)};
}

static const struct job fill = {
	.name = "fill",
	.call = fill_call,
	.slow = true,
	.portion = 1,
	.pace = INIT_SECONDS(1),
	.retry = {INIT_SECONDS(1), INIT_SECONDS(60)},
	METRICS_COUNTED(FILL),
	.given_up = METRIC_NONE,
};

const struct job *const jobs_all[] = {
	&fold, &publish, &confirm, &list_key, &key_begin, &verify, &reseal, &reconsider, &voids, &purge, &sweep,
	&forget, &fill, NULL,
};
