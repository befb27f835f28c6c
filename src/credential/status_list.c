/* credential/status_list.c - bits to gzip to base64url to the list's credential.
 *
 * The gzip header is fixed (no time, unknown system), so that equal bits give equal bytes under
 * one version of zlib. */
#include "credential/status_list.h"

#include <assert.h>

#define ZLIB_CONST /* next_in is only read */
#include <zlib.h>

#include "base/buf.h"
#include "base/outcome.h"
#include "credential/did.h"
#include "credential/credential.h"
#include "credential/vocabulary.h"
#include "crypt/encode.h"

enum {
	LEVEL = 6,
	GZIP = 15 + 16, /* zlib's window bits for the gzip format */
	SYSTEM_UNKNOWN = 255,
};

#define DAY_US (INT64_C(86400) * 1000000)

enum value { V_ID, V_DID, V_FROM, V_UNTIL, V_SUBJECT, V_PURPOSE, V_BITS, V_TTL, VALUES };

static const struct template_row rows[] = {
	{.op = T_CONTEXT, .json = "[\"" CONTEXT_CREDENTIALS "\"]"},
	{.op = T_ID},
	{.op = T_TYPE, .json = "[\"VerifiableCredential\",\"BitstringStatusListCredential\"]",
	 .iri = VC_("VerifiableCredential")},
	{.op = T_TYPE, .iri = STATUS_("BitstringStatusListCredential")},
	{.op = T_LINK, .key = "issuer", .iri = VC_("issuer"), .value = V_DID},
	{.op = T_TEXT, .key = "validFrom", .iri = VC_("validFrom"), .datatype = XSD_DATETIME,
	 .value = V_FROM},
	{.op = T_TEXT, .key = "validUntil", .iri = VC_("validUntil"), .datatype = XSD_DATETIME,
	 .value = V_UNTIL},
	{.op = T_OPEN, .key = "credentialSubject", .iri = VC_("credentialSubject"),
	 .value = V_SUBJECT},
		{.op = T_ID},
		{.op = T_TYPE, .json = "\"BitstringStatusList\"",
		 .iri = STATUS_("BitstringStatusList")},
		{.op = T_TEXT, .key = "statusPurpose", .iri = STATUS_("statusPurpose"),
		 .value = V_PURPOSE},
		{.op = T_TEXT, .key = "encodedList", .iri = STATUS_("encodedList"),
		 .datatype = SECURITY_("multibase"), .value = V_BITS},
		{.op = T_RAW, .key = "ttl", .iri = STATUS_("ttl"), .datatype = XSD_INTEGER,
		 .value = V_TTL},
	{.op = T_CLOSE},
};

/* Room that is enough for bits that do not compress. */
static size_t packed_max(size_t n)
{
	return n + n / 64 + KIB;
}

static int pack(struct slice bits, uint8_t *out, size_t *ret_n)
{
	size_t room = packed_max(bits.n);
	z_stream z = {0};
	gz_header header = {.os = SYSTEM_UNKNOWN};
	if (deflateInit2(&z, LEVEL, Z_DEFLATED, GZIP, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return E_LIBRARY;
	deflateSetHeader(&z, &header);
	z.next_in = (const uint8_t *)bits.p;
	z.avail_in = (uInt)bits.n;
	z.next_out = out;
	z.avail_out = (uInt)room;
	int done = deflate(&z, Z_FINISH);
	*ret_n = room - z.avail_out;
	deflateEnd(&z);
	return done == Z_STREAM_END ? 0 : E_LIBRARY;
}

int status_list_encode(struct arena *a, struct slice bits, struct slice *ret)
{
	uint8_t *packed = arena_alloc(a, packed_max(bits.n));
	struct buf text = BUF_INIT(2 * packed_max(bits.n));
	size_t n = 0;
	if (!packed)
		return E_NOMEM;
	int r = pack(bits, packed, &n);
	if (r)
		return r;
	buf_addc(&text, 'u');
	base64url_add(&text, slice_from(packed, n));
	*ret = buf_failed(&text) ? SLICE_NONE : arena_slice(a, buf_slice(&text));
	buf_free(&text);
	return ret->p ? 0 : E_NOMEM;
}

static struct slice instant(struct arena *a, struct instant t)
{
	char text[INSTANT_TEXT];
	instant_format(t, text);
	return arena_slice(a, slice_of(text));
}

int status_list_build(struct arena *a, const struct status_list_facts *f, struct unsecured_document *ret,
                      struct instant *ret_created)
{
	struct slice v[VALUES];
	struct instant today = {f->now.us / DAY_US * DAY_US};
	struct slice bits = slice_from(f->bits, f->n_bytes ? f->n_bytes : STATUS_LIST_BYTES);
	assert(bits.n <= STATUS_LIST_BYTES_MAX);
	int r = did_web(a, f->public_url, f->issuer_slug, &v[V_DID]);
	v[V_BITS] = f->encoded;
	if (r == 0 && !f->encoded.n)
		r = status_list_encode(a, bits, &v[V_BITS]);
	if (r)
		return r;
	struct slice url = status_list_url(a, f->public_url, f->issuer_slug, f->purpose, f->list);
	v[V_ID] = url;
	v[V_FROM] = instant(a, f->changed);
	v[V_UNTIL] = instant(a, (struct instant){today.us + 2 * DAY_US});
	v[V_SUBJECT] = ARENA_JOIN(a, url, SLICE("#list"));
	v[V_PURPOSE] = f->purpose;
	v[V_TTL] = slice_of(arena_printf(a, "%lld", (long long)(f->ttl.us / 1000)));
	if (arena_failed(a))
		return E_NOMEM;
	r = template_fill(a, rows, ARRAY_LEN(rows), v, V_ID, ret);
	if (r == 0)
		*ret_created = f->changed.us > today.us ? f->changed : today;
	return r;
}

/* ------------------------------------------------------------------ reading */

/* The text of an instant as we write it, and no other. */
static bool instant_exact(struct slice text, struct instant *ret)
{
	char again[INSTANT_TEXT];
	if (!instant_parse(text, ret))
		return false;
	instant_format(*ret, again);
	return slice_is(text, again);
}

/* A number as we write it: no leading zero. */
static bool number_exact(struct slice text, uint64_t max)
{
	uint64_t v;
	return slice_to_u64(text, &v) && v <= max && (text.n == 1 || text.p[0] != '0');
}

/* Whether url is …/issuers/slug/status/purpose/n of this issuer, and subject belongs to it. */
static bool addresses_ok(struct arena *a, const struct status_list *l, struct slice subject)
{
	struct slice prefix = ARENA_JOIN(a, l->public_url, SLICE("/issuers/"), l->issuer_slug, SLICE("/status/"), l->purpose,
	                                 SLICE("/"));
	return prefix.p && slice_starts(l->url, prefix) &&
	       number_exact(slice_skip(l->url, prefix.n), UINT32_MAX) &&
	       slice_starts(subject, l->url) && slice_is(slice_skip(subject, l->url.n), "#list");
}

int status_list_parse(struct arena *a, const json_t *json, struct status_list *ret,
                      enum template_op *ret_at)
{
	struct slice v[VALUES];
	int r = template_read(a, rows, ARRAY_LEN(rows), json, V_ID, v, VALUES, ret_at);
	if (r)
		return r;
	struct status_list l = {
		.did = v[V_DID],
		.url = v[V_ID],
		.purpose = v[V_PURPOSE],
		.encoded = v[V_BITS],
	};
	r = did_parse(a, l.did, &l.public_url, &l.issuer_slug);
	if (r == 0 && (!addresses_ok(a, &l, v[V_SUBJECT]) || !number_exact(v[V_TTL], INT64_MAX) ||
	               !instant_exact(v[V_FROM], &l.valid_from) ||
	               !instant_exact(v[V_UNTIL], &l.valid_until)))
		r = E_SYNTAX;
	if (r == 0)
		r = template_fill(a, rows, ARRAY_LEN(rows), v, V_ID, &l.document);
	if (r) {
		*ret_at = T_TEXT;
		return arena_failed(a) ? E_NOMEM : r;
	}
	*ret = l;
	return 0;
}

/* Unpacks one gzip member that is all of packed. */
static int unpack(struct slice packed, uint8_t *out, size_t *ret_n)
{
	z_stream z = {0};
	if (inflateInit2(&z, GZIP) != Z_OK)
		return E_NOMEM;
	z.next_in = (const uint8_t *)packed.p;
	z.avail_in = (uInt)packed.n;
	z.next_out = out;
	z.avail_out = STATUS_LIST_BYTES_MAX + 1;
	int done = inflate(&z, Z_FINISH);
	size_t n = STATUS_LIST_BYTES_MAX + 1 - z.avail_out;
	bool all = z.avail_in == 0;
	inflateEnd(&z);
	if (n > STATUS_LIST_BYTES_MAX)
		return E_LIMIT;
	if (done != Z_STREAM_END || !all)
		return E_SYNTAX;
	*ret_n = n;
	return n < STATUS_LIST_BYTES ? E_LIMIT : 0;
}

int status_list_unpack(struct arena *a, struct slice encoded, const uint8_t **ret_bits,
                       size_t *ret_n)
{
	struct buf packed = BUF_INIT(encoded.n + 8);
	if (!encoded.n || encoded.p[0] != 'u')
		return E_SYNTAX;
	uint8_t *bits = arena_alloc(a, STATUS_LIST_BYTES_MAX + 1);
	if (!bits)
		return E_NOMEM;
	int r = base64url_decode(slice_skip(encoded, 1), &packed);
	if (r == 0)
		r = unpack(buf_slice(&packed), bits, ret_n);
	buf_free(&packed);
	if (r == 0)
		*ret_bits = bits;
	return r;
}
