/* daemon/certificates.c - each file as its length, ten digits, and its bytes, in the order of the
 * two loops; a file that is not needed is empty. */
#include "daemon/certificates.h"

#include <stdio.h>
#include <string.h>

#include "base/outcome.h"
#include "crypt/secret.h"

enum { LENGTH = 10 };

/* The options of a listener that name files. */
static const struct file {
	const char *option;
	size_t path; /* in struct conf_listen */
	size_t pem;  /* in struct tls_pems */
	bool client_only;
} FILES[] = {
	{"certificate", offsetof(struct conf_listen, certificate),
		offsetof(struct tls_pems, certificate), false},
	{"key", offsetof(struct conf_listen, key), offsetof(struct tls_pems, key), false},
	{"client_ca", offsetof(struct conf_listen, client_ca), offsetof(struct tls_pems, client_ca),
		true},
};

static const char *path_of(const struct conf *c, enum conf_listener l, const struct file *f)
{
	return *(const char *const *)(const void *)((const char *)&c->listen[l] + f->path);
}

static struct tls_pem *pem_of(struct tls_pems *pems, const struct file *f)
{
	return (struct tls_pem *)(void *)((char *)pems + f->pem);
}

/* ---- reading files ---- */

struct reading {
	const struct conf *conf;
	const char *name;
	struct buf *out, *errors;
};

static void add_text(struct buf *out, struct slice text)
{
	buf_addf(out, "%0*zu", LENGTH, text.n);
	buf_add(out, text);
}

static int complain(const struct reading *r, enum conf_listener l, const struct file *f, const char *what)
{
	conf_say(r->conf, r->name, (const char *)&r->conf->listen[l] + f->path, "", r->errors);
	buf_addf(r->errors, "%s\n", what);
	return E_REFUSED;
}

static int read_file(const struct reading *r, enum conf_listener l, const struct file *f)
{
	struct buf text = BUF_INIT(CONF_FILE_MAX + 8 * KIB), why = BUF_INIT(8 * KIB);
	const char *path = path_of(r->conf, l, f);
	int rc = E_ABSENT;
	if (!*path)
		buf_adds(&why, "is missing; name a file");
	else if (!buf_reserve(&text, CONF_FILE_MAX)) /* at once: what grows leaves copies of keys */
		rc = E_NOMEM;
	else
		rc = conf_read_file(path, &text, &why);
	add_text(r->out, rc == 0 ? buf_slice(&text) : SLICE_NONE);
	if (rc != 0) {
		while (why.n && why.p[why.n - 1] == '\n')
			why.n--;
		buf_addc(&why, '\0');
		complain(r, l, f, why.p);
	}
	certificates_wipe(&text);
	buf_free(&why);
	return rc;
}

static int read_listener(const struct reading *r, enum conf_listener l, bool on)
{
	int rc = 0;
	for (size_t i = 0; i < ARRAY_LEN(FILES); i++) {
		bool needed = on && (l == LISTEN_CLIENT || !FILES[i].client_only);
		int one = 0;
		if (needed)
			one = read_file(r, l, &FILES[i]);
		else
			add_text(r->out, SLICE_NONE);
		rc = rc != 0 ? rc : one;
	}
	return rc;
}

/* The file that a sentence of tls/context.h names; the certificate, when it is the key and the
 * certificate together. */
static const struct file *file_of(const struct reading *r, enum conf_listener l, const char *sentence)
{
	for (size_t i = ARRAY_LEN(FILES); i-- > 0;) {
		const char *path = path_of(r->conf, l, &FILES[i]);
		if (*path && strstr(sentence, path))
			return &FILES[i];
	}
	return &FILES[0];
}

static int try_listener(const struct reading *r, enum conf_listener l)
{
	char error[TLS_ERROR_TEXT] = "";
	struct tls_context *context = NULL;
	struct tls_pems pems;
	int rc = certificates_of(buf_slice(r->out), r->conf, l, &pems);
	if (rc == 0)
		rc = tls_context_new(&pems, NULL, &context, error);
	tls_context_free(context);
	return rc == 0 ? 0 : complain(r, l, file_of(r, l, error), error);
}

int certificates_read(const struct conf *c, const struct listeners_on *on, const char *name,
                      struct buf *out, struct buf *errors)
{
	const struct reading r = {.conf = c, .name = name, .out = out, .errors = errors};
	int read[LISTENERS] = {0}, rc = 0;
	buf_clear(out);
	if (!buf_reserve(out, CERTIFICATES_MAX))
		return E_NOMEM;
	for (int l = LISTEN_PUBLIC; l <= LISTEN_CLIENT; l++)
		read[l] = read_listener(&r, (enum conf_listener)l, on->is[l]);
	if (buf_failed(out)) {
		buf_addf(errors, "%s: the certificates take more than %zu bytes\n", name, out->max);
		return E_LIMIT;
	}
	for (int l = LISTEN_PUBLIC; l <= LISTEN_CLIENT; l++) {
		if (read[l] == 0 && on->is[l])
			read[l] = try_listener(&r, (enum conf_listener)l);
		rc = rc != 0 ? rc : read[l];
	}
	return rc;
}

/* ---- taking apart ---- */

static bool take_text(struct slice *rest, struct slice *ret)
{
	uint64_t n;
	if (rest->n < LENGTH || !slice_to_u64(slice_from(rest->p, LENGTH), &n) ||
	    n > rest->n - LENGTH)
		return false;
	*ret = slice_from(rest->p + LENGTH, n);
	*rest = slice_skip(*rest, LENGTH + n);
	return true;
}

int certificates_of(struct slice text, const struct conf *c, enum conf_listener wanted,
                    struct tls_pems *ret)
{
	struct tls_pems pems = {.kind = wanted == LISTEN_CLIENT ? TLS_CLIENT : TLS_PUBLIC};
	struct slice rest = text, one;
	for (int l = LISTEN_PUBLIC; l <= LISTEN_CLIENT; l++)
		for (size_t i = 0; i < ARRAY_LEN(FILES); i++) {
			if (!take_text(&rest, &one))
				return E_SYNTAX;
			if (l == (int)wanted)
				*pem_of(&pems, &FILES[i]) = (struct tls_pem){path_of(c, wanted, &FILES[i]), one};
		}
	*ret = pems;
	return 0;
}

void certificates_wipe(struct buf *text)
{
	if (text->p)
		secret_wipe(text->p, text->size);
	buf_free(text);
}
