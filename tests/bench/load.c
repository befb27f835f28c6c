/* bench/load.c - one measurement of one server: load, then a line of what it cost.
 *
 *   load get PATH | codes | submit PATH | idle PATH | sign | code HEX | cpu PID   [-option value]...
 *
 * get, codes, submit: keeps -n connections busy for -s seconds after a second's warming up, and
 * prints answers, answers per second, latencies, and the CPU time that the process trees of -p and
 * -q took for each answer. idle: opens -n connections, has one answer on each, waits, and prints by
 * how much the memory of -p's tree grew. sign: the CPU time of one Ed25519 signature. code: sixteen
 * bytes as people type them. cpu: nanoseconds that a process tree has used. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "crypt/encode.h"
#include "process.h"

static double now_s(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct options {
	size_t connections;
	double seconds, warm;
	pid_t server, database;
	uint64_t limit;
	const char *ca;
};

static int refuse(const char *why)
{
	fprintf(stderr, "load: %s; see the head of tests/bench/load.c\n", why);
	return 2;
}

static void prepare(struct client *c, const struct options *o)
{
	struct rlimit l;
	if (getrlimit(RLIMIT_NOFILE, &l) == 0) {
		l.rlim_cur = l.rlim_max;
		setrlimit(RLIMIT_NOFILE, &l);
	}
	c->tls = SSL_CTX_new(TLS_client_method());
	if (!c->tls || SSL_CTX_load_verify_file(c->tls, o->ca) != 1 ||
	    SSL_CTX_set_min_proto_version(c->tls, TLS1_3_VERSION) != 1) {
		fprintf(stderr, "load: cannot use %s\n", o->ca);
		exit(1);
	}
	SSL_CTX_set_verify(c->tls, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_mode(c->tls, SSL_MODE_RELEASE_BUFFERS);
	client_open(c, o->connections);
}

static int measure(struct client *c, const struct options *o)
{
	prepare(c, o);
	client_run(c, o->warm, o->limit);
	client_count_from_here(c);
	int64_t server = process_cpu_ns(o->server), database = process_cpu_ns(o->database);
	double from = now_s(CLOCK_MONOTONIC);
	client_run(c, o->seconds, o->limit);
	double took = now_s(CLOCK_MONOTONIC) - from;
	server = process_cpu_ns(o->server) - server;
	database = process_cpu_ns(o->database) - database;
	double n = c->answers ? (double)c->answers : 1;
	printf("answers=%" PRIu64 " wrong=%" PRIu64 " seconds=%.3f rate=%.0f server_us=%.2f "
	       "database_us=%.2f p50_us=%u p99_us=%u size=%zu next=%" PRIu64 "\n",
	       c->answers, c->wrong, took, n / took, (double)server / n / 1e3,
	       (double)database / n / 1e3, client_latency(c, 0.5), client_latency(c, 0.99),
	       c->answer_size, c->work->next);
	return c->wrong ? 1 : 0;
}

static int idle(struct client *c, const struct options *o)
{
	int64_t before = process_pss_kib(o->server);
	prepare(c, o);
	client_touch(c);
	sleep((unsigned)o->seconds);
	int64_t after = process_pss_kib(o->server);
	printf("connections=%zu before_kib=%" PRId64 " after_kib=%" PRId64 " each_bytes=%.0f\n",
	       o->connections, before, after,
	       (double)(after - before) * 1024 / (double)o->connections);
	return 0;
}

/* The bytes signed are those of a proof: two SHA-256 digests. */
static int sign(const struct options *o)
{
	unsigned char hashes[64] = {1}, signature[64];
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	uint64_t n = 0;
	double from = now_s(CLOCK_PROCESS_CPUTIME_ID), took;
	do {
		size_t size = sizeof signature;
		EVP_MD_CTX *ctx = EVP_MD_CTX_new();
		if (!ctx || EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) != 1 ||
		    EVP_DigestSign(ctx, signature, &size, hashes, sizeof hashes) != 1)
			return 1;
		EVP_MD_CTX_free(ctx);
		hashes[0]++;
		n++;
		took = now_s(CLOCK_PROCESS_CPUTIME_ID) - from;
	} while (took < o->seconds);
	printf("signatures=%" PRIu64 " each_us=%.2f\n", n, took / (double)n * 1e6);
	EVP_PKEY_free(key);
	return 0;
}

static int print_code(const char *hex)
{
	char text[CODE_TEXT];
	uint8_t code[CODE_BYTES];
	if (!hex_decode(slice_of(hex), code, sizeof code))
		return refuse("not sixteen bytes in hexadecimal");
	code_format(code, text);
	puts(text);
	return 0;
}

/* One -x VALUE. */
static int take_option(const char *name, const char *value, struct options *o, struct client *c)
{
	double v = strtod(value, NULL);
	switch (name[0] == '-' && name[1] && !name[2] ? name[1] : '?') {
	case 'n': o->connections = (size_t)v; return 0;
	case 's': o->seconds = v; return 0;
	case 'w': o->warm = v; return 0;
	case 'p': o->server = (pid_t)v; return 0;
	case 'q': o->database = (pid_t)v; return 0;
	case 'a': o->ca = value; return 0;
	case 't': c->to.sin_port = htons((uint16_t)v); return 0;
	case 'f': c->work->next = (uint64_t)v; return 0;
	case 'l': o->limit = (uint64_t)v; return 0;
	case 'e': c->expect = value; return 0;
	case 'k': c->work->token = value; return 0;
	default: return refuse("an unknown option");
	}
}

int main(int argc, char **argv)
{
	struct options o = {.connections = 64, .seconds = 3, .warm = 1, .limit = UINT64_MAX, .ca = ""};
	struct work work = {.host = "localhost", .token = ""};
	struct client c = {.work = &work, .expect = ""};
	c.to.sin_family = AF_INET;
	c.to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	const char *mode = argc > 1 ? argv[1] : "";
	int at = 2;
	if (strcmp(mode, "codes") && strcmp(mode, "sign")) {
		if (argc < 3)
			return refuse("a path is missing");
		work.path = argv[at++];
	}
	for (; at + 1 < argc; at += 2)
		if (take_option(argv[at], argv[at + 1], &o, &c))
			return 2;
	if (strcmp(mode, "sign") == 0)
		return sign(&o);
	if (strcmp(mode, "code") == 0)
		return print_code(work.path);
	if (strcmp(mode, "cpu") == 0)
		return printf("%" PRId64 "\n", process_cpu_ns((pid_t)strtol(work.path, NULL, 10))) < 0;
	if (strcmp(mode, "idle") == 0)
		return idle(&c, &o);
	if (strcmp(mode, "codes") == 0)
		work.kind = WORK_CODES;
	else if (strcmp(mode, "submit") == 0)
		work.kind = WORK_SUBMIT;
	else if (strcmp(mode, "get") != 0)
		return refuse("an unknown mode");
	return measure(&c, &o);
}
