/* signer/process.c - hardening, key file, socket, then the loop.
 *
 * Private keys are held in OpenSSL's secure heap (locked, not dumped, wiped when freed) and the
 * key-encryption key in a locked page. The socket may be connected to by anybody; who is let in
 * is decided by the user id that the kernel vouches for. */
#include "signer/process.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "base/outcome.h"
#include "channel/address.h"
#include "crypt/secret.h"
#include "loop/loop.h"
#include "signer/askers.h"
#include "signer/server.h"

enum { SECURE_HEAP = 512 * 1024, SECURE_MIN = 32 };

/* What the process holds; all zero but for fd before it is set up. */
struct process {
	const struct signer_conf *conf;
	struct crypt *crypt;
	struct vault *vault;
	struct journal *journal;
	struct askers *askers;
	struct loop *loop;
	struct loop_timer flush;
	int fd;
};

static int fail(const struct signer_conf *conf, int r, const char *cause, const char *remedy)
{
	log_error(conf->log, "signer_start_failed", LOG_S("cause", cause), LOG_S("remedy", remedy),
	          LOG_S("system", r == E_SYSTEM ? strerror(errno) : ""));
	return r;
}

static int harden(const struct signer_conf *conf)
{
	if (prctl(PR_SET_DUMPABLE, 0) != 0)
		return fail(conf, E_SYSTEM, "the process cannot be made undumpable", "");
	if (!CRYPTO_secure_malloc_initialized() &&
	    CRYPTO_secure_malloc_init(SECURE_HEAP, SECURE_MIN) != 1)
		log_warning(conf->log, "signer_memory_not_locked",
		            LOG_S("remedy", "raise LimitMEMLOCK to at least 1M"));
	return 0;
}

static int read_key(const struct signer_conf *conf, const char *path,
                    uint8_t kek[static SECRET_KEY])
{
	int r = secret_key_read(path, kek);
	int saved = errno;
	if (r)
		log_error(conf->log, "signer_key_file", LOG_S("key_file", path));
	errno = saved;
	switch (r) {
	case 0:
		return 0;
	case E_ABSENT:
		return fail(conf, r, "there is no key-encryption key file",
		            "create it once, or restore it from the backup: wrapped keys of "
		            "another one cannot be used");
	case E_REFUSED:
		return fail(conf, r, "the key-encryption key file may be read by others",
		            "chown it to the signer's user and chmod it to 0600");
	case E_SYNTAX:
		return fail(conf, r, "the key-encryption key file has not exactly 32 bytes",
		            "restore it from the backup");
	default:
		return fail(conf, r, "the key-encryption key file cannot be read", "");
	}
}

static int listen_at(const struct signer_conf *conf, int *ret_fd)
{
	int fd = channel_listen_at(conf->socket_path);
	switch (fd) {
	case E_LIMIT:
		return fail(conf, fd, "the socket's path is too long", "use a shorter one");
	case E_FULL:
		return fail(conf, fd, "another signer serves this socket", "stop it first");
	case E_SYSTEM:
		return fail(conf, fd, "the socket cannot be made",
		            "its folder must be writable for the signer's user");
	default:
		*ret_fd = fd;
		return 0;
	}
}

static void stop(void *arg)
{
	loop_stop(arg);
}

/* Whoever started us may want SIGINT ignored: below a supervisor in a terminal, Ctrl-C reaches
 * every process, and the signer has to outlive those that still ask it to sign. */
static bool is_ignored(int sig)
{
	struct sigaction was;
	return sigaction(sig, NULL, &was) == 0 && was.sa_handler == SIG_IGN;
}

/* The counts of what the log did not repeat (telemetry/log.h). */
static void flush_log(void *arg)
{
	struct process *p = arg;
	log_flush(p->conf->log->log, loop_now(p->loop));
	loop_timer_after(&p->flush, SECONDS(1));
}

static int serve(struct process *p)
{
	const struct signer_conf *conf = p->conf;
	struct signer_server_conf sc = {
		.loop = p->loop,
		.vault = p->vault,
		.crypt = p->crypt,
		.journal = p->journal,
		.uids = conf->uids,
		.n_uids = conf->n_uids,
		.log = conf->log,
	};
	if (loop_signal(p->loop, SIGTERM, stop, p->loop) != 0 ||
	    (!is_ignored(SIGINT) && loop_signal(p->loop, SIGINT, stop, p->loop) != 0))
		return fail(conf, E_SYSTEM, "signals cannot be watched", "");
	if (p->journal &&
	    askers_new(p->loop, p->journal, conf->journal_path, conf->log, &p->askers) != 0)
		return fail(conf, E_NOMEM, "no memory or descriptors", "");
	struct signer_server *server = signer_server_new(&sc, p->fd);
	if (!server)
		return fail(conf, E_NOMEM, "out of memory", "");
	if (!vault_locked(p->vault))
		log_warning(conf->log, "signer_key_not_locked",
		            LOG_S("remedy", "raise LimitMEMLOCK to at least 1M"));
	log_notice(conf->log, "signer_ready");
	sd_notify(0, "READY=1");
	loop_timer_init(&p->flush, p->loop, flush_log, p);
	loop_timer_after(&p->flush, SECONDS(1));
	int r = loop_run(p->loop);
	loop_timer_stop(&p->flush);
	sd_notify(0, "STOPPING=1");
	log_notice(conf->log, "signer_stopping");
	signer_server_free(server);
	return r;
}

static int open_vault(struct process *p)
{
	const struct signer_conf *conf = p->conf;
	const char *previous = conf->kek_previous_path;
	uint8_t kek[2][SECRET_KEY];
	int r = read_key(conf, conf->kek_path, kek[0]);
	if (r == 0 && previous)
		r = read_key(conf, previous, kek[1]);
	if (r == 0) {
		p->crypt = crypt_new();
		p->vault = p->crypt ? vault_new(p->crypt, kek[0], previous ? kek[1] : NULL) : NULL;
		if (!p->vault)
			r = fail(conf, E_NOMEM, "out of memory", "");
	}
	secret_wipe(kek, sizeof kek);
	return r;
}

static int open_journal(struct process *p)
{
	const struct journal_conf jc = {
		.path = p->conf->journal_path,
		.bytes_max = p->conf->journal_bytes,
	};
	int r = jc.path ? journal_open(&jc, &p->journal) : 0;
	switch (r) {
	case 0:
		return 0;
	case E_FULL:
		return fail(p->conf, r, "another process writes the journal", "stop it first");
	case E_SYNTAX:
		return fail(p->conf, r, "the journal's last line is none of a journal",
		            "move the file away and keep it for the audit");
	case E_SYSTEM:
		return fail(p->conf, r, "the journal cannot be opened",
		            "its folder must be writable for the signer's user");
	default:
		return fail(p->conf, r, "out of memory", "");
	}
}

static void release(struct process *p)
{
	if (p->conf->socket_path && p->fd >= 0) {
		unlink(p->conf->socket_path);
		close(p->fd);
	}
	askers_free(p->askers);
	loop_free(p->loop);
	journal_free(p->journal);
	vault_free(p->vault);
	crypt_free(p->crypt);
}

int signer_run(const struct signer_conf *conf)
{
	struct process p = {.conf = conf, .fd = conf->socket_path ? -1 : conf->socket_fd};
	int r = harden(conf);
	if (r == 0)
		r = open_vault(&p);
	if (r == 0)
		r = open_journal(&p);
	if (r == 0) {
		p.loop = loop_new();
		if (!p.loop)
			r = fail(conf, E_NOMEM, "out of memory", "");
	}
	if (r == 0 && conf->socket_path)
		r = listen_at(conf, &p.fd);
	if (r == 0)
		r = serve(&p);
	release(&p);
	return r;
}
