/* pdf/page.c - the grid of a page, from top to bottom:
 *
 *   heading      which kind of certificate this is
 *   band         who answers for it, or what it is not
 *   holder       the full name, the largest words of the page
 *   title        what was attained
 *   table        two columns of labelled facts
 *   pair         who issued the other half
 *   foot         QR code, code in text, how to verify | issuer and date
 *
 * A conforming print names the holder's identity document, has an empty frame for the photo, which nobody
 * keeps, and the addresses of the national query (人社鉴发〔2021〕1号). Every other says that it is for checking.
 *
 * All kinds use the same grid; each has its own heading, colour and words, and what is no public
 * certificate none that belong to those but to say that it is not one. */
#include "pdf/page.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/outcome.h"
#include "pdf/ornament.h"
#include "pdf/qr.h"

#define LEFT 78.0
#define WIDTH (PAGE_WIDTH - 2 * LEFT)

#define PHOTO_WIDTH 70.87 /* 25 mm by 35 mm */
#define PHOTO_HEIGHT 99.21

enum { TABLE_TOP = 438, TABLE_HEIGHT = 144, ROW = 48, FOOT = 628, QR_SIZE = 118 };

/* What differs in words between the kinds. */
struct wording {
	const char *heading, *heading_en;
	const char *band, *band_en;
	const char *attained, *attained_en;
	const char *work_type, *work_type_en; /* label of that cell */
	const char *issuer;                   /* label of who signs, both languages */
	const char *other, *other_en;         /* the other half of a pair, where that needs saying */
};

static const struct wording wordings[KIND_COUNT] = {
	[KIND_SKILL_GRADE] = {
		.heading = "职业技能等级证书",
		.heading_en = "Certificate of Vocational Skill Grade",
		.band = "谁评价　谁负责　谁发证",
		.band_en = "The evaluation body that held the examination issues this certificate and "
		           "answers for it",
		.attained = "经评价考核合格，达到下列职业技能等级",
		.attained_en = "has passed the assessment and attained the vocational skill grade of",
		.work_type = "工种／职业方向",
		.work_type_en = "Type of work",
		.issuer = "发证机构　Issued by",
		.other = "（企业证书）",
		.other_en = ", the company's,",
	},
	[KIND_COMPANY] = {
		.heading = "企业证书",
		.heading_en = "Company Certificate",
		.band = "企业证书，非职业技能等级证书",
		.band_en = "A company's own certificate; it is not a vocational skill grade certificate",
		.attained = "经考核合格，符合本企业下列岗位要求",
		.attained_en = "has passed the assessment and meets this company's requirements for",
		.work_type = "岗位方向",
		.work_type_en = "Field of work",
		.issuer = "发证企业　Issued by the company",
		.other = "",
		.other_en = "",
	},
};

/* The first failure of a page; what follows it is not drawn. */
struct page {
	struct pen *pen;
	const struct pdf_facts *f;
	const struct palette *c;
	int r;
};

static double put(struct page *p, struct box box, struct slice text, const char *field)
{
	double height = 0;
	if (p->r == 0 && text.n)
		p->r = pen_text(p->pen, &box, text, field, &height);
	return height;
}

/* ---- top ---- */

static void heading(struct page *p, const struct wording *w)
{
	const struct box zh = {
		LEFT, 78, WIDTH, 60, 35, 20, PANGO_ALIGN_CENTER, PANGO_WEIGHT_BOLD, p->c->strong, true, 0};
	const struct box en = {
		LEFT, 136, WIDTH, 20, 12.5, 8, PANGO_ALIGN_CENTER, PANGO_WEIGHT_NORMAL, p->c->strong, true, 0};
	put(p, zh, slice_of(w->heading), "heading");
	put(p, en, slice_of(w->heading_en), "heading");
}

static void band(struct page *p, const struct wording *w)
{
	static const struct colour white = {1, 1, 1};
	bool plain = kind_row(p->f->kind)->plain;
	cairo_t *cr = p->pen->cr;
	struct box zh = {LEFT, 170, WIDTH, 30, plain ? 16 : 11, 8, PANGO_ALIGN_CENTER,
	                 plain ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL,
	                 plain ? white : p->c->quiet, true, 0};
	struct box en = {LEFT, 201, WIDTH, 16, 8.5, 6, PANGO_ALIGN_CENTER, PANGO_WEIGHT_NORMAL,
	                 plain ? p->c->strong : p->c->quiet, true, 0};
	if (plain) {
		cairo_set_source_rgb(cr, p->c->strong.r, p->c->strong.g, p->c->strong.b);
		cairo_rectangle(cr, LEFT, zh.y, WIDTH, zh.h);
		cairo_fill(cr);
	} else {
		ornament_rule(cr, LEFT, 172, WIDTH, p->c->strong);
		zh.y += 4;
	}
	put(p, zh, slice_of(w->band), "band");
	put(p, en, slice_of(w->band_en), "band");
}

static bool conforming(const struct page *p)
{
	return p->f->id_number.n > 0;
}

static void middle(struct page *p, const struct wording *w)
{
	struct box small = {LEFT, 238, WIDTH, 18, 11.5, 8, PANGO_ALIGN_CENTER, PANGO_WEIGHT_NORMAL,
	                    p->c->quiet, true, 0};
	const double beside = conforming(p) ? PHOTO_WIDTH + 8 : 0; /* on both sides: it stays in the middle */
	const struct box name = {LEFT + beside, 258, WIDTH - 2 * beside, 64, 34, 8, PANGO_ALIGN_CENTER,
	                         PANGO_WEIGHT_BOLD, p->c->ink, true, 20};
	const bool english = p->f->title_en.n;
	const struct box title = {LEFT, 363, WIDTH, english ? 42 : 58, 21, 8, PANGO_ALIGN_CENTER,
	                          PANGO_WEIGHT_BOLD, p->c->strong, true, 15};
	const struct box title_en = {LEFT, 406, WIDTH, 18, 10, 5, PANGO_ALIGN_CENTER, PANGO_WEIGHT_NORMAL,
	                             p->c->strong, true, 7};
	put(p, small, SLICE("兹证明　This is to certify that"), "words");
	put(p, name, p->f->holder, "holder");
	small.y = 326;
	put(p, small, slice_of(w->attained), "words");
	small.y = 344;
	small.size = 9.5;
	put(p, small, slice_of(w->attained_en), "words");
	put(p, title, p->f->title, "title");
	put(p, title_en, p->f->title_en, "title_en");
}

/* ---- the photo's place ---- */

static void photo(struct page *p)
{
	const double x = LEFT + WIDTH - PHOTO_WIDTH, y = 228;
	const struct box words = {x + 4, y, PHOTO_WIDTH - 8, PHOTO_HEIGHT, 8, 5, PANGO_ALIGN_CENTER,
	                          PANGO_WEIGHT_NORMAL, p->c->quiet, true, 0};
	cairo_t *cr = p->pen->cr;
	cairo_set_source_rgb(cr, p->c->line.r, p->c->line.g, p->c->line.b);
	cairo_set_line_width(cr, 0.8);
	cairo_rectangle(cr, x, y, PHOTO_WIDTH, PHOTO_HEIGHT);
	cairo_stroke(cr);
	put(p, words, SLICE("照片　Photo"), "words");
}

/* ---- the table ---- */

struct cell {
	const char *label, *label_en;
	struct slice value, value_en;
	const char *field;
};

static void draw_cell(struct page *p, const struct cell *c, int at, double row)
{
	double x = LEFT + at % 2 * (WIDTH / 2 + 8), width = WIDTH / 2 - 8;
	double y = TABLE_TOP + at / 2 * row;
	char label[64];
	snprintf(label, sizeof label, "%s　%s", c->label, c->label_en);
	const double low = row - ROW; /* negative where rows are lower */
	const struct box head = {x, y + 4.5 + low / 8, width, 12, 7.6, 5, PANGO_ALIGN_LEFT, PANGO_WEIGHT_NORMAL,
	                         p->c->quiet, false, 0};
	const struct box value = {x, y + 15 + low / 6, width, c->value_en.n ? 19 + low / 4 : 29 + low, 12.5 + low / 6, 4,
	                          PANGO_ALIGN_LEFT, PANGO_WEIGHT_BOLD, p->c->ink, false, 9};
	const struct box english = {x, y + 32.5 + low * 0.7, width, 12, 8, 4, PANGO_ALIGN_LEFT,
	                            PANGO_WEIGHT_NORMAL, p->c->quiet, false, 6};
	cairo_t *cr = p->pen->cr;
	cairo_set_source_rgb(cr, p->c->line.r, p->c->line.g, p->c->line.b);
	cairo_set_line_width(cr, 0.6);
	cairo_move_to(cr, x, y);
	cairo_line_to(cr, x + width, y);
	cairo_stroke(cr);
	put(p, head, slice_of(label), "label");
	put(p, value, c->value, c->field);
	put(p, english, c->value_en, c->field);
}

enum { LONG_DATE = 40 };

/* 2026年11月20日 */
static struct slice chinese_date(struct slice iso, char out[static LONG_DATE])
{
	struct day d;
	int year, month, dom;
	if (!day_parse(iso, &d))
		return SLICE_NONE;
	day_to_civil(d, &year, &month, &dom);
	snprintf(out, LONG_DATE, "%d年%d月%d日", year, month, dom);
	return slice_of(out);
}

static void table(struct page *p, const struct wording *w)
{
	const struct pdf_facts *f = p->f;
	bool grade = kind_row(f->kind)->names_grade;
	char issued[LONG_DATE], expires[LONG_DATE];
	struct slice until = chinese_date(f->expires_on, expires);
	const bool without = conforming(p) && !f->work_type.n; /* which a conforming print says */
	const struct cell cells[] = {
		{"证件类型", "Identity document", f->id_type, SLICE_NONE, "id_type"},
		{"证件号码", "Document number", f->id_number, SLICE_NONE, "id_number"},
		{"职业", "Occupation", grade ? f->occupation : SLICE_NONE, f->occupation_en, "occupation"},
		{w->work_type, w->work_type_en, without ? SLICE("--") : f->work_type, f->work_type_en, "work_type"},
		{"等级", "Level", grade ? f->level : SLICE_NONE, f->level_en, "level"},
		{"证书编号", "Certificate number", f->number, SLICE_NONE, "number"},
		{"发证日期", "Date of issue", chinese_date(f->issued_on, issued), f->issued_on, "issued_on"},
		{"有效期至", "Valid until", until.n ? until : SLICE("长期"),
	         until.n ? f->expires_on : SLICE("no expiry date"), "expires_on"},
	};
	const double row = conforming(p) ? TABLE_HEIGHT / 4.0 : ROW;
	int at = 0;
	for (size_t i = 0; i < ARRAY_LEN(cells); i++)
		if (cells[i].value.n)
			draw_cell(p, &cells[i], at++, row);
}

static void pair(struct page *p, const struct wording *w)
{
	char zh[PDF_TEXT_MAX + 128], en[PDF_TEXT_MAX + 128];
	struct slice other = p->f->partner;
	const struct box first = {LEFT, 586, WIDTH, 17, 9.5, 4, PANGO_ALIGN_CENTER,
	                          PANGO_WEIGHT_NORMAL, p->c->strong, true, 7};
	const struct box second = {LEFT, 602, WIDTH, 14, 7.8, 4, PANGO_ALIGN_CENTER,
	                           PANGO_WEIGHT_NORMAL, p->c->quiet, true, 0};
	if (!other.n)
		return;
	snprintf(zh, sizeof zh, "一次考试，两份证书：另一份%s由%.*s签发", w->other,
	         SLICE_ARGS(other));
	snprintf(en, sizeof en, "One examination, two certificates: the other one%s was issued by %.*s",
	         w->other_en, SLICE_ARGS(p->f->partner_en.n ? p->f->partner_en : other));
	put(p, first, slice_of(zh), "partner");
	put(p, second, slice_of(en), "partner");
}

/* ---- foot ---- */

enum { GROUP = 4, GROUPED = 2 * PDF_TEXT_MAX };

/* ABCD EFGH ...: in fours for reading aloud and typing; spaces do not count when it is looked up. */
static struct slice grouped(struct slice code, char out[static GROUPED])
{
	size_t n = 0;
	for (size_t i = 0; i < code.n; i++) {
		if (i && i % GROUP == 0)
			out[n++] = ' ';
		out[n++] = code.p[i];
	}
	return slice_from(out, n);
}

static void verify(struct page *p)
{
	char code[GROUPED], how[PDF_TEXT_MAX + 256];
	const struct pdf_facts *f = p->f;
	const double x = LEFT + QR_SIZE + 10, width = 182;
	struct box label = {x, FOOT + 4, width, 12, 7.6, 5, PANGO_ALIGN_LEFT, PANGO_WEIGHT_NORMAL,
	                    p->c->quiet, false, 0};
	const struct box value = {x, FOOT + 18, width, 28, 11.5, 6, PANGO_ALIGN_LEFT,
	                          PANGO_WEIGHT_BOLD, p->c->ink, false, 9};
	struct box note = {x, FOOT + 44, width, 58, 7.6, 4, PANGO_ALIGN_LEFT, PANGO_WEIGHT_NORMAL,
	                   p->c->quiet, false, 0};
	put(p, label, SLICE("核验码　Verification code"), "label");
	put(p, value, grouped(f->code, code), "code");
	snprintf(how, sizeof how,
	         "扫描二维码，或在 %.*s 输入核验码核验。证书是否有效，以核验结果为准。",
	         SLICE_ARGS(f->host));
	note.h = 26;
	note.y += put(p, note, slice_of(how), "host") + 1;
	note.h = FOOT + QR_SIZE - note.y;
	snprintf(how, sizeof how, "Scan the code, or enter it at %.*s. What the registry answers then, "
	                          "not this page, says whether the certificate is valid.",
	         SLICE_ARGS(f->host));
	put(p, note, slice_of(how), "host");
	if (p->r == 0)
		p->r = qr_draw(p->pen->cr, f->url, LEFT - 8, FOOT - 4, QR_SIZE);
	if (p->r == E_LIMIT && !p->pen->fault.field)
		p->pen->fault.field = "url";
}

static void issuer(struct page *p, const struct wording *w)
{
	char date[LONG_DATE];
	const double x = LEFT + QR_SIZE + 204, width = LEFT + WIDTH - x;
	const struct box label = {x, FOOT + 4, width, 12, 7.6, 5, PANGO_ALIGN_CENTER,
	                          PANGO_WEIGHT_NORMAL, p->c->quiet, false, 0};
	struct box name = {x, FOOT + 20, width, 42, 13, 4, PANGO_ALIGN_CENTER, PANGO_WEIGHT_BOLD,
	                   p->c->strong, true, 10};
	const struct box english = {x, FOOT + 63, width, 22, 8, 4, PANGO_ALIGN_CENTER,
	                            PANGO_WEIGHT_NORMAL, p->c->quiet, true, 6};
	const struct box day = {x, FOOT + 90, width, 18, 10.5, 6, PANGO_ALIGN_CENTER,
	                        PANGO_WEIGHT_NORMAL, p->c->ink, true, 0};
	put(p, label, slice_of(w->issuer), "label");
	if (!p->f->issuer_en.n)
		name.h += 22;
	put(p, name, p->f->issuer, "issuer");
	put(p, english, p->f->issuer_en, "issuer_en");
	put(p, day, chinese_date(p->f->issued_on, date), "issued_on");
}

/* What this print is for; of a kind that has no conforming print there is only this one. */
static void purpose(struct page *p)
{
	const struct box box = {LEFT, 749, WIDTH, 14, 8.5, 4, PANGO_ALIGN_CENTER, PANGO_WEIGHT_NORMAL,
	                        p->c->strong, true, 0};
	if (conforming(p))
		put(p, box, SLICE("国家查询网址　National query: jndj.osta.org.cn　pjjg.osta.org.cn"), "words");
	else if (kind_row(p->f->kind)->names_grade)
		put(p, box, SLICE("核验用副本，不载证件号码　Checking copy, without the ID number"), "words");
}

static void imprint(struct page *p)
{
	char text[PDF_TEXT_MAX + 128];
	struct box box = {LEFT, 765, WIDTH, 12, 7, 4, PANGO_ALIGN_CENTER, PANGO_WEIGHT_NORMAL,
	                  p->c->quiet, true, 0};
	put(p, box, SLICE("本文件附有带数字签名的凭证，可脱机核验。"), "words");
	snprintf(text, sizeof text, "The signed credential is attached to this file as %.*s.json and can "
	                            "be verified offline.",
	         SLICE_ARGS(p->f->number));
	box.y += 12;
	put(p, box, slice_of(text), "number");
}

int page_draw(struct pen *pen, const struct pdf_facts *f)
{
	const struct wording *w = &wordings[f->kind];
	struct page p = {.pen = pen, .f = f, .c = palette_of(f->kind)};
	heading(&p, w);
	band(&p, w);
	middle(&p, w);
	if (conforming(&p))
		photo(&p);
	table(&p, w);
	pair(&p, w);
	verify(&p);
	issuer(&p, w);
	purpose(&p);
	imprint(&p);
	return p.r;
}
