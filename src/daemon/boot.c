/* daemon/boot.c - the boot order. */
#include "daemon/boot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/outcome.h"
#include "crypt/secret.h"
#include "daemon/certificates.h"
#include "daemon/check.h"
#include "daemon/exit.h"
#include "daemon/source.h"
#include "daemon/supervisor.h"

/* ---- the configuration and what it names ---- */

static int parse_file(const char *path, struct conf **ret, struct buf *errors)
{
	struct buf text = BUF_INIT(CONF_FILE_MAX + 8 * KIB);
	int rc = conf_read_file(path, &text, errors);
	if (rc == 0)
		rc = conf_parse(buf_slice(&text), path, ret, errors);
	buf_free(&text);
	return rc;
}

/* Before sockets are opened: by port, or because systemd has opened one. */
static struct listeners_on listeners_at_start(const struct conf *c)
{
	struct listeners_on on;
	for (int l = 0; l < LISTENERS; l++)
		on.is[l] = c->listen[l].port != 0 ||
		           sockets_inherited(conf_listener_name((enum conf_listener)l)) >= 0;
	return on;
}

/* What a new configuration must have certificates for: what is on now, and what it turns on at the
 * next start. */
static struct listeners_on listeners_at_reload(const struct boot *b, const struct conf *new)
{
	struct listeners_on on;
	for (int l = 0; l < LISTENERS; l++)
		on.is[l] = b->sockets.fd[l] >= 0 || new->listen[l].port != 0;
	return on;
}

/* *ret as of boot_load. */
static int load(const char *path, struct conf **ret, struct buf *certificates, struct buf *errors)
{
	int rc = parse_file(path, ret, errors);
	if (rc != 0)
		return rc;
	struct check_report k = {.conf = *ret, .name = path, .out = errors};
	const struct listeners_on on = listeners_at_start(*ret);
	check_public_url(&k);
	rc = certificates_read(*ret, &on, path, certificates, errors);
	return k.refused ? E_REFUSED : rc;
}

int boot_load(const char *path, struct conf **ret, struct buf *errors)
{
	struct buf certificates = BUF_INIT(CERTIFICATES_MAX);
	int rc = load(path, ret, &certificates, errors);
	certificates_wipe(&certificates);
	return rc;
}

/* Puts an accepted configuration where the children read it. */
static int hand_down(struct boot *b, uint32_t generation, const struct conf *c,
                     struct slice certificates)
{
	struct buf text = BUF_INIT(2 * CONF_FILE_MAX);
	conf_write(c, &text);
	int rc = buf_failed(&text) ? E_NOMEM : source_put(b->source, generation, buf_slice(&text));
	if (rc == 0)
		rc = source_put(b->certificates, generation, certificates);
	buf_free(&text);
	return rc;
}

/* A reload: as at the start, except that what was started stays as it was started. */
static int reload(void *arg, const struct supervisor_offer *offer, struct conf **ret)
{
	struct boot *b = arg;
	struct buf certificates = BUF_INIT(CERTIFICATES_MAX);
	struct conf *new = NULL;
	int rc = parse_file(b->path, &new, offer->errors);
	if (rc == 0) {
		const struct listeners_on on = listeners_at_reload(b, new);
		conf_restart_needed(offer->in_force, new, offer->restart_needed);
		rc = certificates_read(new, &on, b->path, &certificates, offer->errors);
	}
	if (rc == 0)
		rc = conf_keep_started(new, offer->in_force);
	if (rc == 0)
		rc = hand_down(b, offer->generation, new, buf_slice(&certificates));
	if (rc == 0)
		*ret = new;
	else
		conf_free(new);
	certificates_wipe(&certificates);
	return rc;
}

/* ---- the start ---- */

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

/* ---- helper processes ---- */

static bool helper_open(struct helper *h, const struct process *p, const struct conf *c)
{
	*h = (struct helper){.service = p->serves, .fd = -1};
	if (p->socket)
		return channel_address_at(p->socket(c), &h->address);
	h->fd = channel_listen(&h->address);
	return h->fd >= 0;
}

static bool helpers_open(struct helpers *all, const struct conf *c)
{
	all->at = calloc(processes_n(), sizeof *all->at);
	for (const struct process *const *p = processes; all->at && *p; p++)
		if ((*p)->serves && !helper_open(&all->at[all->n++], *p, c))
			return false;
	return all->at;
}

static void helpers_close(struct helpers *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->at[i].fd >= 0)
			close(all->at[i].fd);
	free(all->at);
}

int boot_socket(const struct boot *b, const struct channel_service *service)
{
	for (size_t i = 0; i < b->helpers.n; i++)
		if (b->helpers.at[i].service == service)
			return b->helpers.at[i].fd;
	return -1;
}

/* ---- the list of processes ---- */

static void keep_what_is_needed(const struct boot *b, const struct process *p, struct child_kind *k)
{
	for (int l = 0; (p->needs & NEEDS_LISTENERS) && l < LISTENERS; l++)
		keep(k, b->sockets.fd[l]);
	if (p->needs & NEEDS_CERTIFICATES) {
		keep(k, ticket_file_fd(b->tickets));
		keep(k, source_fd(b->certificates));
	}
	if (p->needs & NEEDS_SECRETS)
		keep(k, source_fd(b->secrets));
	if (p->serves)
		keep(k, boot_socket(b, p->serves));
}

static int add_kind(struct boot *b, const struct process *p, const struct identity *daemon,
                    struct child_kind *k, struct buf *errors)
{
	*k = (struct child_kind){
		.name = p->name,
		.count = p->count ? p->count(b->conf) : 1,
		.run = p->run,
		.identity = *daemon,
		.announces = p->announces,
		.stop_round = p->stop_round,
		.arg = b,
	};
	keep_what_is_needed(b, p, k);
	if (k->count == 0 || !p->user)
		return 0;
	return identity_resolve(p->user(b->conf), "", &k->identity, errors);
}

static int list_kinds(struct boot *b, struct child_kind *kinds, size_t *n, struct buf *errors)
{
	const struct conf *c = b->conf;
	struct identity daemon;
	int rc = identity_resolve(c->user, c->group, &daemon, errors);
	if (rc != 0)
		return rc;
	b->daemon_uid = identity_uid_of(&daemon);
	struct check_report k = {.conf = c, .name = b->path, .out = errors};
	check_state_directory(&k, b->daemon_uid);
	rc = k.refused ? E_REFUSED : 0;
	for (const struct process *const *p = processes; rc == 0 && *p; p++) {
		rc = add_kind(b, *p, &daemon, &kinds[*n], errors);
		if (kinds[*n].count > 0)
			++*n;
	}
	return rc;
}

/* The secrets leave our own memory at once: processes that may not have them are forked from it. */
static int hand_down_secrets(struct boot *b, struct buf *errors)
{
	struct check_report k = {.conf = b->conf, .name = b->path, .out = errors};
	struct secrets secrets;
	int rc = secrets_read(&k, b->daemon_uid, &secrets);
	if (rc == 0)
		rc = source_put(b->secrets, 0, slice_from(&secrets, sizeof secrets));
	secret_wipe(&secrets, sizeof secrets);
	return rc;
}

static size_t slots_of(const struct conf *c)
{
	size_t n = 0;
	for (const struct process *const *p = processes; *p; p++)
		n += (*p)->count ? (*p)->count(c) : 1;
	return n;
}

static int make_shared(struct boot *b, struct slice certificates, struct buf *errors)
{
	b->shared = shared_create(1 + slots_of(b->conf));
	b->source = source_new(b->path);
	b->certificates = source_new(b->path);
	b->secrets = source_new(b->path);
	if (b->shared)
		b->tickets = ticket_file_new(b->shared);
	if (helpers_open(&b->helpers, b->conf) && b->tickets && b->source && b->certificates &&
	    b->secrets && hand_down(b, 0, b->conf, certificates) == 0)
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

static bool nobody_served(const struct boot *b, struct buf *errors)
{
	for (int l = 0; l < LISTENERS; l++)
		if (b->sockets.fd[l] >= 0)
			return false;
	buf_addf(errors, "%s: no listener is on: give one a port, or start by a socket unit\n", b->path);
	return true;
}

static int prepare_with(struct boot *b, struct slice certificates, struct child_kind *kinds,
                        size_t *n, struct buf *errors)
{
	if (sockets_open(b->conf, &b->sockets, errors) != 0)
		return EXIT_PORT_TAKEN;
	if (nobody_served(b, errors))
		return EXIT_CONF;
	if (make_shared(b, certificates, errors) != 0)
		return EXIT_TROUBLE;
	if (list_kinds(b, kinds, n, errors) != 0 || hand_down_secrets(b, errors) != 0)
		return EXIT_CONF;
	return EXIT_DONE;
}

/* Everything before the first fork. Private keys are out of our memory when it returns. */
static int prepare(struct boot *b, struct child_kind *kinds, size_t *n, struct buf *errors)
{
	struct buf certificates = BUF_INIT(CERTIFICATES_MAX);
	enum log_level level = LEVEL_INFO;
	int status = EXIT_CONF;
	int rc = load(b->path, &b->conf, &certificates, errors);
	if (rc != 0 && b->conf)
		buf_adds(errors, b->conf->warnings); /* with the rest of what is to be mended */
	if (rc == 0) {
		log_level_parse(slice_of(b->conf->log.level), &level);
		b->log = log_open(STDERR_FILENO, level);
		b->log.repeats = &b->repeats;
		raise_descriptors();
		status = prepare_with(b, buf_slice(&certificates), kinds, n, errors);
	}
	certificates_wipe(&certificates);
	return status;
}

int boot_run(const char *path)
{
	struct boot b = {.path = path, .sockets = {.fd = {-1, -1, -1}}};
	struct buf errors = BUF_INIT(16 * KIB);
	struct child_kind *kinds = calloc(processes_n(), sizeof *kinds);
	size_t n = 0;
	int status = kinds ? prepare(&b, kinds, &n, &errors) : EXIT_TROUBLE;
	if (status == EXIT_DONE)
		status = supervise(&b, kinds, n);
	fprintf(stderr, "%.*s", SLICE_ARGS(buf_slice(&errors)));
	sockets_close(&b.sockets);
	helpers_close(&b.helpers);
	free(kinds);
	ticket_file_free(b.tickets);
	source_free(b.source);
	source_free(b.certificates);
	source_free(b.secrets);
	shared_free(b.shared);
	conf_free(b.conf);
	buf_free(&errors);
	return status;
}
