/* daemon/check.c - each check goes on after a failure, so that one run shows all that is wrong. */
#include "daemon/check.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/outcome.h"
#include "crypt/secret.h"
#include "daemon/child.h"
#include "db/migrate.h"
#include "db/settings.h"

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

struct secret_file {
	const char *option, *path;
};

static int read_secret(const struct secret_file *f, uid_t owner, const char *name,
                       uint8_t out[static SECRET_KEY], struct buf *errors)
{
	int rc = secret_key_read_of(f->path, owner, out);
	if (rc == 0)
		return 0;
	buf_addf(errors, "%s: secrets.%s: %s: %s\n", name, f->option, f->path, why_not(rc));
	return E_REFUSED;
}

int secrets_read(const struct conf *c, uid_t owner, const char *name, struct secrets *ret,
                 struct buf *errors)
{
	const struct secret_file hash = {"id_hash_key", c->secrets.id_hash_key};
	const struct secret_file cipher = {"id_cipher_key", c->secrets.id_cipher_key};
	int rc = read_secret(&hash, owner, name, ret->hash, errors);
	int second = read_secret(&cipher, owner, name, ret->cipher, errors);
	return rc != 0 ? rc : second;
}

int check_secrets(const struct conf *c, uid_t owner, const char *name, struct buf *errors)
{
	struct secrets s;
	int rc = secrets_read(c, owner, name, &s, errors);
	secret_wipe(&s, sizeof s);
	return rc;
}

static const char *why_no_state_directory(const char *path, uid_t uid)
{
	struct stat st;
	if (path[0] != '/')
		return "must be an absolute path";
	if (stat(path, &st) != 0)
		return strerror(errno);
	if (!S_ISDIR(st.st_mode))
		return "must be a folder";
	if (uid != 0 && st.st_uid != uid)
		return "must belong to the daemon's user";
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0 || !(st.st_mode & S_IWUSR))
		return "must be writable by the daemon's user and by nobody else (chmod 0700)";
	return NULL;
}

int check_state_directory(const struct conf *c, const char *name, uid_t uid, struct buf *errors)
{
	const char *why = why_no_state_directory(c->state_directory, uid);
	if (!why)
		return 0;
	buf_addf(errors, "%s: state_directory: %s: %s\n", name, c->state_directory, why);
	return E_REFUSED;
}

/* ---- the signer's files: its own user reads them, so they are judged by owner and mode ---- */

struct signer_check {
	const struct conf *conf;
	const char *name;
	struct buf *errors;
	uid_t uid; /* the signer's */
};

static int complain(const struct signer_check *k, const char *option, const char *path,
                    const char *why)
{
	buf_addf(k->errors, "%s: signer.%s: %s: %s\n", k->name, option, path, why);
	return E_REFUSED;
}

/* A signer with a unit of its own may have its files where only that unit sees them. */
static int unseen(const struct signer_check *k, const char *option, const char *path)
{
	return k->conf->signer.spawn ? complain(k, option, path, strerror(errno)) : 0;
}

static int check_key_file(const struct signer_check *k, const char *option, const char *path)
{
	struct stat st;
	if (stat(path, &st) != 0)
		return unseen(k, option, path);
	if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0 || (st.st_uid != 0 && st.st_uid != k->uid))
		return complain(k, option, path,
		                "must be a regular file of mode 0600, owned by the signer's user or root");
	if (st.st_size != SECRET_KEY)
		return complain(k, option, path, why_not(E_SYNTAX));
	return 0;
}

/* The same file, or another one with the same bytes as far as we may read them. */
static bool same_key(const char *a, const char *b)
{
	uint8_t keys[2][SECRET_KEY];
	bool same = strcmp(a, b) == 0;
	if (!same && secret_key_read(a, keys[0]) == 0 && secret_key_read(b, keys[1]) == 0)
		same = secret_equal(slice_from(keys[0], SECRET_KEY), slice_from(keys[1], SECRET_KEY));
	secret_wipe(keys, sizeof keys);
	return same;
}

static int check_journal(const struct signer_check *k, const char *path)
{
	char folder[PATH_MAX];
	struct stat st;
	const char *slash = strrchr(path, '/');
	if (!slash || path[0] != '/')
		return complain(k, "journal", path, "must be an absolute path");
	if (snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path), path) >=
	    (int)sizeof folder)
		return complain(k, "journal", path, strerror(ENAMETOOLONG));
	if (stat(path, &st) == 0 && (!S_ISREG(st.st_mode) || (k->uid != 0 && st.st_uid != k->uid)))
		return complain(k, "journal", path, "must be a regular file of the signer's user");
	if (stat(folder, &st) != 0)
		return unseen(k, "journal", folder);
	if (!S_ISDIR(st.st_mode) || (k->uid != 0 && st.st_uid != k->uid) || !(st.st_mode & S_IWUSR))
		return complain(k, "journal", folder, "must be a folder that belongs to the signer's user");
	return 0;
}

int check_signer(const struct conf *c, const char *name, struct buf *errors)
{
	struct signer_check k = {.conf = c, .name = name, .errors = errors, .uid = geteuid()};
	const struct conf_signer *s = &c->signer;
	struct stat st;
	if (s->spawn && k.uid == 0 && *s->user && identity_uid(s->user, &k.uid, errors) != 0)
		return E_REFUSED;
	if (!s->spawn && stat(s->key_file, &st) == 0)
		k.uid = st.st_uid; /* whoever owns the key is the signer's user */
	int rc = check_key_file(&k, "key_file", s->key_file);
	if (*s->previous_key_file) {
		int previous = check_key_file(&k, "previous_key_file", s->previous_key_file);
		if (previous == 0 && same_key(s->key_file, s->previous_key_file))
			previous = complain(&k, "previous_key_file", s->previous_key_file,
			                    "is the current key; it must be the one before it, or empty");
		rc = rc != 0 ? rc : previous;
	}
	int journal = *s->journal ? check_journal(&k, s->journal) : 0;
	return rc != 0 ? rc : journal;
}

struct remarks {
	const char *name;
	struct buf *text;
};

static void on_foreign(void *arg, const char *sentence)
{
	const struct remarks *r = arg;
	buf_addf(r->text, "%s: database: %s\n", r->name, sentence);
}

int check_settings(const struct conf *c, const char *name, struct buf *remarks)
{
	struct remarks r = {name, remarks};
	int rc = settings_foreign(c->database, on_foreign, &r);
	if (rc != 0)
		buf_addf(remarks, "%s: database: its settings cannot be read\n", name);
	return rc;
}

int check_database(const struct conf *c, const char *name, struct buf *errors)
{
	char why[MIGRATE_TEXT] = "";
	if (migrate_check(c->database, migration_set_builtin(), why) == MIGRATE_CURRENT)
		return 0;
	buf_addf(errors, "%s: database: %s\n", name, why);
	return E_REFUSED;
}
