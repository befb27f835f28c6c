/* daemon/check_keys.c - key files. The daemon's are read; the signer's belong to its own user, so they
 * are judged by owner and mode. Each key has a file of its own: what one of them gives away must not
 * open another. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/outcome.h"
#include "daemon/check.h"
#include "daemon/child.h"
#include "daemon/recorder.h"

#define CREDENTIALS "/run/credentials/"

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

/* What a unit is handed (LoadCredential) is there while it runs, and only then. */
static bool is_handed_over(const char *path)
{
	char folder[PATH_MAX];
	struct stat st;
	const char *slash = strrchr(path, '/');
	return strncmp(path, CREDENTIALS, sizeof CREDENTIALS - 1) == 0 &&
	       snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path) < (int)sizeof folder &&
	       stat(folder, &st) != 0 && errno == ENOENT;
}

/* ---- one file, several keys ---- */

static bool read_key(const char *path, const struct stat *st, uint8_t out[static SECRET_KEY])
{
	return secret_key_read_of(path, st->st_uid, out) == 0;
}

/* The same file by whatever name, or another one with the same bytes as far as we may read them. */
static bool same_key(const char *a, const char *b)
{
	uint8_t keys[2][SECRET_KEY];
	struct stat one, other;
	bool same = strcmp(a, b) == 0;
	if (!same && stat(a, &one) == 0 && stat(b, &other) == 0) {
		same = one.st_dev == other.st_dev && one.st_ino == other.st_ino;
		if (!same && read_key(a, &one, keys[0]) && read_key(b, &other, keys[1]))
			same = secret_equal(slice_from(keys[0], SECRET_KEY), slice_from(keys[1], SECRET_KEY));
	}
	secret_wipe(keys, sizeof keys);
	return same;
}

/* option: what the other key is for. */
static void expect_own_file(struct check_report *k, const char *const *field, const char *other, const char *option)
{
	if (**field && *other && same_key(*field, other))
		check_refuse(k, field, "%s: is the key of %s too; each needs its own (openssl rand -out FILE 32)",
		             *field, option);
}

/* ---- the daemon's ---- */

static int read_secret(struct check_report *k, const char *const *field, uid_t owner, uint8_t out[static SECRET_KEY])
{
	int rc = secret_key_read_of(*field, owner, out);
	if (rc == 0)
		return 0;
	check_refuse(k, field, "%s: %s", *field, why_not(rc));
	return E_REFUSED;
}

int secrets_read(struct check_report *k, uid_t owner, struct secrets *ret)
{
	const struct conf_secrets *s = &k->conf->secrets;
	int hash = read_secret(k, &s->id_hash_key, owner, ret->hash);
	int cipher = read_secret(k, &s->id_cipher_key, owner, ret->cipher);
	ret->cipher_version = (int)s->id_cipher_version;
	ret->has_previous = *s->previous_id_cipher_key != '\0';
	int previous = ret->has_previous ? read_secret(k, &s->previous_id_cipher_key, owner, ret->previous_cipher) : 0;
	if (hash != 0 || cipher != 0 || previous != 0)
		return E_REFUSED;
	if (ret->has_previous && secret_equal(slice_from(ret->cipher, SECRET_KEY), slice_from(ret->previous_cipher, SECRET_KEY))) {
		check_refuse(k, &s->previous_id_cipher_key, "%s: is the current key; it must be the one before it, or empty",
		             s->previous_id_cipher_key);
		return E_REFUSED;
	}
	if (!secret_equal(slice_from(ret->hash, SECRET_KEY), slice_from(ret->cipher, SECRET_KEY)))
		return 0;
	expect_own_file(k, &s->id_cipher_key, s->id_hash_key, "secrets.id_hash_key");
	return E_REFUSED;
}

void check_secrets(struct check_report *k, uid_t owner)
{
	const struct conf_secrets *s = &k->conf->secrets;
	struct secrets secrets;
	if (is_handed_over(s->id_hash_key) && is_handed_over(s->id_cipher_key)) {
		check_note(k, &s->id_hash_key, "%s: its unit is handed it when it starts, and tries it then",
		           s->id_hash_key);
		expect_own_file(k, &s->id_cipher_key, s->id_hash_key, "secrets.id_hash_key");
	} else if (secrets_read(k, owner, &secrets) == 0) {
		secret_wipe(&secrets, sizeof secrets);
	}
}

/* ---- the signer's ---- */

static void check_key_file(struct check_report *k, const char *const *field, uid_t signer)
{
	struct stat st;
	const char *path = *field;
	if (stat(path, &st) != 0 && (is_handed_over(path) || (errno == EACCES && !k->conf->signer.spawn)))
		check_note(k, field, "%s: the signer's unit alone sees it, and tries it when it starts", path);
	else if (stat(path, &st) != 0)
		check_refuse(k, field, "%s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0 || (st.st_uid != 0 && st.st_uid != signer))
		check_refuse(k, field, "%s: must be a regular file of mode 0600, owned by the signer's user or root",
		             path);
	else if (st.st_size != SECRET_KEY)
		check_refuse(k, field, "%s: %s", path, why_not(E_SYNTAX));
}

static void check_keys(struct check_report *k, uid_t signer)
{
	const struct conf_signer *s = &k->conf->signer;
	const struct conf_secrets *d = &k->conf->secrets;
	check_key_file(k, &s->key_file, signer);
	expect_own_file(k, &s->key_file, d->id_hash_key, "secrets.id_hash_key");
	expect_own_file(k, &s->key_file, d->id_cipher_key, "secrets.id_cipher_key");
	if (!*s->previous_key_file)
		return;
	check_key_file(k, &s->previous_key_file, signer);
	if (same_key(s->key_file, s->previous_key_file))
		check_refuse(k, &s->previous_key_file, "%s: is the current key; it must be the one before it, or empty",
		             s->previous_key_file);
}

/* The folder of a path, or NULL: relative or too long, which is said. */
static const char *folder_of(struct check_report *k, const char *const *field, char folder[static PATH_MAX])
{
	const char *path = *field, *slash = strrchr(path, '/');
	if (path[0] != '/')
		check_refuse(k, field, "%s: must be an absolute path", path);
	else if (snprintf(folder, PATH_MAX, "%.*s", slash == path ? 1 : (int)(slash - path), path) >= PATH_MAX)
		check_refuse(k, field, "%s: %s", path, strerror(ENAMETOOLONG));
	else
		return folder;
	return NULL;
}

static void check_folder(struct check_report *k, const char *const *field, const char *folder, uid_t signer)
{
	struct stat st;
	if (stat(folder, &st) != 0 && !k->conf->signer.spawn)
		check_note(k, field, "%s: %s; the signer's unit makes it (StateDirectory)", folder, strerror(errno));
	else if (stat(folder, &st) != 0)
		check_refuse(k, field, "%s: %s", folder, strerror(errno));
	else if (!S_ISDIR(st.st_mode) || (signer != 0 && st.st_uid != signer) || !(st.st_mode & S_IWUSR))
		check_refuse(k, field, "%s: must be a folder that belongs to the signer's user", folder);
}

static void check_journal(struct check_report *k, uid_t signer)
{
	const char *const *field = &k->conf->signer.journal;
	char folder[PATH_MAX], registry[RECORDER_PATH];
	struct stat st;
	if (!folder_of(k, field, folder))
		return;
	if (recorder_path(k->conf, registry) == 0 && strcmp(registry, *field) == 0)
		check_refuse(k, field, "%s: is where the registry's own journal is (state_directory); name another file",
		             *field);
	if (stat(*field, &st) == 0 && (!S_ISREG(st.st_mode) || (signer != 0 && st.st_uid != signer)))
		check_refuse(k, field, "%s: must be a regular file of the signer's user", *field);
	else
		check_folder(k, field, folder, signer);
}

/* A spawned signer makes its socket; another one's is there once its socket unit has started. */
static void check_socket(struct check_report *k, uid_t signer, uid_t daemon)
{
	const char *const *field = &k->conf->signer.socket;
	char folder[PATH_MAX];
	struct stat st;
	bool spawn = k->conf->signer.spawn, there = stat(*field, &st) == 0;
	if (!folder_of(k, field, folder))
		return;
	if (there && !S_ISSOCK(st.st_mode))
		check_refuse(k, field, "%s: must be a socket, and something else has the name", *field);
	else if (spawn)
		check_folder(k, field, folder, signer);
	else if (!there)
		check_refuse(k, field, "%s: %s; start the signer's socket (systemctl start talentd-signer.socket), or "
		                       "name the path of its ListenStream=",
		             *field, strerror(errno));
	else if (daemon != 0 && st.st_uid != daemon && (st.st_mode & 07) == 0)
		check_refuse(k, field, "%s: the daemon's user (%d) may not connect there; SocketUser= of the unit names "
		                       "another",
		             *field, (int)daemon);
}

void check_signer(struct check_report *k, const struct identity *id)
{
	const struct conf_signer *s = &k->conf->signer;
	struct buf why = BUF_INIT(KIB);
	struct stat st;
	uid_t signer = geteuid();
	/* who does not exist has been named (check_users) */
	if (!s->spawn || signer != 0 || !*s->user || identity_uid(s->user, &signer, &why) == 0) {
		if (!s->spawn && stat(s->key_file, &st) == 0)
			signer = st.st_uid; /* whoever owns the key is the signer's user */
		check_keys(k, signer);
		check_socket(k, signer, identity_uid_of(id));
		if (*s->journal)
			check_journal(k, signer);
	}
	buf_free(&why);
}
