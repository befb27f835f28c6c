/* tests/unit/test_pdf_document.c - facts to a PDF, judged by other people's programs: its text,
 * fonts, attachments, QR code and structure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/outcome.h"
#include "../lib/paper.h"
#include "pdf/document.h"
#include "pdf/update.h"

static struct pdf_fonts *fonts;

/* 0 and the file in out, or what the first failing step says. */
static int make(const struct pdf_facts *facts, size_t n, struct buf *out,
                struct pdf_fault *fault)
{
	struct pdf_document *d = pdf_document_new(fonts);
	int r = 0;
	assert_non_null(d);
	for (size_t i = 0; i < n && r == 0; i++)
		r = pdf_document_add(d, &facts[i], fault);
	if (r == 0)
		r = pdf_document_finish(d, out);
	pdf_document_free(d);
	return r;
}

static struct paper *print(const struct pdf_facts *facts, size_t n)
{
	struct buf out = BUF_INIT(16 * MIB);
	struct pdf_fault fault = {0};
	int r = make(facts, n, &out, &fault);
	if (r)
		fail_msg("%d: %s U+%04X", r, fault.field ? fault.field : "", (unsigned)fault.character);
	struct paper *p = paper_new(buf_slice(&out));
	buf_free(&out);
	return p;
}

static void expect_text(const char *text, const char *want)
{
	if (!strstr(text, want))
		fail_msg("no \"%s\" in: %s", want, text);
}

static void expect_no_text(const char *text, const char *unwanted)
{
	if (strstr(text, unwanted))
		fail_msg("\"%s\" in: %s", unwanted, text);
}

static void test_text(void **state)
{
	const struct pdf_facts f = paper_facts(KIND_SKILL_GRADE);
	struct paper *p = print(&f, 1);
	const char *text = paper_text(p);
	static const char *const wanted[] = {
		"职业技能等级证书", "CertificateofVocationalSkillGrade", "张伟", "S000031000123264000001",
		"互联网营销师直播销售员四级/中级工", "Internetmarketingspecialist", "上海示例技能评价中心",
		"2026年11月20日", "2026-11-20", "长期", "4R8ZN0V3KX5T7YHQ2MCB6JDW9E", "talent.example",
		"另一份（企业证书）由星播示例科技有限公司签发", "S000031000123264000001.json",
	};
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		expect_text(text, wanted[i]);
	paper_free(p);
}

/* DOMAIN section 7: a company's certificate neither looks nor reads like a public one. The one
 * sentence that says what it is not, twice, is all it says of public ones. */
static void test_company_text(void **state)
{
	static const char *const reserved[] = {"中国", "中华", "国家", "全国", "职业资格",
	                                       "职业技能等级", "四级", "中级工", "intermediate"};
	const struct pdf_facts f = paper_facts(KIND_COMPANY);
	struct paper *p = print(&f, 1);
	char text[8192];
	snprintf(text, sizeof text, "%s", paper_text(p));
	static const char no_public[] = "企业证书，非职业技能等级证书";
	char *at = strstr(text, no_public);
	assert_non_null(at);
	memmove(at, at + strlen(no_public), strlen(at + strlen(no_public)) + 1);
	for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
		expect_no_text(text, reserved[i]);
	expect_text(text, "CompanyCertificate");
	expect_text(text, "itisnotavocationalskillgradecertificate");
	expect_text(text, "星播直播销售中级");
	expect_text(text, "XINGBO-2026-00000001");
	expect_text(text, "2029年11月19日");
	expect_text(text, "另一份由上海示例技能评价中心签发");
	paper_free(p);
}

static void test_plain_has_no_pair(void **state)
{
	struct pdf_facts f = paper_facts(KIND_SKILL_GRADE);
	f.partner = f.occupation_en = f.work_type_en = f.level_en = f.issuer_en = SLICE("");
	f.work_type = f.work_type_en = SLICE("");
	struct paper *p = print(&f, 1);
	const char *text = paper_text(p);
	expect_no_text(text, "另一份");
	expect_no_text(text, "工种");
	expect_text(text, "四级/中级工");
	paper_free(p);
}

static void test_structure(void **state)
{
	const struct pdf_facts f = paper_facts(KIND_SKILL_GRADE);
	struct paper *p = print(&f, 1);
	expect_text(paper_run(p, "qpdf --check a.pdf"), "No syntax or stream encoding errors");
	const char *info = paper_run(p, "TZ=Asia/Shanghai pdfinfo -isodates a.pdf");
	expect_text(info, "Pages:           1\n");
	expect_text(info, "(A4)");
	expect_text(info, "CreationDate:    2026-11-20T00:00:00+08");
	expect_text(info, "Author:          上海示例技能评价中心\n");
	expect_text(info, "PDF version:     1.7\n");
	/* name, type, encoding, embedded, subset, unicode */
	const char *line = strstr(paper_run(p, "pdffonts a.pdf | tail -n +3"), "+NotoSerifCJK");
	size_t fonts_seen = 0;
	for (; line; line = strstr(line + 1, "+NotoSerifCJK"), fonts_seen++)
		expect_text(line, "Identity-H       yes yes yes");
	assert_int_equal(fonts_seen, 2);
	assert_true(atoi(paper_run(p, "wc -c < a.pdf")) < 150000);
	paper_free(p);
}

/* ---- archives ---- */

/* What the file says of itself it says twice, alike; in dates of PDF; and which colours its numbers are. */
static void what_archives_ask_for(void **state)
{
	struct pdf_facts f = paper_facts(KIND_SKILL_GRADE);
	f.issuer = SLICE("评价<&>\"中心\"");
	struct paper *p = print(&f, 1);
	paper_run(p, "qpdf --qdf --object-streams=disable a.pdf q.pdf");
	expect_text(paper_run(p, "grep -a Date q.pdf"), "/CreationDate (D:20261120000000+08'00')");
	expect_text(paper_run(p, "grep -a Date q.pdf"), "/ModDate (D:20261120000000+08'00')");
	const char *info = paper_run(p, "pdfinfo a.pdf");
	expect_text(info, "Title:           互联网营销师 直播销售员 四级/中级工 S000031000123264000001\n");
	expect_text(info, "Author:          评价<&>\"中心\"\n");
	expect_text(info, "Producer:        talentd\n");
	const char *meta = paper_run(p, "pdfinfo -meta a.pdf");
	expect_text(meta, ">互联网营销师 直播销售员 四级/中级工 S000031000123264000001</rdf:li></rdf:Alt></dc:title>");
	expect_text(meta, "<rdf:li>评价&lt;&amp;&gt;&quot;中心&quot;</rdf:li></rdf:Seq></dc:creator>");
	expect_text(meta, "<xmp:CreateDate>2026-11-20T00:00:00+08:00</xmp:CreateDate>");
	expect_text(meta, "<xmp:ModifyDate>2026-11-20T00:00:00+08:00</xmp:ModifyDate>");
	expect_text(meta, "<pdf:Producer>talentd</pdf:Producer>");
	expect_no_text(meta, "pdfaid"); /* nothing is said of what nobody has validated */
	expect_text(paper_run(p, "tail -c 300 a.pdf"), "/ID [<");
	expect_text(paper_run(p, "grep -a -A5 /OutputIntent q.pdf"), "(sRGB IEC61966-2.1)");
	paper_free(p);
}

/* PDF/A-1b, the part that PDFBox knows, forbids what later parts allow or do not ask for: files within,
 * transparency, no CIDSet; and the file does not say which part it is. Nothing else may be wrong. */
static void preflight_finds_what_it_must(void **state)
{
	static const char *const jars[] = {"preflight", "pdfbox2", "xmpbox", "fontbox2", "commons-logging",
	                                   "javax.activation", "jaxb-api"};
	char command[700] = "java -cp ";
	if (system("command -v java > /dev/null") != 0) {
		print_message("skip: java is not installed (default-jre-headless)\n");
		skip();
	}
	for (size_t i = 0; i < ARRAY_LEN(jars); i++) {
		size_t n = strlen(command);
		snprintf(command + n, sizeof command - n, "%s/usr/share/java/%s.jar", i ? ":" : "", jars[i]);
		if (access(command + n + (i > 0), R_OK) != 0) {
			print_message("skip: %s.jar is missing (libpdfbox2-java, libactivation-java,"
			              " libjaxb-api-java)\n", jars[i]);
			skip();
		}
	}
	snprintf(command + strlen(command), sizeof command - strlen(command),
	         " org.apache.pdfbox.preflight.Validator_A1b a.pdf 2>&1 | grep '^[0-9]' | grep -v"
	         " -e '^1.4.7 .*EmbeddedFile' -e '^1.2.9 .*EmbeddedFile' -e '^2.2.1 .*transparency'"
	         " -e '^3.1.11 .*CIDSet' -e '^7.11 .*identification' || :");
	const struct pdf_facts f[] = {paper_facts(KIND_SKILL_GRADE), paper_facts(KIND_COMPANY)};
	struct paper *p = print(f, 2);
	assert_string_equal(paper_run(p, command), "");
	/* It looks: an author that differs from the other is found. */
	paper_run(p, "sed -i 's,<pdf:Producer>talentd,<pdf:Producer>talentx,' a.pdf");
	expect_text(paper_run(p, command), "7.");
	paper_free(p);
}

static void test_attachment(void **state)
{
	const struct pdf_facts f = paper_facts(KIND_SKILL_GRADE);
	struct paper *p = print(&f, 1);
	expect_text(paper_run(p, "pdfdetach -list a.pdf"), "1: S000031000123264000001.json\n");
	assert_string_equal(paper_run(p, "pdfdetach -save 1 -o c.json a.pdf && cat c.json"),
	                    "{\"name\":\"张伟\",\"proof\":[]}");
	expect_text(paper_run(p, "qpdf --json --json-key=attachments a.pdf"), "S000031000123264000001");
	/* The signed bytes stand in the file as they are. */
	paper_run(p, "grep -qaF '{\"name\":\"张伟\",\"proof\":[]}' a.pdf");
	paper_free(p);
}

static void test_qr_code(void **state)
{
	const struct pdf_facts f[] = {paper_facts(KIND_SKILL_GRADE), paper_facts(KIND_COMPANY)};
	struct paper *p = print(f, 2);
	paper_run(p, "pdftoppm -r 110 -png a.pdf page");
	assert_string_equal(paper_run(p, "zbarimg -q --raw page-1.png page-2.png 2>/dev/null"),
	                    "HTTPS://TALENT.EXAMPLE/V/4R8ZN0V3KX5T7YHQ2MCB6JDW9E\n"
	                    "HTTPS://TALENT.EXAMPLE/V/2T6B9QXW0M4HZK8V5NRC7DYJ3E\n");
	paper_free(p);
}

static void test_batch(void **state)
{
	struct pdf_facts f[6];
	char number[6][32];
	for (int i = 0; i < 6; i++) {
		f[i] = paper_facts(i % 2 ? KIND_COMPANY : KIND_SKILL_GRADE);
		snprintf(number[i], sizeof number[i], "S00003100012326400000%d", 9 - i);
		f[i].number = slice_of(number[i]);
	}
	struct paper *p = print(f, 6);
	expect_text(paper_run(p, "qpdf --check a.pdf"), "No syntax or stream encoding errors");
	expect_text(paper_run(p, "pdfinfo a.pdf"), "Pages:           6\n");
	const char *list = paper_run(p, "pdfdetach -list a.pdf");
	expect_text(list, "6 embedded files\n");
	expect_text(list, "1: S000031000123264000004.json\n"); /* a name tree is in order */
	expect_text(list, "6: S000031000123264000009.json\n");
	/* Fonts and ornaments are shared. */
	assert_true(atoi(paper_run(p, "wc -c < a.pdf")) < 200000);
	paper_free(p);
}

static void test_same_bytes(void **state)
{
	const struct pdf_facts f = paper_facts(KIND_COMPANY);
	struct buf a = BUF_INIT(MIB), b = BUF_INIT(MIB);
	struct pdf_fault fault;
	struct pdf_fonts *kept = fonts;
	assert_int_equal(make(&f, 1, &a, &fault), 0);
	fonts = pdf_fonts_new(); /* as another process would */
	assert_non_null(fonts);
	assert_int_equal(make(&f, 1, &b, &fault), 0);
	pdf_fonts_free(fonts);
	fonts = kept;
	assert_true(slice_eq(buf_slice(&a), buf_slice(&b)));
	buf_free(&a);
	buf_free(&b);
}

/* ---- names ---- */

static void test_rare_characters(void **state)
{
	static const char *const names[] = {
		"𠮷㛃", "𪛖𫝀𫠝𬺡", "阿卜杜热合曼·买买提明", "Nguyễn Thị Ánh", "O'Neil-Ünal", "e\xcc\x81",
	};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct pdf_facts f = paper_facts(KIND_SKILL_GRADE);
		f.holder = slice_of(names[i]);
		struct paper *p = print(&f, 1);
		if (i < 5) /* the last one may come back composed */
			expect_text(paper_run(p, "pdftotext a.pdf -"), names[i]);
		const char *list = paper_run(p, "pdffonts a.pdf | tail -n +3 | grep -v 'yes yes yes' || :");
		assert_string_equal(list, "");
		paper_free(p);
	}
}

static struct paper *print_holder(const char *name)
{
	struct pdf_facts f = paper_facts(KIND_SKILL_GRADE);
	f.holder = slice_of(name);
	return print(&f, 1);
}

/* A line ends behind a dot; only a part that does not fit at all is broken. */
static void long_names_break_at_their_dots(void **state)
{
	struct paper *p = print_holder("阿卜杜热合曼·买买提明·阿卜杜克热木江·努尔买买提");
	expect_text(paper_run(p, "pdftotext -layout a.pdf -"), "阿卜杜热合曼·买买提明·阿卜杜克热木江·\n");
	paper_free(p);
	p = print_holder("Anna·Maria·Von-Unverschuldet·Schmidt-Oberlausitz·Weissenburg");
	expect_text(paper_run(p, "pdftotext -layout a.pdf -"), "Schmidt-Oberlausitz·Weissenburg\n");
	paper_free(p);
	p = print_holder("买买提明买买提明买买提明买买提明买买提明买买提明买买提明买买提明买买提明买买提明买买提明"
	                 "买买提明买买提明买买提明买买提明买买提明买买提明买买提明买买提明买买提明买买提明·努尔");
	expect_text(paper_text(p), "买买提明·努尔");
	paper_free(p);
}

/* Of a name with a character that only another font has, all is drawn in the one weight they share. */
static void fallback_glyphs_are_of_one_weight(void **state)
{
	static const char line[] = "pdftohtml -xml -i -stdout a.pdf | grep 鑫";
	struct paper *p = print_holder("鑫");
	expect_text(paper_run(p, line), "<b>");
	paper_free(p);
	p = print_holder("鑫\xf0\xaa\x9b\x96");
	expect_text(paper_run(p, line), "鑫</text>");
	expect_no_text(paper_run(p, line), "<b>");
	paper_free(p);
}

static void both_halves_are_named_in_english(void **state)
{
	struct pdf_facts f = paper_facts(KIND_SKILL_GRADE);
	struct paper *p = print(&f, 1);
	expect_text(paper_text(p), "wasissuedbyXingboExampleTechnologyCo.,Ltd.");
	expect_text(paper_text(p), "Internetmarketingspecialist,livestreamsales,intermediateworker");
	paper_free(p);
	f.partner_en = f.title_en = SLICE(""); /* not every organisation has one */
	p = print(&f, 1);
	expect_text(paper_text(p), "wasissuedby星播示例科技有限公司");
	paper_free(p);
}

/* What others check has no number, and says so; what conforms has it, a frame, and the national addresses. */
static void a_print_says_what_it_is_for(void **state)
{
	struct pdf_facts f = paper_facts(KIND_SKILL_GRADE);
	struct paper *p = print(&f, 1);
	expect_text(paper_text(p), "核验用副本，不载证件号码");
	expect_text(paper_text(p), "Checkingcopy");
	expect_no_text(paper_text(p), "osta.org.cn");
	expect_no_text(paper_text(p), "照片");
	paper_free(p);
	f.id_type = SLICE("居民身份证");
	f.id_number = SLICE("310199199003070014");
	f.work_type = f.work_type_en = SLICE("");
	p = print(&f, 1);
	static const char *const wanted[] = {"证件类型", "居民身份证", "证件号码", "310199199003070014", "照片", "--",
	                                     "jndj.osta.org.cn", "pjjg.osta.org.cn", "四级/中级工"};
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		expect_text(paper_text(p), wanted[i]);
	expect_no_text(paper_text(p), "副本");
	expect_text(paper_run(p, "pdftoppm -r 110 -png a.pdf page && zbarimg -q --raw page-1.png 2>/dev/null"), "HTTPS");
	paper_free(p);
	f = paper_facts(KIND_COMPANY); /* whose only print this is */
	p = print(&f, 1);
	expect_no_text(paper_text(p), "副本");
	paper_free(p);
}

static void expect_fault(const struct pdf_facts *f, int outcome, const char *field,
                         uint32_t character)
{
	struct buf out = BUF_INIT(MIB);
	struct pdf_fault fault = {0};
	assert_int_equal(make(f, 1, &out, &fault), outcome);
	assert_string_equal(fault.field, field);
	assert_int_equal(fault.character, character);
	assert_int_equal(out.n, 0);
	buf_free(&out);
}

/* Unassigned, private, of a plane without fonts; and letters that would be drawn as nothing. */
static void test_no_glyph_is_named(void **state)
{
	static const struct {
		const char *name;
		uint32_t character;
	} cases[] = {
		{"张\xee\x80\x80", 0xE000}, {"\xf0\xb0\x80\x80", 0x30000}, {"张\xf3\xb0\x80\x81伟", 0xF0001},
		{"张\xe3\x85\xa4", 0x3164},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct pdf_facts f = paper_facts(KIND_COMPANY);
		f.holder = slice_of(cases[i].name);
		expect_fault(&f, E_REFUSED, "holder", cases[i].character);
	}
	struct pdf_facts f = paper_facts(KIND_SKILL_GRADE);
	f.issuer_en = SLICE("Centre \xee\x80\x80");
	expect_fault(&f, E_REFUSED, "issuer_en", 0xE000);
}

/* Long texts stay on the page and out of each other's way: all of their characters come back. */
static void test_long_texts(void **state)
{
	struct pdf_facts f = paper_facts(KIND_SKILL_GRADE);
	char holder[301], title[301], issuer[181];
	for (size_t i = 0; i < 300; i += 3) {
		memcpy(holder + i, i % 2 ? "买" : "提", 3);
		memcpy(title + i, "直", 3);
	}
	for (size_t i = 0; i < 180; i += 3)
		memcpy(issuer + i, "局", 3);
	holder[300] = title[300] = issuer[180] = '\0';
	f.holder = slice_of(holder);
	f.title = slice_of(title);
	f.issuer = f.partner = slice_of(issuer);
	struct paper *p = print(&f, 1);
	const char *text = paper_text(p);
	expect_text(text, holder);
	expect_text(text, title);
	paper_run(p, "pdftoppm -r 110 -png a.pdf page && zbarimg -q --raw page-1.png 2>/dev/null");
	paper_free(p);
	static char too_long[PDF_TEXT_MAX + 1];
	memset(too_long, 'W', sizeof too_long);
	f = paper_facts(KIND_SKILL_GRADE);
	f.level = slice_from(too_long, PDF_TEXT_MAX);
	expect_fault(&f, E_LIMIT, "level", 0); /* does not fit its place */
	f.level = slice_from(too_long, PDF_TEXT_MAX + 1);
	expect_fault(&f, E_LIMIT, "level", 0); /* is not even tried */
}

static void test_bad_facts(void **state)
{
	struct pdf_facts f = paper_facts(KIND_SKILL_GRADE);
	f.holder = SLICE("");
	expect_fault(&f, E_SYNTAX, "holder", 0);
	f = paper_facts(KIND_SKILL_GRADE);
	f.title = SLICE("a\nb");
	expect_fault(&f, E_SYNTAX, "title", 0);
	f.title = SLICE("\xff");
	expect_fault(&f, E_SYNTAX, "title", 0);
	f = paper_facts(KIND_SKILL_GRADE);
	f.issued_on = SLICE("2026-02-30");
	expect_fault(&f, E_SYNTAX, "issued_on", 0);
	f = paper_facts(KIND_SKILL_GRADE);
	f.number = SLICE("a/b");
	expect_fault(&f, E_SYNTAX, "number", 0);
	f.number = SLICE("a)b");
	expect_fault(&f, E_SYNTAX, "number", 0);
	f = paper_facts(KIND_SKILL_GRADE);
	f.url = SLICE("HTTPS://A'B");
	expect_fault(&f, E_SYNTAX, "url", 0);
}

/* The rest is printed, and the last page says what is missing. */
static void one_name_does_not_keep_the_others(void **state)
{
	struct pdf_facts f[3] = {paper_facts(KIND_SKILL_GRADE), paper_facts(KIND_SKILL_GRADE), paper_facts(KIND_COMPANY)};
	struct pdf_document *d = pdf_document_new(fonts);
	struct pdf_fault fault;
	struct buf out = BUF_INIT(16 * MIB);
	const struct missed *missed;
	f[1].number = SLICE("S000031000123264000002");
	f[1].holder = SLICE("张\xf0\xb0\x80\x80");
	assert_int_equal(pdf_document_add(d, &f[0], &fault), 0);
	assert_int_equal(pdf_document_add(d, &f[1], &fault), E_REFUSED);
	assert_int_equal(fault.page, 1);
	assert_int_equal(pdf_document_add(d, &f[2], &fault), 0);
	assert_int_equal(pdf_document_missed(d, &missed), 1);
	assert_true(slice_is(missed->number, "S000031000123264000002"));
	assert_int_equal(pdf_document_finish(d, &out), 0);
	pdf_document_free(d);
	struct paper *p = paper_new(buf_slice(&out));
	expect_text(paper_run(p, "pdfinfo a.pdf"), "Pages:           3\n");
	const char *last = paper_run(p, "pdftotext -f 3 a.pdf -");
	expect_text(last, "Not printed");
	expect_text(last, "S000031000123264000002");
	expect_text(last, "U+30000");
	expect_text(paper_run(p, "pdfdetach -list a.pdf"), "2 embedded files\n");
	expect_text(paper_text(p), "XINGBO-2026-00000001");
	paper_free(p);
	buf_free(&out);
}

static void test_document_limits(void **state)
{
	struct pdf_facts f = paper_facts(KIND_COMPANY);
	struct pdf_document *d = pdf_document_new(fonts);
	struct pdf_fault fault;
	struct buf small = BUF_INIT(1000);
	assert_int_equal(pdf_document_draw(d), E_LIBRARY); /* without pages */
	pdf_document_free(d);
	d = pdf_document_new(fonts);
	assert_int_equal(pdf_document_add(d, &f, &fault), 0);
	assert_int_equal(pdf_document_draw(d), 0);
	assert_int_equal(pdf_document_draw(d), PDF_DRAWN);
	assert_int_equal(pdf_document_add(d, &f, &fault), E_FULL); /* too late */
	pdf_document_free(d);
	assert_int_equal(make(&f, 1, &small, &fault), E_LIMIT);
	buf_free(&small);
}

static void test_update_other_shapes(void **state)
{
	static const char *const shapes[] = {
		"", "%PDF-1.4\n", "trailer\n<< /Size 1 /Root 5 0 R /Info 1 0 R >>\nstartxref\n9\n%%EOF",
		"xref\n0 2\ntrailer << /Size 2 /Root 1 0 R /Info 1 0 R >>\nstartxref\n0\n",
		"1 0 obj\n<< /Type /Catalog /Names 3 0 R >>\nendobj\nxref\n0 2\n"
		"0000000000 65535 f \n0000000000 00000 n \n"
		"trailer << /Size 2 /Root 1 0 R /Info 1 0 R >>\nstartxref\n49\n",
	};
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		struct buf b = BUF_INIT(4096);
		buf_adds(&b, shapes[i]);
		struct update u;
		assert_int_equal(update_begin(&u, &b, 1), E_SYNTAX);
		buf_free(&b);
	}
}

static int setup(void **state)
{
	fonts = pdf_fonts_new();
	return fonts ? 0 : -1;
}

static int teardown(void **state)
{
	pdf_fonts_free(fonts);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_company_text),
		cmocka_unit_test(test_plain_has_no_pair),
		cmocka_unit_test(test_structure),
		cmocka_unit_test(what_archives_ask_for),
		cmocka_unit_test(preflight_finds_what_it_must),
		cmocka_unit_test(test_attachment),
		cmocka_unit_test(test_qr_code),
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_rare_characters),
		cmocka_unit_test(long_names_break_at_their_dots),
		cmocka_unit_test(fallback_glyphs_are_of_one_weight),
		cmocka_unit_test(both_halves_are_named_in_english),
		cmocka_unit_test(a_print_says_what_it_is_for),
		cmocka_unit_test(test_no_glyph_is_named),
		cmocka_unit_test(test_long_texts),
		cmocka_unit_test(test_bad_facts),
		cmocka_unit_test(one_name_does_not_keep_the_others),
		cmocka_unit_test(test_document_limits),
		cmocka_unit_test(test_update_other_shapes),
	};
	return cmocka_run_group_tests_name("pdf document", tests, setup, teardown);
}
