/* telemetry/metrics.c - writing the counters as text. Reading is not a snapshot: each counter
 * is read once with relaxed order, which is what the format expects. */
#include "telemetry/metrics.h"

#include <inttypes.h>

static const struct {
	const char *family, *label, *type, *help;
} METRICS[METRIC_COUNT] = {
#define METRIC_ROW(name, family, label, type, help) {family, label, type, help},
	METRIC_LIST(METRIC_ROW)
};

static const struct {
	int64_t up_to_us;
	const char *text;
} BUCKETS[METRIC_BUCKETS] = {
	{500, "0.0005"},
	{1000, "0.001"},
	{2500, "0.0025"},
	{10000, "0.01"},
	{50000, "0.05"},
	{250000, "0.25"},
	{1000000, "1"},
	{5000000, "5"},
	{INT64_MAX, "+Inf"},
};

enum metric metric_of_status(int status)
{
	if (status < 300)
		return METRIC_REQUESTS_2XX;
	if (status < 400)
		return METRIC_REQUESTS_3XX;
	return status < 500 ? METRIC_REQUESTS_4XX : METRIC_REQUESTS_5XX;
}

void metrics_request(struct metrics *m, int status, struct duration took)
{
	if (!m)
		return;
	size_t b = 0;
	while (took.us > BUCKETS[b].up_to_us)
		b++;
	metrics_add(m, metric_of_status(status), 1);
	atomic_fetch_add_explicit(&m->bucket[b], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&m->duration_us, took.us, memory_order_relaxed);
}

static int64_t load(const _Atomic int64_t *v)
{
	return atomic_load_explicit(v, memory_order_relaxed);
}

static void write_counters(struct buf *out, const struct metrics *each, size_t n)
{
	for (size_t m = 0; m < METRIC_COUNT; m++) {
		int64_t sum = 0;
		for (size_t i = 0; i < n; i++)
			sum += load(&each[i].v[m]);
		if (m == 0 || strcmp(METRICS[m].family, METRICS[m - 1].family) != 0)
			buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", METRICS[m].family,
			         METRICS[m].help, METRICS[m].family, METRICS[m].type);
		buf_adds(out, METRICS[m].family);
		if (METRICS[m].label[0])
			buf_addf(out, "{%s}", METRICS[m].label);
		buf_addf(out, " %" PRId64 "\n", sum);
	}
}

static void write_durations(struct buf *out, const struct metrics *each, size_t n)
{
	int64_t count = 0, us = 0;
	buf_adds(out, "# HELP talentd_request_seconds Time from a complete head to its answer\n"
	              "# TYPE talentd_request_seconds histogram\n");
	for (size_t b = 0; b < METRIC_BUCKETS; b++) {
		for (size_t i = 0; i < n; i++)
			count += load(&each[i].bucket[b]);
		buf_addf(out, "talentd_request_seconds_bucket{le=\"%s\"} %" PRId64 "\n",
		         BUCKETS[b].text, count);
	}
	for (size_t i = 0; i < n; i++)
		us += load(&each[i].duration_us);
	buf_addf(out,
	         "talentd_request_seconds_sum %" PRId64 ".%06" PRId64
	         "\ntalentd_request_seconds_count %" PRId64 "\n",
	         us / 1000000, us % 1000000, count);
}

void metrics_write(struct buf *out, const struct metrics *each, size_t n)
{
	write_counters(out, each, n);
	write_durations(out, each, n);
}
