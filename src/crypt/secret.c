/* crypt/secret.c - wiping, comparing, and key files whose permissions are checked on the open
 * file, so that nothing changes between check and read. */
#include "crypt/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "base/outcome.h"
#include "crypt/random.h"

void secret_wipe(void *p, size_t n)
{
	if (n)
		OPENSSL_cleanse(p, n);
}

bool secret_equal(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || CRYPTO_memcmp(a.p, b.p, a.n) == 0);
}

static int check_file(int fd, uid_t owner)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return E_SYSTEM;
	if (!S_ISREG(st.st_mode) || (st.st_mode & (S_IRWXG | S_IRWXO | S_IXUSR)) != 0 ||
	    (st.st_uid != owner && st.st_uid != 0))
		return E_REFUSED;
	return st.st_size == SECRET_KEY ? 0 : E_SYNTAX;
}

int secret_key_read_of(const char *path, uid_t owner, uint8_t out[static SECRET_KEY])
{
	uint8_t key[SECRET_KEY];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT  ? E_ABSENT
		       : errno == ELOOP ? E_REFUSED
		                        : E_SYSTEM;
	int r = check_file(fd, owner);
	if (r == 0 && read(fd, key, sizeof key) != (ssize_t)sizeof key)
		r = E_SYSTEM;
	if (r == 0)
		memcpy(out, key, sizeof key);
	secret_wipe(key, sizeof key);
	int saved = errno;
	close(fd);
	errno = saved;
	return r;
}

int secret_key_read(const char *path, uint8_t out[static SECRET_KEY])
{
	return secret_key_read_of(path, geteuid(), out);
}

/* A new name is safe on disk only once its folder is. */
static int sync_folder(const char *path)
{
	char copy[PATH_MAX];
	int n = snprintf(copy, sizeof copy, "%s", path);
	if (n < 0 || (size_t)n >= sizeof copy)
		return E_LIMIT;
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return E_SYSTEM;
	int r = fsync(fd) == 0 ? 0 : E_SYSTEM;
	close(fd);
	return r;
}

int secret_key_create(const char *path)
{
	uint8_t key[SECRET_KEY];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return errno == EEXIST ? E_REFUSED : E_SYSTEM;
	random_bytes(key, sizeof key);
	bool ok = fchmod(fd, 0600) == 0 && write(fd, key, sizeof key) == (ssize_t)sizeof key &&
	          fsync(fd) == 0;
	secret_wipe(key, sizeof key);
	if (close(fd) != 0 || !ok) {
		int saved = errno;
		unlink(path);
		errno = saved;
		return E_SYSTEM;
	}
	return sync_folder(path);
}
