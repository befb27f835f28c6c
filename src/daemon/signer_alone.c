/* daemon/signer_alone.c - the signer without a supervisor above it. */
#include "daemon/signer_alone.h"

#include <stdio.h>
#include <unistd.h>

#include "base/outcome.h"
#include "conf/conf.h"
#include "daemon/child.h"
#include "daemon/exit.h"
#include "daemon/sockets.h"
#include "signer/process.h"

static int serve(const struct conf *c, uid_t client)
{
	enum log_level level = LEVEL_INFO;
	log_level_parse(slice_of(c->log.level), &level);
	struct log_repeats repeats = {0};
	struct log log = log_open(STDERR_FILENO, level);
	log.repeats = &repeats;
	struct log_ctx ctx = {.log = &log, .process = "signer"};
	int fd = sockets_inherited("signer");
	struct signer_conf conf = {
		.socket_path = fd < 0 ? c->signer.socket : NULL,
		.socket_fd = fd,
		.kek_path = c->signer.key_file,
		.kek_previous_path = *c->signer.previous_key_file ? c->signer.previous_key_file : NULL,
		.journal_path = *c->signer.journal ? c->signer.journal : NULL,
		.uids = &client,
		.n_uids = 1,
		.log = &ctx,
	};
	switch (signer_run(&conf)) {
	case 0:
		return EXIT_DONE;
	case E_ABSENT:
	case E_REFUSED:
	case E_SYNTAX: /* a key file or the journal: a restart would not help */
		return EXIT_CONF;
	default:
		return EXIT_TROUBLE;
	}
}

int signer_alone(const char *conf_path)
{
	struct buf text = BUF_INIT(CONF_FILE_MAX + 8 * KIB), errors = BUF_INIT(16 * KIB);
	struct conf *c = NULL;
	uid_t client = getuid();
	int rc = conf_read_file(conf_path, &text, &errors), status = EXIT_CONF;
	if (rc == 0)
		rc = conf_parse(buf_slice(&text), conf_path, &c, &errors);
	if (rc == 0 && *c->user)
		rc = identity_uid(c->user, &client, &errors);
	if (rc == 0) {
		fputs(c->warnings, stderr);
		status = serve(c, client);
	}
	fprintf(stderr, "%.*s", SLICE_ARGS(buf_slice(&errors)));
	conf_free(c);
	buf_free(&text);
	buf_free(&errors);
	return status;
}
