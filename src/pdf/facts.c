/* pdf/facts.c - one table of the texts serves checking, writing and reading. */
#include "pdf/facts.h"

#include <stddef.h>

#include <glib.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/outcome.h"
#include "channel/wire.h"

struct text {
	const char *name;
	size_t offset;
	size_t max;
	bool required;
};

#define TEXT(field, required) {#field, offsetof(struct pdf_facts, field), PDF_TEXT_MAX, required}
static const struct text texts[] = {
	TEXT(holder, true),
	TEXT(number, true),
	TEXT(title, true),
	TEXT(title_en, false),
	TEXT(occupation, false),
	TEXT(occupation_en, false),
	TEXT(work_type, false),
	TEXT(work_type_en, false),
	TEXT(level, false),
	TEXT(level_en, false),
	TEXT(issuer, true),
	TEXT(issuer_en, false),
	TEXT(partner, false),
	TEXT(partner_en, false),
	TEXT(id_type, false),
	TEXT(id_number, false),
	TEXT(issued_on, true),
	TEXT(expires_on, false),
	TEXT(url, true),
	TEXT(code, true),
	TEXT(host, true),
	{"credential", offsetof(struct pdf_facts, credential), PDF_CREDENTIAL_MAX, true},
};

const char *pdf_field(struct slice name)
{
	static const char *const others[] = {"kind", "heading", "band", "words", "label"};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (slice_is(name, texts[i].name))
			return texts[i].name;
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (slice_is(name, others[i]))
			return others[i];
	return NULL;
}

static struct slice text_of(const struct pdf_facts *f, const struct text *t)
{
	struct slice s;
	memcpy(&s, (const char *)f + t->offset, sizeof s);
	return s;
}

bool pdf_is_text(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return s.n == 0 || g_utf8_validate(s.p, (gssize)s.n, NULL);
}

static bool is_plain(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("'\"()<>[]\\", s.p[i]))
			return false;
	return true;
}

static const char *wrong_field(const struct pdf_facts *f)
{
	struct day day;
	if ((unsigned)f->kind >= KIND_COUNT)
		return "kind";
	if (!day_parse(f->issued_on, &day))
		return "issued_on";
	if (f->expires_on.n && !day_parse(f->expires_on, &day))
		return "expires_on";
	/* These also stand in the file's structure: an address and a file's name. */
	if (!is_plain(f->number) || memchr(f->number.p, '/', f->number.n))
		return "number";
	if (!is_plain(f->url))
		return "url";
	return NULL;
}

int pdf_facts_check(const struct pdf_facts *f, struct pdf_fault *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct slice s = text_of(f, &texts[i]);
		int r = s.n > texts[i].max                               ? E_LIMIT
		        : (texts[i].required && !s.n) || !pdf_is_text(s) ? E_SYNTAX
		                                                         : 0;
		if (r) {
			*ret = (struct pdf_fault){.field = texts[i].name};
			return r;
		}
	}
	const char *wrong = wrong_field(f);
	if (wrong)
		*ret = (struct pdf_fault){.field = wrong};
	return wrong ? E_SYNTAX : 0;
}

bool pdf_fault_is_of_page(int outcome, const struct pdf_fault *fault)
{
	return (outcome == E_REFUSED || outcome == E_LIMIT || outcome == E_SYNTAX) && fault->field &&
	       !slice_is(SLICE("number"), fault->field);
}

struct pdf_facts *pdf_facts_copy(struct arena *a, const struct pdf_facts *f)
{
	struct pdf_facts *copy = arena_alloc(a, sizeof *copy);
	if (!copy)
		return NULL;
	copy->kind = f->kind;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct slice s = text_of(f, &texts[i]);
		if (s.n)
			s = arena_slice(a, s);
		memcpy((char *)copy + texts[i].offset, &s, sizeof s);
	}
	return arena_failed(a) ? NULL : copy;
}

void pdf_facts_write(struct buf *b, const struct pdf_facts *f)
{
	buf_addc(b, (char)f->kind);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		wire_put_text(b, text_of(f, &texts[i]), 4);
}

int pdf_facts_read(struct slice *in, struct pdf_facts *ret)
{
	struct wire_reader r = {.rest = *in};
	struct pdf_facts f = {.kind = (enum certificate_kind)wire_number(&r, 1)};
	if (r.bad || (unsigned)f.kind >= KIND_COUNT)
		return E_SYNTAX;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct slice s = wire_text(&r, 4, 0, SIZE_MAX);
		memcpy((char *)&f + texts[i].offset, &s, sizeof s);
	}
	if (r.bad)
		return E_SYNTAX;
	*in = r.rest;
	*ret = f;
	return 0;
}
