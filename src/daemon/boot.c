/* daemon/boot.c - the boot order, and the list of processes. */
#include "daemon/boot.h"

#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/outcome.h"
#include "daemon/bodies.h"
#include "daemon/check.h"
#include "daemon/exit.h"
#include "daemon/source.h"
#include "daemon/supervisor.h"

enum { KINDS_MAX = 4 };

int boot_load(const char *path, struct conf **ret, struct buf *text, struct buf *errors)
{
	struct conf *c = NULL;
	int rc = conf_read_file(path, text, errors);
	if (rc == 0)
		rc = conf_parse(buf_slice(text), path, &c, errors);
	if (rc == 0)
		rc = check_certificates(c, path, errors);
	if (rc == 0)
		*ret = c;
	else
		conf_free(c);
	return rc;
}

/* For a reload: the accepted text goes where the children read it. */
static int reload(void *arg, struct conf **ret, struct buf *errors)
{
	struct boot *b = arg;
	struct buf text = BUF_INIT(CONF_FILE_MAX + 8 * KIB);
	struct conf *new = NULL;
	int rc = boot_load(b->path, &new, &text, errors);
	if (rc == 0)
		rc = source_put(b->source, buf_slice(&text));
	if (rc == 0)
		*ret = new;
	else
		conf_free(new);
	buf_free(&text);
	return rc;
}

static void hourly(void *arg)
{
	struct boot *b = arg;
	struct log_ctx ctx = {.log = &b->log, .process = "supervisor"};
	if (ticket_file_rotate(b->tickets) != 0)
		log_error(&ctx, "tickets_not_rotated", LOG_S("cause", strerror(errno)));
}

/* As many descriptors as the system grants: each connection takes one. */
static void raise_descriptors(void)
{
	struct rlimit l;
	if (getrlimit(RLIMIT_NOFILE, &l) < 0)
		return;
	l.rlim_cur = l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
}

static void keep(struct child_kind *k, int fd)
{
	if (fd >= 0)
		k->keep[k->n_keep++] = fd;
}

/* It goes last when stopping: workers that drain still need signatures. */
static int add_signer(struct boot *b, struct child_kind kinds[static KINDS_MAX], size_t *n,
	struct buf *errors)
{
	struct identity own;
	int rc = identity_resolve(b->conf->signer.user, "", &own, errors);
	if (rc == 0)
		kinds[(*n)++] = (struct child_kind){.name = "signer", .count = 1, .run = signer_body,
			.identity = own, .stop_round = 1, .arg = b};
	return rc;
}

static int list_kinds(struct boot *b, struct child_kind kinds[static KINDS_MAX], size_t *n,
	struct buf *errors)
{
	const struct conf *c = b->conf;
	struct identity daemon;
	int rc = identity_resolve(c->user, c->group, &daemon, errors);
	if (rc != 0)
		return rc;
	kinds[0] = (struct child_kind){.name = "worker", .count = conf_workers(c),
		.run = worker_run, .identity = daemon, .announces = true, .arg = b};
	for (int l = 0; l < LISTENERS; l++)
		keep(&kinds[0], b->sockets.fd[l]);
	keep(&kinds[0], ticket_file_fd(b->tickets));
	kinds[1] = (struct child_kind){.name = "clerk", .count = 1, .run = clerk_run,
		.identity = daemon, .arg = b};
	kinds[2] = (struct child_kind){.name = "press", .count = 1, .run = press_run,
		.identity = daemon, .stop_round = 1, .arg = b};
	keep(&kinds[2], b->press_fd);
	*n = 3;
	b->daemon_uid = daemon.change ? daemon.uid : geteuid();
	rc = check_state_directory(c, b->path, b->daemon_uid, errors);
	if (rc != 0)
		return rc;
	return c->signer.spawn ? add_signer(b, kinds, n, errors) : 0;
}

static int make_shared(struct boot *b, struct slice text, struct buf *errors)
{
	b->shared = shared_create(1 + conf_workers(b->conf) + KINDS_MAX);
	b->source = source_new(b->path);
	b->press_fd = press_listen(&b->press);
	if (b->shared)
		b->tickets = ticket_file_new(b->shared);
	if (b->press_fd >= 0 && b->tickets && b->source && source_put(b->source, text) == 0)
		return 0;
	buf_addf(errors, "no shared memory or socket: %s\n", strerror(errno));
	return E_SYSTEM;
}

static int supervise(struct boot *b, const struct child_kind *kinds, size_t n)
{
	struct supervisor_conf s = {
		.kinds = kinds,
		.n_kinds = n,
		.conf = b->conf,
		.shared = b->shared,
		.source = b->source,
		.log = &b->log,
		.reload = {.load = reload, .arg = b},
		.hourly = hourly,
		.times = supervisor_times(),
	};
	b->conf = NULL; /* the supervisor's from here on */
	return supervisor_run(&s);
}

static int start(struct boot *b, struct buf *errors)
{
	struct child_kind kinds[KINDS_MAX];
	struct buf text = BUF_INIT(CONF_FILE_MAX + 8 * KIB);
	enum log_level level = LEVEL_INFO;
	size_t n = 0;
	int status = EXIT_CONF;
	if (boot_load(b->path, &b->conf, &text, errors) == 0) {
		log_level_parse(slice_of(b->conf->log.level), &level);
		b->log = log_open(STDERR_FILENO, level);
		raise_descriptors();
		if (sockets_open(b->conf, &b->sockets, errors) != 0)
			status = EXIT_PORT_TAKEN;
		else if (make_shared(b, buf_slice(&text), errors) != 0)
			status = EXIT_TROUBLE;
		else if (list_kinds(b, kinds, &n, errors) == 0)
			status = supervise(b, kinds, n);
	}
	buf_free(&text);
	return status;
}

int boot_run(const char *path)
{
	struct boot b = {.path = path, .sockets = {.fd = {-1, -1, -1}}, .press_fd = -1};
	struct buf errors = BUF_INIT(16 * KIB);
	int status = start(&b, &errors);
	fprintf(stderr, "%.*s", SLICE_ARGS(buf_slice(&errors)));
	sockets_close(&b.sockets);
	if (b.press_fd >= 0)
		close(b.press_fd);
	ticket_file_free(b.tickets);
	source_free(b.source);
	shared_free(b.shared);
	conf_free(b.conf);
	buf_free(&errors);
	return status;
}
