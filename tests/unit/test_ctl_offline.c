/* talentctl verify --offline: three answers, and what each of them says; credentials out of PDFs;
 * no bundle is believed that was altered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "../lib/issuer.h"
#include "base/outcome.h"
#include "crypt/encode.h"
#include "ctl/attachment.h"
#include "ctl/bundle.h"
#include "ctl/verbs.h"
#include "pdf/attach.h"

#define NOW "2026-11-22T03:04:05Z"
#define LIST "https://localhost:8443/issuers/shili/status/"

static char dir[] = "/tmp/talent-offline-XXXXXX";
static char said[16384];
static const char *bundle_made_at = NOW, *at_now = NOW;
static struct arena *arena;
static struct crypt *crypto;
static struct issuer body;
static struct slice embedded, jwt;
static uint8_t bits[STATUS_LIST_BYTES];

static const char *path(const char *name)
{
	return arena_printf(arena, "%s/%s", dir, name);
}

static const char *put(const char *name, struct slice text)
{
	const char *to = path(name);
	FILE *f = fopen(to, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
	assert_int_equal(fclose(f), 0);
	return to;
}

static void add(struct bundle *b, const char *address, struct slice text)
{
	if (text.p)
		assert_int_equal(bundle_add(b, slice_of(address), text), 0);
}

static const char *put_bundle(struct slice document, struct slice revocation,
                              struct slice suspension)
{
	struct bundle b;
	struct buf text = BUF_INIT(MIB);
	assert_true(bundle_init(&b, issuer_at(bundle_made_at)));
	add(&b, "https://localhost:8443/issuers/shili/did.json", document);
	add(&b, LIST "revocation/1", revocation);
	add(&b, LIST "suspension/1", suspension);
	assert_int_equal(bundle_write(&b, &text), 0);
	const char *to = put("bundle.json", buf_slice(&text));
	buf_free(&text);
	bundle_release(&b);
	return to;
}

static const char *good_bundle(void)
{
	return put_bundle(issuer_document(&body, DID_KEY_ACTIVE, DID_KEY_ACTIVE, (struct instant){0}),
	                  issuer_list(&body, "revocation", NOW, bits, 0),
	                  issuer_list(&body, "suspension", NOW, bits, 0));
}

/* Runs `talentctl verify --offline ...` and keeps what it said. */
static int verify(const char *file, const char *bundle, const char *more, const char *value)
{
	const char *argv[16] = {"talentctl", "verify", "--offline", file, "--bundle", bundle};
	int n = 6;
	if (at_now) {
		argv[n++] = "--at";
		argv[n++] = at_now;
	}
	if (more)
		argv[n++] = more;
	if (value)
		argv[n++] = value;
	FILE *out = tmpfile();
	assert_non_null(out);
	union {
		const char **in;
		char **out;
	} words = {argv};
	int code = ctl_main(n, words.out, out, out);
	rewind(out);
	said[fread(said, 1, sizeof said - 1, out)] = '\0';
	fclose(out);
	return code;
}

static void expect(int code, int want, const char *text)
{
	if (code != want || !strstr(said, text))
		fail_msg("exit %d instead of %d, or no \"%s\" in:\n%s", code, want, text, said);
}

static int setup(void **state)
{
	memset(bits, 0, sizeof bits);
	arena = arena_new(16 * MIB);
	crypto = crypt_new();
	if (!arena || !crypto || setenv("LC_ALL", "C.UTF-8", 1) != 0)
		return -1;
	/* Nothing may be asked of any registry. */
	unsetenv("TALENT_URL");
	body = issuer_new(arena, crypto, "shili", "上海示例技能评价中心", 1);
	struct credential_facts f = issuer_facts(&body);
	embedded = issuer_credential(&body, &f);
	jwt = issuer_jwt(&body, &f);
	return 0;
}

static int teardown(void **state)
{
	issuer_free(&body);
	arena_free(arena);
	crypt_free(crypto);
	return 0;
}

static void test_valid(void **state)
{
	const char *bundle = good_bundle();
	const char *file = put("a.json", embedded);
	expect(verify(file, bundle, NULL, NULL), 0, "VALID, as of the time of the bundle\n");
	expect(0, 0, "张伟");
	expect(0, 0, "as of        2026-11-22 11:04:05+08:00");
	expect(0, 0, "The name was not checked");
	expect(verify(put("a.jwt", jwt), bundle, "--name", "张伟"), 0, "VALID");
	assert_null(strstr(said, "The name was not checked"));
	expect(verify(file, bundle, "--name", "张玮"), 1, "NOT VALID: the certificate belongs to somebody else (name)");
	expect(verify(file, bundle, "--json", NULL), 0, "{\"result\":\"valid\",\"checked_at\":\"" NOW "\"");
	setenv("LC_ALL", "zh_CN.UTF-8", 1);
	expect(verify(file, bundle, NULL, NULL), 0, "有效");
	setenv("LC_ALL", "C.UTF-8", 1);
}

static void test_not_valid(void **state)
{
	struct slice document = issuer_document(&body, DID_KEY_RETIRED, DID_KEY_RETIRED,
	                                        (struct instant){0});
	const char *file = put("a.json", embedded);
	status_bit_set(bits, 73911);
	struct slice set = issuer_list(&body, "revocation", NOW, bits, 0);
	struct slice suspended = issuer_list(&body, "suspension", NOW, bits, 0);
	memset(bits, 0, sizeof bits);
	struct slice clear = issuer_list(&body, "revocation", NOW, bits, 0);
	struct slice free_ = issuer_list(&body, "suspension", NOW, bits, 0);
	expect(verify(file, put_bundle(document, set, free_), NULL, NULL), 1,
	       "NOT VALID: it was revoked, or replaced by a newer version (revoked)");
	expect(verify(file, put_bundle(document, clear, suspended), NULL, NULL), 1, "(suspended)");
	const char *bundle = put_bundle(document, clear, free_);
	char *other = arena_copy(arena, embedded);
	memcpy(strstr(other, "张伟"), "张玮", strlen("张玮"));
	expect(verify(put("b.json", slice_of(other)), bundle, NULL, NULL), 1,
	       "NOT VALID: the signature does not fit: it was altered (signature)");
	assert_null(strstr(said, "张玮")); /* what is not proved is not told */
	expect(verify(put("c.json", SLICE("{\"a\":[[[[[[[[[[[[1]]]]]]]]]]]]}")), bundle, "--json", NULL),
	       5, "\"code\":\"too_deep\",\"limit\":12");
	other = arena_printf(arena, "{\"a\":[[[[[[[[[[[[1]]]]]]]]]]]],%s", embedded.p + 1);
	expect(verify(put("c.json", slice_of(other)), bundle, NULL, NULL), 1, "(too_deep)");
}

static void test_unknown(void **state)
{
	struct slice document = issuer_document(&body, DID_KEY_ACTIVE, DID_KEY_ACTIVE,
	                                        (struct instant){0});
	struct slice clear = issuer_list(&body, "revocation", NOW, bits, 0);
	struct slice free_ = issuer_list(&body, "suspension", NOW, bits, 0);
	struct slice old = issuer_list(&body, "revocation", "2026-11-20T12:00:00Z", bits, 0);
	const char *file = put("a.json", embedded);
	expect(verify(file, put_bundle(SLICE_NONE, clear, free_), NULL, NULL), 5,
	       "UNKNOWN: the bundle has no keys of this issuer");
	expect(verify(file, put_bundle(document, SLICE_NONE, free_), NULL, NULL), 5,
	       "(status_list_unavailable)");
	expect(verify(file, put_bundle(document, clear, clear), NULL, NULL), 5, "(status_list_invalid)");
	expect(verify(file, put_bundle(document, old, free_), NULL, NULL), 5,
	       "(status_list_expired)");
	/* A list that is over for less than the tolerance still counts. */
	const char *bundle = put_bundle(document, issuer_list(&body, "revocation", "2026-11-20T12:00:00Z",
	                                                      bits, 0), free_);
	expect(verify(file, bundle, "--at", "2026-11-22T00:59:00Z"), 0, "VALID");
	/* A link says nothing. */
	bundle = put_bundle(document, clear, free_);
	expect(verify("HTTPS://LOCALHOST:8443/V/4R8ZN0V3KX5T7YHQ2MCB6JDW9E", bundle, NULL, NULL), 5,
	       "UNKNOWN: this is only a link");
	expect(verify("4R8ZN0V3KX5T7YHQ2MCB6JDW9E", bundle, NULL, NULL), 5, "(link_only)");
	expect(verify(put("qr.txt", SLICE("4R8ZN0V3KX5T7YHQ2MCB6JDW9E\r\n")), bundle, NULL, NULL), 5,
	       "(link_only)");
	expect(verify(put("qr.txt", SLICE("HTTPS://LOCALHOST:8443/V/4R8ZN0V3KX5T7YHQ2MCB6JDW9E\n")),
	              bundle, NULL, NULL), 5, "(link_only)");
	expect(verify(put("a.pdf", SLICE("%PDF-1.7\n%%EOF\n")), bundle, NULL, NULL), 5,
	       "(no_credential)");
	/* Used wrongly. */
	expect(verify(path("absent.json"), bundle, NULL, NULL), 2, "absent.json");
	expect(verify(file, put("x.json", SLICE("{}")), NULL, NULL), 2, "is no bundle");
}

static struct slice utf16(struct slice s, bool little, const char *mark)
{
	struct buf b = BUF_INIT(MIB);
	buf_add(&b, slice_from(mark, strlen(mark)));
	for (size_t i = 0; i < s.n;) {
		unsigned char c = (unsigned char)s.p[i];
		uint32_t u = c < 0x80 ? c : c < 0xe0 ? c & 0x1f : c < 0xf0 ? c & 0xf : c & 7;
		int more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
		for (i++; more > 0; more--)
			u = u << 6 | ((unsigned char)s.p[i++] & 0x3f);
		uint32_t units[] = {u, 0};
		int n = 1;
		if (u >= 0x10000) {
			units[0] = 0xd800 + ((u - 0x10000) >> 10);
			units[1] = 0xdc00 + ((u - 0x10000) & 0x3ff);
			n = 2;
		}
		for (int k = 0; k < n; k++) {
			buf_addc(&b, (char)(little ? units[k] : units[k] >> 8));
			buf_addc(&b, (char)(little ? units[k] >> 8 : units[k]));
		}
	}
	struct slice text = arena_slice(arena, buf_slice(&b));
	buf_free(&b);
	return text;
}

static struct slice base64(struct slice s, bool url)
{
	struct buf b = BUF_INIT(MIB);
	(url ? base64url_add : base64_add)(&b, s);
	struct slice text = arena_slice(arena, buf_slice(&b));
	buf_free(&b);
	return text;
}

#define PRESENTATION "{\"@context\":[\"https://www.w3.org/ns/credentials/v2\"]," \
	"\"type\":[\"VerifiablePresentation\"],\"holder\":\"did:example:1\",\"verifiableCredential\":%s}"
#define ENVELOPE "{\"@context\":\"https://www.w3.org/ns/credentials/v2\",\"id\":\"data:%s,%s\"," \
	"\"type\":\"EnvelopedVerifiableCredential\"}"

/* What editors, browsers and wallets make of a good one is as good; altered inside it is not valid. */
static void wrapped(struct slice inner, struct slice token, int want, const char *text)
{
	const char *bundle = good_bundle(), *envelope, *list;
	struct slice made[32];
	size_t n = 0;
#define MADE(...) made[n++] = slice_of(arena_printf(arena, __VA_ARGS__))
	MADE("\xef\xbb\xbf%s", inner.p);
	MADE("\xef\xbb\xbf \r\n%s\r\n", token.p);
	made[n++] = utf16(inner, true, "\xff\xfe");
	made[n++] = utf16(inner, false, "\xfe\xff");
	made[n++] = utf16(inner, true, "");
	made[n++] = utf16(inner, false, "");
	made[n++] = utf16(token, true, "\xff\xfe");
	MADE("\"%s\"\n", token.p);
	MADE("'%s'", token.p);
	MADE("“%s”。\n", token.p);
	MADE("Bearer %s.", token.p);
	MADE("JWT：%s，请核验", token.p);
	MADE("%.100s\r\n%.300s\n  %s\n", token.p, token.p + 100, token.p + 400);
	MADE("[%s]", inner.p);
	MADE(PRESENTATION, inner.p);
	list = arena_printf(arena, "[%s,\"%s\"]", inner.p, token.p);
	MADE(PRESENTATION, list);
	envelope = arena_printf(arena, ENVELOPE, "application/vc+jwt", token.p);
	MADE("%s", envelope);
	MADE(PRESENTATION, envelope);
	MADE("data:application/vc+jwt,%s", token.p);
	MADE(ENVELOPE, "application/vc;base64", base64(inner, false).p);
	const char *inside = arena_printf(arena, PRESENTATION, list);
	MADE("eyJhbGciOiJFUzI1NiJ9.%s.AAAA", base64(slice_of(inside), true).p);
	inside = arena_printf(arena, "{\"vp\":%s}", inside);
	MADE("eyJhbGciOiJFUzI1NiJ9.%s.AAAA", base64(slice_of(inside), true).p);
	assert_true(n <= ARRAY_LEN(made));
	for (size_t i = 0; i < n; i++)
		expect(verify(put("w.json", made[i]), bundle, NULL, NULL), want, text);
}

static void test_wrapped(void **state)
{
	wrapped(embedded, jwt, 0, "VALID, as of the time of the bundle");
	char *other = arena_copy(arena, embedded), *token = arena_copy(arena, jwt);
	memcpy(strstr(other, "张伟"), "张玮", strlen("张玮"));
	char *last = strrchr(token, '.') + 9;
	*last = *last == 'A' ? 'B' : 'A';
	wrapped(slice_of(other), slice_of(token), 1, "NOT VALID: the signature does not fit");
	/* One of several is altered: the worst counts. */
	const char *list = arena_printf(arena, "[%s,%s]", embedded.p, other);
	expect(verify(put("w.json", slice_of(arena_printf(arena, PRESENTATION, list))), good_bundle(), NULL,
	              NULL), 1, "(signature)");
}

static void test_not_understood(void **state)
{
	const char *bundle = good_bundle();
	static const char *const other[] = {
		"", "<html>", "[]", "[[]]", "{}", "null", "\xff\xfe", "\xff\xfe{", "\xfe\xff\xd8\x3d", "data:,", "data:,data:,data:,x",
		"[[[[[[[[[[]]]]]]]]]]", "\"\\\"\\\\\\\"x\\\\\\\"\\\"\"",
		"{\"type\":\"VerifiablePresentation\"}", "{\"type\":\"EnvelopedVerifiableCredential\"}",
		"{\"type\":\"EnvelopedVerifiableCredential\",\"id\":\"https://localhost:8443/x\"}",
		"{\"type\":\"EnvelopedVerifiableCredential\",\"id\":\"data:application/vc+jwt\"}",
		"[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]",
	};
	for (size_t i = 0; i < ARRAY_LEN(other); i++)
		expect(verify(put("w.json", slice_of(other[i])), bundle, NULL, NULL), 5, "UNKNOWN: ");
	expect(0, 0, "(too_many)");
}

/* Of what was issued after it was made a bundle knows nothing, whatever its lists seem to say. */
static void test_newer_than_the_bundle(void **state)
{
	struct issuer renewed = issuer_new(arena, crypto, "shili", "上海示例技能评价中心", 3);
	const char *bundle = good_bundle();
	struct credential_facts f = issuer_facts(&body);
	f.valid_from = issuer_at("2026-11-22T03:04:06Z");
	expect(verify(put("n.json", issuer_credential(&body, &f)), bundle, NULL, NULL), 5,
	       "UNKNOWN: it was issued after the bundle was made: fetch a new bundle (newer_than_bundle)");
	expect(verify(put("n.json", issuer_jwt(&body, &f)), bundle, NULL, NULL), 5, "(newer_than_bundle)");
	/* By a key that the bundle does not know either. */
	expect(verify(put("n.json", issuer_credential(&renewed, &f)), bundle, NULL, NULL), 5,
	       "(newer_than_bundle)");
	/* Altered is altered, and a foreign key of an older day is none. */
	char *other = arena_copy(arena, issuer_credential(&body, &f));
	memcpy(strstr(other, "张伟"), "张玮", strlen("张玮"));
	expect(verify(put("n.json", slice_of(other)), bundle, NULL, NULL), 1, "(signature)");
	f.valid_from = issuer_at("2026-11-22T03:04:05Z");
	expect(verify(put("n.json", issuer_credential(&body, &f)), bundle, NULL, NULL), 0, "VALID");
	expect(verify(put("n.json", issuer_credential(&renewed, &f)), bundle, NULL, NULL), 1,
	       "(key_not_listed)");
	issuer_free(&renewed);
}

/* A computer that believes it is before the bundle cannot judge dates. */
static void test_a_clock_that_is_behind(void **state)
{
	bundle_made_at = "2126-11-22T03:04:05Z";
	const char *bundle = good_bundle();
	at_now = NULL;
	const char *file = put("a.json", embedded);
	expect(verify(file, bundle, NULL, NULL), 5,
	       "UNKNOWN: this computer's clock is behind the time of the bundle: set it right (clock)");
	struct credential_facts f = issuer_facts(&body);
	f.valid_from = issuer_at("2126-11-20T02:15:07Z");
	expect(verify(put("b.json", issuer_credential(&body, &f)), bundle, NULL, NULL), 5, "(clock)");
	char *other = arena_copy(arena, embedded);
	memcpy(strstr(other, "张伟"), "张玮", strlen("张玮"));
	expect(verify(put("b.json", slice_of(other)), bundle, NULL, NULL), 1, "(signature)");
	/* Who names the time does not ask the clock. */
	at_now = bundle_made_at;
	expect(verify(file, bundle, NULL, NULL), 5, "(status_list_expired)");
	bundle_made_at = at_now = NOW;
}

/* As the PDF process attaches it. */
static struct slice pdf_of(struct slice credential, const char *filter, size_t length)
{
	struct buf b = BUF_INIT(MIB);
	buf_addf(&b, "%%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Names << /EmbeddedFiles << /Names [(a) 3 0 R]"
	             " >> >> >>\nendobj\n2 0 obj\n<< /Type /EmbeddedFile /Subtype /application#2Fvc\n"
	             "   /Params << /Size %zu >> %s/Length %zu >>\nstream\n", length, filter, length);
	buf_add(&b, credential);
	buf_adds(&b, "\nendstream\nendobj\n%%EOF\n");
	struct slice text = arena_slice(arena, buf_slice(&b));
	buf_free(&b);
	return text;
}

static void test_pdf(void **state)
{
	const char *bundle = good_bundle();
	expect(verify(put("a.pdf", pdf_of(embedded, "", embedded.n)), bundle, NULL, NULL), 0, "VALID");
	uLongf n = compressBound(embedded.n);
	unsigned char *packed = arena_alloc(arena, n);
	assert_int_equal(compress(packed, &n, (const unsigned char *)embedded.p, embedded.n), Z_OK);
	struct slice flate = slice_from(packed, n);
	expect(verify(put("b.pdf", pdf_of(flate, "/Filter /FlateDecode ", n)), bundle, NULL, NULL), 0,
	       "VALID");
	/* One of two is altered: the worst counts. */
	char *other = arena_copy(arena, embedded);
	memcpy(strstr(other, "张伟"), "张玮", strlen("张玮"));
	struct slice one = pdf_of(embedded, "", embedded.n);
	struct slice two = pdf_of(slice_of(other), "", embedded.n);
	struct slice both = slice_of(arena_printf(arena, "%.*s%.*s", SLICE_ARGS(one), SLICE_ARGS(two)));
	expect(verify(put("c.pdf", both), bundle, NULL, NULL), 1, "(signature)");
	expect(0, 0, "VALID, as of");
	static const struct {
		const char *filter;
		size_t length;
	} bad[] = {{"", 7}, {"", 1u << 30}, {"/Filter /LZWDecode ", 0}, {"/Filter /FlateDecode ", 0},
	           {"/Length 12 0 R ", 0}};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		expect(verify(put("d.pdf", pdf_of(embedded, bad[i].filter,
		                                  bad[i].length ? bad[i].length : embedded.n)),
		              bundle, NULL, NULL), 5, "(attachment)");
	/* Something in front, and things beside it that others attached. */
	struct slice page = pdf_of(embedded, "", embedded.n), invoice = pdf_of(SLICE("<invoice/>"), "", 10);
	expect(verify(put("d.pdf", slice_of(arena_printf(arena, "\r\n\r\n%s", page.p))), bundle, NULL, NULL),
	       0, "VALID");
	expect(verify(put("d.pdf", slice_of(arena_printf(arena, "%s%s%s", invoice.p, page.p, invoice.p))),
	              bundle, "--json", NULL), 0, "{\"result\":\"valid\"");
	assert_null(strchr(strchr(said, '\n') + 1, '\n'));
	expect(verify(put("d.pdf", invoice), bundle, NULL, NULL), 5, "(no_credential)");
	expect(verify(put("d.pdf", slice_of(arena_printf(arena, "%s%s", pdf_of(embedded, "", 7).p, page.p))),
	              bundle, NULL, NULL), 5, "(attachment)"); /* it may be another credential */
	/* More than are looked at: what is behind them may be anything. */
	struct buf many = BUF_INIT(MIB);
	buf_add(&many, page);
	for (int i = 0; i < ATTACHMENTS_MAX + 1; i++)
		buf_add(&many, invoice);
	expect(verify(put("d.pdf", buf_slice(&many)), bundle, NULL, NULL), 5, "(too_many)");
	buf_free(&many);
	/* A few bytes that unpack to more than a credential may have. */
	static unsigned char zeros[2 * ATTACHMENT_SIZE_MAX];
	n = compressBound(sizeof zeros);
	packed = arena_alloc(arena, n);
	assert_int_equal(compress(packed, &n, zeros, sizeof zeros), Z_OK);
	struct slice film = pdf_of(slice_from(packed, n), "/Filter /FlateDecode ", n);
	expect(verify(put("e.pdf", film), bundle, NULL, NULL), 5, "(attachment)");
	char *both_of = arena_alloc(arena, film.n + page.n);
	memcpy(both_of, film.p, film.n);
	memcpy(both_of + film.n, page.p, page.n);
	expect(verify(put("e.pdf", slice_from(both_of, film.n + page.n)), bundle, NULL, NULL), 0, "VALID");
}

/* What the PDF process itself makes of a file of cairo's kind, with two credentials. */
static void test_pdf_of_the_pdf(void **state)
{
	struct buf pdf = BUF_INIT(MIB);
	size_t at[3];
	buf_adds(&pdf, "%PDF-1.7\n");
	at[0] = pdf.n;
	buf_adds(&pdf, "1 0 obj\n<< /Type /Catalog\n>>\nendobj\n");
	at[1] = pdf.n;
	buf_adds(&pdf, "2 0 obj\n<< /Title (x)\n>>\nendobj\n");
	at[2] = pdf.n;
	buf_addf(&pdf, "xref\n0 3\n0000000000 65535 f \n%010zu 00000 n \n%010zu 00000 n \n", at[0], at[1]);
	buf_addf(&pdf, "trailer\n<< /Size 3\n   /Root 1 0 R\n   /Info 2 0 R\n>>\nstartxref\n%zu\n%%%%EOF\n",
	         at[2]);
	struct attachment files[] = {{SLICE("a.json"), embedded, "application#2Fvc", "Verifiable credential"},
	                             {SLICE("b.jwt"), jwt, "application#2Fjwt", "Signed receipt"}};
	struct update u;
	assert_int_equal(update_begin(&u, &pdf, ARRAY_LEN(files) * ATTACH_OBJECTS), 0);
	attach_files(&u, files, ARRAY_LEN(files), "D:20261122000000+08'00'");
	assert_int_equal(update_end(&u, "00112233445566778899aabbccddeeff"), 0);
	expect(verify(put("a.pdf", buf_slice(&pdf)), good_bundle(), "--json", NULL), 0,
	       "{\"result\":\"valid\"");
	assert_non_null(strstr(strchr(said, '\n'), "{\"result\":\"valid\""));
	buf_free(&pdf);
}

static int clean(void **state)
{
	static const char *const names[] = {"bundle.json", "a.json", "b.json", "c.json", "x.json",
		"a.jwt", "qr.txt", "w.json", "n.json", "a.pdf", "b.pdf", "c.pdf", "d.pdf", "e.pdf"};
	char name[128];
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(name, sizeof name, "%s/%s", dir, names[i]);
		unlink(name);
	}
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_valid, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_valid, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wrapped, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_understood, setup, teardown),
		cmocka_unit_test_setup_teardown(test_newer_than_the_bundle, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_clock_that_is_behind, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pdf, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pdf_of_the_pdf, setup, teardown),
	};
	if (!mkdtemp(dir))
		return 1;
	return cmocka_run_group_tests_name("ctl offline", tests, NULL, clean);
}
