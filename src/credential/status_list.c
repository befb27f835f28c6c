/* credential/status_list.c - bits to gzip to base64url to the list's credential.
 *
 * The gzip header is fixed (no time, unknown system), so that equal bits give equal bytes under
 * one version of zlib. */
#include "credential/status_list.h"

#define ZLIB_CONST /* next_in is only read */
#include <zlib.h>

#include "base/buf.h"
#include "base/outcome.h"
#include "credential/did.h"
#include "credential/document.h"
#include "credential/vocabulary.h"
#include "crypt/encode.h"

enum {
	LEVEL = 6,
	GZIP = 15 + 16, /* zlib's window bits for the gzip format */
	PACKED_MAX = STATUS_LIST_BYTES + KIB,
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

static int pack(const uint8_t *bits, uint8_t *out, size_t *ret_n)
{
	z_stream z = {0};
	gz_header header = {.os = SYSTEM_UNKNOWN};
	if (deflateInit2(&z, LEVEL, Z_DEFLATED, GZIP, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return E_LIBRARY;
	deflateSetHeader(&z, &header);
	z.next_in = bits;
	z.avail_in = STATUS_LIST_BYTES;
	z.next_out = out;
	z.avail_out = PACKED_MAX;
	int done = deflate(&z, Z_FINISH);
	*ret_n = PACKED_MAX - z.avail_out;
	deflateEnd(&z);
	return done == Z_STREAM_END ? 0 : E_LIBRARY;
}

static int encode(struct arena *a, const uint8_t *bits, struct slice *ret)
{
	uint8_t *packed = arena_alloc(a, PACKED_MAX);
	struct buf text = BUF_INIT(2 * PACKED_MAX);
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

int status_list_build(struct arena *a, const struct status_list_facts *f, struct document *ret,
                      struct instant *ret_created)
{
	struct slice v[VALUES];
	struct instant today = {f->now.us / DAY_US * DAY_US};
	int r = did_web(a, f->public_url, f->issuer_slug, &v[V_DID]);
	if (r == 0)
		r = encode(a, f->bits, &v[V_BITS]);
	if (r)
		return r;
	struct slice url = status_list_url(a, f->public_url, f->issuer_slug, f->purpose, f->list);
	v[V_ID] = url;
	v[V_FROM] = instant(a, f->changed);
	v[V_UNTIL] = instant(a, (struct instant){today.us + 2 * DAY_US});
	v[V_SUBJECT] = slice_of(arena_printf(a, "%.*s#list", SLICE_ARGS(url)));
	v[V_PURPOSE] = f->purpose;
	v[V_TTL] = slice_of(arena_printf(a, "%lld", (long long)(f->ttl.us / 1000)));
	if (arena_failed(a))
		return E_NOMEM;
	r = template_fill(a, rows, ARRAY_LEN(rows), v, V_ID, ret);
	if (r == 0)
		*ret_created = f->changed.us > today.us ? f->changed : today;
	return r;
}
