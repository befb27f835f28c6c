/* pdf/archive.c - see archive.h. The colour profile is that of the Debian package icc-profiles-free; the build
 * makes srgb_profile of it. */
#include "pdf/archive.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <glib.h>
#include <zlib.h>

#include "base/outcome.h"
#include "pdf/srgb.h"

#define PRODUCER "talentd"

void archive_date(struct slice day, char out[static ARCHIVE_DATE])
{
	snprintf(out, ARCHIVE_DATE, "D:%.4s%.2s%.2s000000+08'00'", day.p, day.p + 5, day.p + 8);
}

void archive_id(struct slice bytes, char out[static ARCHIVE_ID])
{
	char *hex = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes.p, bytes.n);
	snprintf(out, ARCHIVE_ID, "%.32s", hex);
	g_free(hex);
}

/* ---- the information dictionary ---- */

/* A text string: UTF-16 with its mark, in hexadecimal. */
static int add_text(struct buf *pdf, struct slice s)
{
	glong n;
	gunichar2 *units = g_utf8_to_utf16(s.p, (glong)s.n, NULL, &n, NULL);
	if (!units)
		return E_NOMEM;
	buf_adds(pdf, "<FEFF");
	for (glong i = 0; i < n; i++)
		buf_addf(pdf, "%04X", (unsigned)units[i]);
	buf_adds(pdf, ">");
	g_free(units);
	return 0;
}

static int add_info(struct update *u, const struct archive_facts *f)
{
	char date[ARCHIVE_DATE];
	archive_date(f->day, date);
	update_info(u);
	buf_adds(u->pdf, "<< /Title ");
	int r = add_text(u->pdf, f->title);
	buf_adds(u->pdf, "\n   /Author ");
	if (r == 0)
		r = add_text(u->pdf, f->author);
	buf_addf(u->pdf, "\n   /Producer (" PRODUCER ") /CreationDate (%s) /ModDate (%s) >>", date, date);
	update_close(u);
	return r;
}

/* ---- XMP ---- */

static const char xmp[] =
	"<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
	"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
	"<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
	"<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n"
	"<dc:format>application/pdf</dc:format>\n"
	"<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">%s</rdf:li></rdf:Alt></dc:title>\n"
	"<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>\n"
	"</rdf:Description>\n"
	"<rdf:Description rdf:about=\"\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\">\n"
	"<xmp:CreateDate>%.*sT00:00:00+08:00</xmp:CreateDate>\n"
	"<xmp:ModifyDate>%.*sT00:00:00+08:00</xmp:ModifyDate>\n"
	"</rdf:Description>\n"
	"<rdf:Description rdf:about=\"\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\n"
	"<pdf:Producer>" PRODUCER "</pdf:Producer>\n"
	"</rdf:Description>\n"
	"</rdf:RDF>\n"
	"</x:xmpmeta>\n"
	"<?xpacket end=\"r\"?>";

static int add_metadata(struct update *u, struct arena *arena, const struct archive_facts *f)
{
	char *title = g_markup_escape_text(f->title.p, (gssize)f->title.n);
	char *author = g_markup_escape_text(f->author.p, (gssize)f->author.n);
	char *text = arena_printf(arena, xmp, title, author, SLICE_ARGS(f->day), SLICE_ARGS(f->day));
	g_free(title);
	g_free(author);
	if (!text)
		return E_NOMEM;
	uint64_t n = update_object(u);
	buf_addf(u->pdf, "<< /Type /Metadata /Subtype /XML /Length %zu >>\nstream\n%s\nendstream", strlen(text),
	         text);
	update_close(u);
	buf_addf(&u->catalog, "   /Metadata %" PRIu64 " 0 R\n", n);
	return 0;
}

/* ---- colours ---- */

static int add_profile(struct update *u)
{
	uLongf n = compressBound(srgb_profile_size);
	Bytef *packed = malloc(n);
	if (!packed || compress2(packed, &n, srgb_profile, srgb_profile_size, Z_BEST_COMPRESSION) != Z_OK) {
		free(packed);
		return E_NOMEM;
	}
	uint64_t object = update_object(u);
	buf_addf(u->pdf, "<< /N 3 /Alternate /DeviceRGB /Filter /FlateDecode /Length %lu >>\nstream\n", n);
	buf_add(u->pdf, slice_from(packed, n));
	buf_adds(u->pdf, "\nendstream");
	update_close(u);
	free(packed);
	buf_addf(&u->catalog, "   /OutputIntents [ << /Type /OutputIntent /S /GTS_PDFA1\n"
	                      "      /OutputConditionIdentifier (sRGB IEC61966-2.1) /Info (sRGB IEC61966-2.1)\n"
	                      "      /RegistryName (http://www.color.org) /DestOutputProfile %" PRIu64 " 0 R >> ]\n",
	         object);
	return 0;
}

int archive_add(struct update *u, struct arena *arena, const struct archive_facts *f)
{
	int r = add_info(u, f);
	if (r == 0)
		r = add_metadata(u, arena, f);
	return r ? r : add_profile(u);
}
