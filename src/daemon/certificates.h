/* daemon/certificates.h - certificates, keys and client CAs of the TLS listeners as the supervisor
 * read them: one text that is handed to the workers, who never open these files themselves. What
 * was accepted therefore stays in force, also for a worker that is started when the files on disk
 * have become useless. */
#pragma once

#include "base/buf.h"
#include "conf/conf.h"
#include "tls/context.h"

enum { CERTIFICATES_MAX = 2 * 1024 * 1024 }; /* bytes of all files together */

/* Which listeners are on: by their port, or because a socket was inherited. */
struct listeners_on {
	bool is[LISTENERS];
};

/* Reads the files of the listeners that are on into out, which has this maximum and is wiped by the
 * caller (certificates_wipe), and tries them. Returns 0, or a failure
 * with a line in errors for each that is missing or wrong. name stands for the configuration. */
MUSTUSE int certificates_read(const struct conf *c, const struct listeners_on *on, const char *name,
	struct buf *out, struct buf *errors);

/* What was read for a listener, pointing into text and conf. Returns 0, or E_SYNTAX for a text
 * that certificates_read did not write. */
MUSTUSE int certificates_of(struct slice text, const struct conf *c, enum conf_listener l,
	struct tls_pems *ret);

/* Frees a buffer with private keys in it. */
void certificates_wipe(struct buf *text);
