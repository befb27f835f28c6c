/* tests/unit/test_status_list.c - bit order, encoding, equal bytes on every host. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <zlib.h>

#include "base/outcome.h"
#include "credential/status_list.h"
#include "crypt/encode.h"
#include "crypt/random.h"

static struct arena *arena;
static uint8_t bits[STATUS_LIST_BYTES];

static int setup(void **state)
{
	memset(bits, 0, sizeof bits);
	arena = arena_new(MIB);
	return arena ? 0 : -1;
}

static int teardown(void **state)
{
	arena_free(arena);
	return 0;
}

static struct instant instant_of(const char *text)
{
	struct instant t;
	assert_true(instant_parse(slice_of(text), &t));
	return t;
}

static struct status_list_facts facts(void)
{
	return (struct status_list_facts){
		.public_url = SLICE("https://localhost:8443"), .issuer_slug = SLICE("shili"),
		.purpose = SLICE("revocation"), .list = 1,
		.changed = instant_of("2026-11-20T02:15:07.987654Z"),
		.now = instant_of("2026-11-22T23:59:59Z"), .ttl = SECONDS(300), .bits = bits,
	};
}

/* The value of "encodedList", decoded and unpacked. */
static void unpack(struct slice json, uint8_t out[static STATUS_LIST_BYTES])
{
	static const char before[] = "\"encodedList\":\"u";
	const char *p = memmem(json.p, json.n, before, sizeof before - 1);
	assert_non_null(p);
	p += sizeof before - 1;
	struct buf packed = BUF_INIT(MIB);
	struct slice text = slice_from(p, (size_t)((const char *)memchr(p, '"', 40000) - p));
	assert_int_equal(base64url_decode(text, &packed), 0);
	/* gzip with no time and unknown system (RFC 1952 section 2.3) */
	assert_memory_equal(packed.p, "\x1f\x8b\x08\x00\x00\x00\x00\x00", 8);
	assert_int_equal((uint8_t)packed.p[9], 255);
	z_stream z = {.next_in = (Bytef *)packed.p, .avail_in = (uInt)packed.n, .next_out = out,
	              .avail_out = STATUS_LIST_BYTES};
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.avail_out, 0);
	inflateEnd(&z);
	buf_free(&packed);
}

static bool contains(struct slice s, const char *part)
{
	return memmem(s.p, s.n, part, strlen(part)) != NULL;
}

static void test_bit_order(void **state)
{
	status_bit_set(bits, 0);
	status_bit_set(bits, 9);
	status_bit_set(bits, STATUS_LIST_SIZE - 1);
	assert_int_equal(bits[0], 0x80);
	assert_int_equal(bits[1], 0x40);
	assert_int_equal(bits[STATUS_LIST_BYTES - 1], 0x01);
	assert_true(status_bit(bits, 9));
	assert_false(status_bit(bits, 8));
	assert_false(status_bit(bits, 10));
}

static void test_credential(void **state)
{
	static uint8_t back[STATUS_LIST_BYTES];
	struct status_list_facts f = facts();
	struct unsecured_document d;
	struct instant created;
	char text[INSTANT_TEXT];
	status_bit_set(bits, 73911);
	assert_int_equal(status_list_build(arena, &f, &d, &created), 0);
	assert_true(slice_starts(d.json, SLICE(
		"{\"@context\":[\"https://www.w3.org/ns/credentials/v2\"],"
		"\"id\":\"https://localhost:8443/issuers/shili/status/revocation/1\","
		"\"type\":[\"VerifiableCredential\",\"BitstringStatusListCredential\"],"
		"\"issuer\":\"did:web:localhost%3A8443:issuers:shili\","
		"\"validFrom\":\"2026-11-20T02:15:07Z\",\"validUntil\":\"2026-11-24T00:00:00Z\","
		"\"credentialSubject\":{"
		"\"id\":\"https://localhost:8443/issuers/shili/status/revocation/1#list\","
		"\"type\":\"BitstringStatusList\",\"statusPurpose\":\"revocation\",\"encodedList\":\"u")));
	assert_true(contains(d.json, "\",\"ttl\":300000}}"));
	unpack(d.json, back);
	assert_memory_equal(back, bits, sizeof bits);
	instant_format(created, text);
	assert_string_equal(text, "2026-11-22T00:00:00Z");
	assert_true(contains(d.canonical,
		"<https://www.w3.org/ns/credentials/status#ttl> "
		"\"300000\"^^<http://www.w3.org/2001/XMLSchema#integer> .\n"));
}

static void test_same_day_same_bytes(void **state)
{
	struct status_list_facts f = facts();
	struct unsecured_document a, b, next;
	struct instant at, bt, ct;
	char text[INSTANT_TEXT];
	random_bytes(bits, sizeof bits / 4);
	assert_int_equal(status_list_build(arena, &f, &a, &at), 0);
	f.now = instant_of("2026-11-22T00:00:00Z");
	assert_int_equal(status_list_build(arena, &f, &b, &bt), 0);
	assert_true(slice_eq(a.json, b.json) && slice_eq(a.canonical, b.canonical));
	assert_int_equal(at.us, bt.us);
	/* A change of today is when the proof was made. */
	f.changed = instant_of("2026-11-22T05:00:00Z");
	assert_int_equal(status_list_build(arena, &f, &next, &ct), 0);
	instant_format(ct, text);
	assert_string_equal(text, "2026-11-22T05:00:00Z");
	assert_false(slice_eq(next.json, b.json));
}

static void test_incompressible(void **state)
{
	static uint8_t back[STATUS_LIST_BYTES];
	struct status_list_facts f = facts();
	struct unsecured_document d;
	struct instant created;
	random_bytes(bits, sizeof bits);
	assert_int_equal(status_list_build(arena, &f, &d, &created), 0);
	unpack(d.json, back);
	assert_memory_equal(back, bits, sizeof bits);
}

static void test_failures(void **state)
{
	struct status_list_facts f = facts();
	struct arena *small = arena_new(8 * KIB);
	struct unsecured_document d;
	struct instant created;
	assert_int_equal(status_list_build(small, &f, &d, &created), E_NOMEM);
	arena_free(small);
	f.issuer_slug = SLICE("a/b");
	assert_int_equal(status_list_build(arena, &f, &d, &created), E_SYNTAX);
	f = facts();
	f.purpose = SLICE("a b");
	assert_int_equal(status_list_build(arena, &f, &d, &created), E_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_bit_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_credential, setup, teardown),
		cmocka_unit_test_setup_teardown(test_same_day_same_bytes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_incompressible, setup, teardown),
		cmocka_unit_test_setup_teardown(test_failures, setup, teardown),
	};
	return cmocka_run_group_tests_name("status_list", tests, NULL, NULL);
}
