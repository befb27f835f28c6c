/* daemon/pdf.c - the process that makes documents: apart from the others because it handles
 * fonts and layouts of foreign libraries, without a database, keys or the network. Workers find it
 * by a socket that the supervisor made before it forked, so that it can die and come back without
 * their noticing more than a pause. Fonts are looked for when the first document is asked for. */
#include <unistd.h>

#include "crypt/crypt.h"
#include "daemon/boot.h"
#include "daemon/exit.h"
#include "daemon/life.h"
#include "daemon/process.h"
#include "pdf/codec.h"
#include "pdf/jail.h"
#include "pdf/server.h"

static int serve(struct life *life, const struct boot *boot, struct crypt *crypt)
{
	const uid_t uids[] = {boot->daemon_uid, geteuid()};
	const struct pdf_server_conf conf = {
		.loop = life->loop,
		.crypt = crypt,
		.uids = uids,
		.n_uids = ARRAY_LEN(uids),
		.log = &life->child->ctx,
	};
	struct pdf_server *server = pdf_server_new(&conf, boot_socket(boot, &pdf_service));
	if (!server) {
		log_error(&life->child->ctx, "not_started", LOG_S("cause", "out of memory"));
		return EXIT_TROUBLE;
	}
	if (pdf_jail() != 0)
		log_warning(&life->child->ctx, "pdf_not_confined",
		            LOG_S("cause", "the system does not filter system calls"));
	life_ready(life);
	int status = life_run(life);
	pdf_server_free(server);
	return status;
}

static int run(struct child *child)
{
	static const struct life_ops OPS = {.reload = NULL};
	struct crypt *crypt = crypt_new();
	struct life life;
	if (!crypt)
		return EXIT_TROUBLE;
	if (life_start(&life, child, &OPS, NULL) != 0) {
		crypt_free(crypt);
		return EXIT_TROUBLE;
	}
	int status = serve(&life, child->kind->arg, crypt);
	life_finish(&life);
	crypt_free(crypt);
	return status;
}

const struct process pdf_process = {
	.name = "pdf",
	.run = run,
	.serves = &pdf_service,
	.stop_round = 1,
};
