/* telemetry/metrics.h - the daemon's counters and gauges and the text they are published as.
 *
 * Each process owns one struct metrics inside the shared page (telemetry/shared.h) and adds to
 * it without locks; whoever answers /metrics sums over all processes. A counter therefore
 * survives the death of its process. To add a metric, add a line to METRIC_LIST. */
#pragma once

#include <stdatomic.h>

#include "base/buf.h"
#include "base/clock.h"

/* The background jobs (jobs/list.c), each with its label: those whose items are claimed, and so may be
 * given up; those whose work is counted beforehand; all. */
#define METRIC_JOBS_CLAIMED(F, X) \
	F(X, PUBLISH, "publish") F(X, CONFIRM, "confirm") F(X, LIST_KEY, "list_key") F(X, VERIFY, "verify") \
	F(X, RESEAL, "reseal")
#define METRIC_JOBS_COUNTED(F, X) \
	METRIC_JOBS_CLAIMED(F, X) \
	F(X, KEY_BEGIN, "key_begin") F(X, FOLD, "fold") F(X, RECONSIDER, "reconsider") F(X, VOID, "void") \
	F(X, FILL, "fill")
#define METRIC_JOBS(F, X) \
	METRIC_JOBS_COUNTED(F, X) F(X, PURGE, "purge") F(X, SWEEP, "sweep") F(X, FORGET, "forget")
#define METRIC_JOB_DONE(X, JOB, job) \
	X(JOBS_DONE_##JOB, "talentd_jobs_done_total", "job=\"" job "\"", "counter", \
		"Items of background work done by this host")
#define METRIC_JOB_FAILED(X, JOB, job) \
	X(JOBS_FAILED_##JOB, "talentd_jobs_failed_total", "job=\"" job "\"", "counter", \
		"Tries at items of background work that failed on this host")
#define METRIC_JOB_WAITING(X, JOB, job) \
	X(JOBS_WAITING_##JOB, "talentd_jobs_waiting", "job=\"" job "\"", "gauge", \
		"Items of background work that wait, in the database (10000: or more)")
#define METRIC_JOB_GIVEN_UP(X, JOB, job) \
	X(JOBS_GIVEN_UP_##JOB, "talentd_jobs_given_up", "job=\"" job "\"", "gauge", \
		"Items of background work that are not tried again by themselves, in the database")

/* X(enum name, metric family, label or "", type, help). Lines of one family stand together. */
#define METRIC_LIST(X) \
	X(CONNECTIONS_ACCEPTED, "talentd_connections_accepted_total", "", "counter", \
		"Connections accepted") \
	X(CONNECTIONS_REFUSED, "talentd_connections_refused_total", "", "counter", \
		"Connections closed at once because a limit on connections was reached") \
	X(CONNECTIONS_OPEN, "talentd_connections", "", "gauge", "Connections open now") \
	X(HANDSHAKES_DONE, "talentd_tls_handshakes_total", "result=\"done\"", "counter", \
		"TLS handshakes by result: done in full, resumed, or failed") \
	X(HANDSHAKES_RESUMED, "talentd_tls_handshakes_total", "result=\"resumed\"", "counter", "") \
	X(HANDSHAKES_FAILED, "talentd_tls_handshakes_total", "result=\"failed\"", "counter", "") \
	X(REQUESTS_2XX, "talentd_requests_total", "status=\"2xx\"", "counter", \
		"Answers by class of status") \
	X(REQUESTS_3XX, "talentd_requests_total", "status=\"3xx\"", "counter", "") \
	X(REQUESTS_4XX, "talentd_requests_total", "status=\"4xx\"", "counter", "") \
	X(REQUESTS_5XX, "talentd_requests_total", "status=\"5xx\"", "counter", "") \
	X(REQUESTS_MALFORMED, "talentd_requests_malformed_total", "", "counter", \
		"Requests refused as malformed HTTP") \
	X(DEADLINES_PASSED, "talentd_deadlines_total", "", "counter", \
		"Connections closed because a deadline passed") \
	X(GUESSES_REFUSED, "talentd_guesses_refused_total", "", "counter", \
		"Verifications refused by the limit on guessing") \
	X(RECORDS_KEPT, "talentd_verification_records_total", "result=\"kept\"", "counter", \
		"Records of verifications by whether they were kept") \
	X(RECORDS_NOT_KEPT, "talentd_verification_records_total", "result=\"not_kept\"", "counter", "") \
	X(DB_SEGMENTS, "talentd_db_segments_total", "", "counter", \
		"Pipeline segments (each a transaction) sent to PostgreSQL") \
	X(DB_FAILURES, "talentd_db_failures_total", "", "counter", \
		"Pipeline segments that failed (but for a constraint), were lost, timed out or found no server") \
	X(DB_CONNECTS, "talentd_db_connects_total", "", "counter", \
		"Connections made to PostgreSQL") \
	X(SIGNATURES, "talentd_signatures_total", "", "counter", "Signatures got from the signer") \
	METRIC_JOBS(METRIC_JOB_DONE, X) METRIC_JOBS(METRIC_JOB_FAILED, X) \
	METRIC_JOBS_COUNTED(METRIC_JOB_WAITING, X) METRIC_JOBS_CLAIMED(METRIC_JOB_GIVEN_UP, X) \
	X(CHILD_RESTARTS, "talentd_child_restarts_total", "", "counter", \
		"Processes the supervisor had to start again") \
	X(RELOADS_DONE, "talentd_reloads_total", "result=\"done\"", "counter", \
		"Configuration reloads by result") \
	X(RELOADS_REFUSED, "talentd_reloads_total", "result=\"refused\"", "counter", "")

#define METRIC_ENUM(name, family, label, type, help) METRIC_##name,
enum metric { METRIC_LIST(METRIC_ENUM) METRIC_COUNT, METRIC_NONE = METRIC_COUNT };

/* Upper bounds of the request duration histogram, in microseconds; the last is +Inf. */
enum { METRIC_BUCKETS = 9 };

struct metrics {
	_Atomic int64_t v[METRIC_COUNT];
	_Atomic int64_t bucket[METRIC_BUCKETS];
	_Atomic int64_t duration_us;
};

/* n may be negative for a gauge. m may be NULL (tests, processes without a page). */
static inline void metrics_add(struct metrics *m, enum metric which, int64_t n)
{
	if (m)
		atomic_fetch_add_explicit(&m->v[which], n, memory_order_relaxed);
}

static inline void metrics_set(struct metrics *m, enum metric which, int64_t n)
{
	if (m)
		atomic_store_explicit(&m->v[which], n, memory_order_relaxed);
}

/* The counter of a status code's class. */
enum metric metric_of_status(int status);

/* One answered request: its status class and the time from the complete head to the reply. */
void metrics_request(struct metrics *m, int status, struct duration took);

/* Writes the sums over n processes in the Prometheus text format 0.0.4 (text/plain;
 * version=0.0.4), families in the order of METRIC_LIST. */
void metrics_write(struct buf *out, const struct metrics *each, size_t n);
