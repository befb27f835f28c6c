/* test_tls.c - contexts, reload, resumption and what must not resume. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <openssl/err.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../lib/pki.h"
#include "../lib/wire.h"
#include "tls/context.h"

static struct pki pki;

static struct tls_context *context(enum tls_kind kind, const struct tls_tickets *t)
{
	struct tls_pems pems = pki_pems(pki.cert, pki.key, kind == TLS_CLIENT ? pki.ca : NULL);
	struct tls_context *c = NULL;
	char why[TLS_ERROR_TEXT] = "";
	if (tls_context_new(&pems, t, &c, why))
		print_error("%s\n", why);
	assert_non_null(c);
	return c;
}

/* One connection: both ends take turns until both are done, or one fails. */
struct talk {
	int fd[2];
	SSL *server, *client;
	bool ok;
	char alpn[16];
};

static int last_session_slot(SSL *ssl, SSL_SESSION *session)
{
	SSL_SESSION **keep = SSL_get_app_data(ssl);
	if (!keep)
		return 0;
	SSL_SESSION_free(*keep);
	*keep = session;
	return 1;
}

static bool shake(struct talk *t)
{
	for (int i = 0; i < 20; i++) {
		ERR_clear_error();
		int c = SSL_do_handshake(t->client);
		int ce = SSL_get_error(t->client, c);
		ERR_clear_error();
		int s = SSL_do_handshake(t->server);
		int se = SSL_get_error(t->server, s);
		if (c == 1 && s == 1)
			return true;
		bool client_waits = c == 1 || ce == SSL_ERROR_WANT_READ;
		bool server_waits = s == 1 || se == SSL_ERROR_WANT_READ;
		if (!client_waits || !server_waits)
			return false;
	}
	return false;
}

/* A byte each way, so that tickets and late alerts of TLS 1.3 arrive. */
static bool exchange_bytes(struct talk *t)
{
	char b;
	size_t n;
	return SSL_write_ex(t->server, "x", 1, &n) == 1 && SSL_read_ex(t->client, &b, 1, &n) == 1 &&
	       SSL_write_ex(t->client, "y", 1, &n) == 1 && SSL_read_ex(t->server, &b, 1, &n) == 1;
}

/* keep: where the client's newest session goes; NULL = nowhere. */
static void talk(struct talk *t, struct tls_context *server, SSL_CTX *client, SSL_SESSION *offer,
                 SSL_SESSION **keep)
{
	*t = (struct talk){0};
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, t->fd), 0);
	t->server = tls_accept(server, t->fd[0]);
	t->client = SSL_new(client);
	SSL_set_fd(t->client, t->fd[1]);
	SSL_set_connect_state(t->client);
	SSL_set_app_data(t->client, keep);
	if (offer)
		SSL_set_session(t->client, offer);
	t->ok = shake(t) && exchange_bytes(t);
	const unsigned char *p;
	unsigned n;
	SSL_get0_alpn_selected(t->client, &p, &n);
	snprintf(t->alpn, sizeof t->alpn, "%.*s", (int)n, (const char *)p);
}

static void hang_up(struct talk *t)
{
	SSL_shutdown(t->client); /* else OpenSSL spoils the session for reuse */
	SSL_free(t->server);
	SSL_free(t->client);
	close(t->fd[0]);
	close(t->fd[1]);
}

static SSL_CTX *client_context(int version, bool with_cert)
{
	SSL_CTX *ctx = wire_context(with_cert ? pki.client_cert : NULL, pki.client_key);
	assert_non_null(ctx);
	if (version) {
		SSL_CTX_set_min_proto_version(ctx, version);
		SSL_CTX_set_max_proto_version(ctx, version);
	}
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(ctx, last_session_slot);
	return ctx;
}

static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

/* ---- versions, ALPN ---- */

static void versions_and_alpn(void **state)
{
	struct tls_context *c = context(TLS_PUBLIC, NULL);
	for (size_t i = 0; i < 2; i++) {
		SSL_CTX *ctx = client_context(versions[i], false);
		struct talk t;
		talk(&t, c, ctx, NULL, NULL);
		assert_true(t.ok);
		assert_int_equal(SSL_version(t.client), versions[i]);
		assert_string_equal(t.alpn, "http/1.1");
		hang_up(&t);
		SSL_CTX_free(ctx);
	}
	SSL_CTX *old = client_context(0, false);
	SSL_CTX_set_security_level(old, 0);
	SSL_CTX_set_min_proto_version(old, TLS1_VERSION);
	SSL_CTX_set_max_proto_version(old, TLS1_1_VERSION);
	struct talk t;
	talk(&t, c, old, NULL, NULL);
	assert_false(t.ok);
	hang_up(&t);
	SSL_CTX_free(old);
	tls_context_free(c);
}

static void alpn_mismatch_gets_an_alert(void **state)
{
	static const unsigned char h2[] = "\x02h2";
	struct tls_context *c = context(TLS_PUBLIC, NULL);
	SSL_CTX *ctx = client_context(0, false);
	SSL_CTX_set_alpn_protos(ctx, h2, sizeof h2 - 1);
	struct talk t;
	talk(&t, c, ctx, NULL, NULL);
	assert_false(t.ok);
	ERR_clear_error();
	SSL_do_handshake(t.client);
	assert_int_equal(ERR_GET_REASON(ERR_peek_last_error()), SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL);
	hang_up(&t);
	SSL_CTX_set_alpn_protos(ctx, NULL, 0); /* offering nothing is fine */
	talk(&t, c, ctx, NULL, NULL);
	assert_true(t.ok);
	hang_up(&t);
	SSL_CTX_free(ctx);
	tls_context_free(c);
}

static void cbc_and_plain_rsa_are_refused(void **state)
{
	struct tls_context *c = context(TLS_PUBLIC, NULL);
	const char *lists[] = {"ECDHE-ECDSA-AES128-SHA256", "AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA"};
	for (size_t i = 0; i < 3; i++) {
		SSL_CTX *ctx = client_context(TLS1_2_VERSION, false);
		assert_int_equal(SSL_CTX_set_cipher_list(ctx, lists[i]), 1);
		struct talk t;
		talk(&t, c, ctx, NULL, NULL);
		assert_false(t.ok);
		hang_up(&t);
		SSL_CTX_free(ctx);
	}
	tls_context_free(c);
}

/* ---- resumption ---- */

static bool resumes(struct tls_context *first, struct tls_context *second, int version,
                    struct tls_tickets *rotate_between, int rotations)
{
	SSL_CTX *ctx = client_context(version, false);
	SSL_SESSION *session = NULL;
	struct talk t;
	talk(&t, first, ctx, NULL, &session);
	assert_true(t.ok);
	hang_up(&t);
	while (rotations-- > 0)
		assert_int_equal(tls_tickets_rotate(rotate_between), 0);
	assert_non_null(session);
	talk(&t, second, ctx, session, NULL);
	assert_true(t.ok);
	bool reused = SSL_session_reused(t.client);
	hang_up(&t);
	SSL_SESSION_free(session);
	SSL_CTX_free(ctx);
	return reused;
}

static void resumes_on_another_worker(void **state)
{
	struct tls_tickets keys = {0};
	assert_int_equal(tls_tickets_rotate(&keys), 0);
	struct tls_context *one = context(TLS_PUBLIC, &keys), *two = context(TLS_PUBLIC, &keys);
	struct tls_tickets others = {0};
	assert_int_equal(tls_tickets_rotate(&others), 0);
	struct tls_context *stranger = context(TLS_PUBLIC, &others);
	for (size_t i = 0; i < 2; i++) {
		assert_true(resumes(one, two, versions[i], NULL, 0));
		assert_true(resumes(one, two, versions[i], &keys, 1));
		assert_false(resumes(one, two, versions[i], &keys, 2));
		assert_false(resumes(one, stranger, versions[i], NULL, 0));
	}
	tls_context_free(one);
	tls_context_free(two);
	tls_context_free(stranger);
}

static void reload_keeps_sessions(void **state)
{
	struct tls_tickets keys = {0};
	assert_int_equal(tls_tickets_rotate(&keys), 0);
	struct tls_context *c = context(TLS_PUBLIC, &keys);
	SSL_CTX *ctx = client_context(0, false);
	SSL_SESSION *session = NULL;
	struct talk t;
	talk(&t, c, ctx, NULL, &session);
	hang_up(&t);
	struct tls_pems same = pki_pems(pki.cert, pki.key, NULL);
	char why[TLS_ERROR_TEXT];
	assert_int_equal(tls_context_reload(c, &same, why), 0);
	talk(&t, c, ctx, session, NULL);
	assert_true(t.ok);
	assert_true(SSL_session_reused(t.client));
	hang_up(&t);
	SSL_SESSION_free(session);
	SSL_CTX_free(ctx);
	tls_context_free(c);
}

static void without_keys_there_are_no_tickets(void **state)
{
	struct tls_tickets none = {0};
	struct tls_context *c = context(TLS_PUBLIC, &none), *plain = context(TLS_PUBLIC, NULL);
	for (size_t i = 0; i < 4; i++) {
		SSL_CTX *ctx = client_context(versions[i % 2], false);
		SSL_SESSION *session = NULL;
		struct talk t, again;
		struct tls_context *which = i < 2 ? c : plain;
		talk(&t, which, ctx, NULL, &session);
		assert_true(t.ok);
		talk(&again, which, ctx, session, NULL);
		assert_true(again.ok);
		assert_false(SSL_session_reused(again.client));
		hang_up(&t);
		hang_up(&again);
		SSL_SESSION_free(session);
		SSL_CTX_free(ctx);
	}
	tls_context_free(c);
	tls_context_free(plain);
}

/* ---- client certificates ---- */

static void client_certificate_is_required(void **state)
{
	struct tls_context *c = context(TLS_CLIENT, NULL);
	for (size_t i = 0; i < 2; i++) {
		SSL_CTX *with = client_context(versions[i], true);
		SSL_CTX *without = client_context(versions[i], false);
		SSL_CTX *foreign = client_context(versions[i], false);
		assert_int_equal(SSL_CTX_use_certificate_file(foreign, pki.foreign_cert,
		                                              SSL_FILETYPE_PEM), 1);
		assert_int_equal(SSL_CTX_use_PrivateKey_file(foreign, pki.foreign_key,
		                                             SSL_FILETYPE_PEM), 1);
		struct talk t;
		talk(&t, c, with, NULL, NULL);
		assert_true(t.ok);
		hang_up(&t);
		talk(&t, c, without, NULL, NULL);
		assert_false(t.ok);
		hang_up(&t);
		talk(&t, c, foreign, NULL, NULL);
		assert_false(t.ok);
		hang_up(&t);
		SSL_CTX_free(with);
		SSL_CTX_free(without);
		SSL_CTX_free(foreign);
	}
	tls_context_free(c);
}

static void client_listener_never_resumes(void **state)
{
	struct tls_context *c = context(TLS_CLIENT, NULL);
	for (size_t i = 0; i < 2; i++) {
		SSL_CTX *ctx = client_context(versions[i], true);
		SSL_SESSION *session = NULL;
		struct talk t;
		talk(&t, c, ctx, NULL, &session);
		assert_true(t.ok);
		if (!session)
			session = SSL_get1_session(t.client);
		hang_up(&t);
		talk(&t, c, ctx, session, NULL);
		assert_true(t.ok);
		assert_false(SSL_session_reused(t.client));
		hang_up(&t);
		SSL_SESSION_free(session);
		SSL_CTX_free(ctx);
	}
	tls_context_free(c);
}

/* A session of the public listener opens nothing on the other one, with the same ticket keys. */
static void no_session_crosses_over(void **state)
{
	struct tls_tickets keys = {0};
	assert_int_equal(tls_tickets_rotate(&keys), 0);
	struct tls_context *open = context(TLS_PUBLIC, &keys), *closed = context(TLS_CLIENT, &keys);
	for (size_t i = 0; i < 2; i++) {
		SSL_CTX *ctx = client_context(versions[i], false);
		SSL_SESSION *session = NULL;
		struct talk t;
		talk(&t, open, ctx, NULL, &session);
		assert_true(t.ok);
		assert_non_null(session);
		hang_up(&t);
		talk(&t, closed, ctx, session, NULL);
		assert_false(t.ok);
		hang_up(&t);
		SSL_SESSION_free(session);
		SSL_CTX_free(ctx);
	}
	tls_context_free(open);
	tls_context_free(closed);
}

static void spki_is_the_leafs(void **state)
{
	struct tls_context *c = context(TLS_CLIENT, NULL);
	SSL_CTX *ctx = client_context(0, true);
	struct talk t;
	talk(&t, c, ctx, NULL, NULL);
	uint8_t got[32], want[32];
	assert_true(tls_peer_spki(t.server, got));
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(SSL_CTX_get0_privatekey(ctx), &der);
	assert_true(n > 0);
	assert_int_equal(EVP_Digest(der, (size_t)n, want, NULL, EVP_sha256(), NULL), 1);
	OPENSSL_free(der);
	assert_memory_equal(got, want, 32);
	hang_up(&t);
	SSL_CTX_free(ctx);
	tls_context_free(c);
}

/* ---- loading ---- */

static void bad_files_say_so_and_change_nothing(void **state)
{
	struct tls_context *c = context(TLS_PUBLIC, NULL);
	const struct {
		const char *cert, *key, *says;
	} bad[] = {
		{"/nowhere/cert.pem", pki.key, "/nowhere/cert.pem"},
		{pki.cert, "/nowhere/key.pem", "/nowhere/key.pem"},
		{pki.cert, pki.other_key, pki.other_key},
		{pki.junk, pki.key, pki.junk},
		{pki.cert, pki.junk, pki.junk},
	};
	SSL_CTX *ctx = client_context(0, false);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct tls_pems pems = pki_pems(bad[i].cert, bad[i].key, NULL);
		char why[TLS_ERROR_TEXT] = "";
		assert_int_not_equal(tls_context_reload(c, &pems, why), 0);
		if (!strstr(why, bad[i].says))
			print_error("says: %s\n", why);
		assert_non_null(strstr(why, bad[i].says));
		struct tls_context *never = NULL;
		assert_int_not_equal(tls_context_new(&pems, NULL, &never, why), 0);
		assert_null(never);
		struct talk t;
		talk(&t, c, ctx, NULL, NULL);
		assert_true(t.ok);
		hang_up(&t);
	}
	struct tls_pems no_ca = pki_pems(pki.cert, pki.key, NULL);
	no_ca.kind = TLS_CLIENT;
	struct tls_context *never = NULL;
	char why[TLS_ERROR_TEXT] = "";
	assert_int_not_equal(tls_context_new(&no_ca, NULL, &never, why), 0);
	assert_non_null(strstr(why, "client_ca"));
	SSL_CTX_free(ctx);
	tls_context_free(c);
}

static void reload_serves_the_new_certificate(void **state)
{
	struct tls_context *c = context(TLS_PUBLIC, NULL);
	SSL_CTX *ctx = client_context(0, false);
	struct talk before, after;
	talk(&before, c, ctx, NULL, NULL);
	struct tls_pems other = pki_pems(pki.other_cert, pki.other_key, NULL);
	char why[TLS_ERROR_TEXT];
	assert_int_equal(tls_context_reload(c, &other, why), 0);
	talk(&after, c, ctx, NULL, NULL);
	assert_true(after.ok);
	X509 *old = SSL_get0_peer_certificate(before.client);
	X509 *new = SSL_get0_peer_certificate(after.client);
	assert_int_not_equal(X509_cmp(old, new), 0);
	assert_true(exchange_bytes(&before)); /* goes on undisturbed */
	hang_up(&before);
	hang_up(&after);
	SSL_CTX_free(ctx);
	tls_context_free(c);
}

static int make_pki(void **state)
{
	return pki_make(&pki) ? 0 : -1;
}

static int remove_pki(void **state)
{
	pki_remove(&pki);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_and_alpn),
		cmocka_unit_test(alpn_mismatch_gets_an_alert),
		cmocka_unit_test(cbc_and_plain_rsa_are_refused),
		cmocka_unit_test(resumes_on_another_worker),
		cmocka_unit_test(reload_keeps_sessions),
		cmocka_unit_test(without_keys_there_are_no_tickets),
		cmocka_unit_test(client_certificate_is_required),
		cmocka_unit_test(client_listener_never_resumes),
		cmocka_unit_test(no_session_crosses_over),
		cmocka_unit_test(spki_is_the_leafs),
		cmocka_unit_test(bad_files_say_so_and_change_nothing),
		cmocka_unit_test(reload_serves_the_new_certificate),
	};
	return cmocka_run_group_tests_name("tls", tests, make_pki, remove_pki);
}
