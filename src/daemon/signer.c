/* daemon/signer.c - the signer as a child of the supervisor, for a machine without systemd (make
 * run) or with one unit for everything. Where signer.user is set and we are root it runs as a user
 * of its own; the key-encryption key is read by it alone. */

#include "base/outcome.h"
#include "daemon/boot.h"
#include "daemon/exit.h"
#include "daemon/process.h"
#include "signer/codec.h"
#include "signer/process.h"

static int run(struct child *child)
{
	const struct boot *boot = child->kind->arg;
	const uid_t uids[] = {boot->daemon_uid, 0};
	const struct conf_signer *s = &child->conf->signer;
	const struct signer_conf conf = {
		.socket_path = s->socket,
		.socket_fd = -1,
		.kek_path = s->key_file,
		.kek_previous_path = *s->previous_key_file ? s->previous_key_file : NULL,
		.journal_path = *s->journal ? s->journal : NULL,
		.uids = uids,
		.n_uids = ARRAY_LEN(uids),
		.log = &child->ctx,
	};
	int r = signer_run(&conf);
	if (r == 0)
		return EXIT_DONE;
	return r == E_ABSENT || r == E_REFUSED || r == E_SYNTAX ? EXIT_CONF : EXIT_TROUBLE;
}

static size_t count(const struct conf *c)
{
	return c->signer.spawn ? 1 : 0;
}

static const char *user(const struct conf *c)
{
	return c->signer.user;
}

static const char *socket_path(const struct conf *c)
{
	return c->signer.socket;
}

/* It goes last when stopping: workers that drain still need signatures. */
const struct process signer_process = {
	.name = "signer",
	.run = run,
	.count = count,
	.user = user,
	.serves = &signer_service,
	.socket = socket_path,
	.stop_round = 1,
};
