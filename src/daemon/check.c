/* daemon/check.c - each check goes on after a failure, so that one run shows all that is wrong. */
#include "daemon/check.h"

#include <errno.h>

#include "base/outcome.h"
#include "crypt/secret.h"
#include "db/migrate.h"
#include "tls/context.h"

int check_certificates(const struct conf *c, const char *name, struct buf *errors)
{
	int rc = 0;
	for (int l = LISTEN_PUBLIC; l <= LISTEN_CLIENT; l++) {
		const struct conf_listen *listen = &c->listen[l];
		struct tls_context *context = NULL;
		char error[TLS_ERROR_TEXT] = "";
		struct tls_files files = {
			.kind = l == LISTEN_CLIENT ? TLS_CLIENT : TLS_PUBLIC,
			.certificate = listen->certificate,
			.key = listen->key,
			.client_ca = l == LISTEN_CLIENT ? listen->client_ca : NULL,
		};
		if (!listen->port || tls_context_new(&files, NULL, &context, error) == 0) {
			tls_context_free(context);
			continue;
		}
		buf_addf(errors, "%s: listen %s: %s\n", name,
			conf_listener_name((enum conf_listener)l), error);
		rc = E_REFUSED;
	}
	return rc;
}

static const char *why_not(int rc)
{
	switch (rc) {
	case E_ABSENT:
		return "does not exist";
	case E_REFUSED:
		return "must be a regular file of mode 0600, owned by the daemon's user or root";
	case E_SYNTAX:
		return "must hold exactly 32 bytes (openssl rand -out FILE 32)";
	default:
		return strerror(errno);
	}
}

static int check_secret(const char *path, const char *option, const char *name, struct buf *errors)
{
	uint8_t key[SECRET_KEY];
	int rc = secret_key_read(path, key);
	secret_wipe(key, sizeof key);
	if (rc == 0)
		return 0;
	buf_addf(errors, "%s: secrets.%s: %s: %s\n", name, option, path, why_not(rc));
	return E_REFUSED;
}

int check_secrets(const struct conf *c, const char *name, struct buf *errors)
{
	int hash = check_secret(c->secrets.id_hash_key, "id_hash_key", name, errors);
	int cipher = check_secret(c->secrets.id_cipher_key, "id_cipher_key", name, errors);
	return hash != 0 ? hash : cipher;
}

int check_database(const struct conf *c, const char *name, struct buf *errors)
{
	char why[MIGRATE_TEXT] = "";
	if (migrate_check(c->database, migration_set_builtin(), why) == MIGRATE_CURRENT)
		return 0;
	buf_addf(errors, "%s: database: %s\n", name, why);
	return E_REFUSED;
}
