/* domain/iddoc.c - three of the six documents share the shape of the resident ID: 18 characters
 * with a birth date in 7-14 and the check character of GB 11643-1999 at the end. They differ in
 * what the first digits may be, and that keeps a number from passing under a wrong type, where it
 * would make one person two.
 *
 * The county of a resident ID is not looked up: codes of dissolved counties stay on valid cards. */
#include "domain/iddoc.h"

#include "text/character.h"
#include "text/id_number.h"

enum {
	ID_SHAPE = ID_NUMBER_SHAPE,
	OLD_PR_SHAPE = 15,
	SPREADSHEET_DIGITS = 15, /* what a double keeps */
	PLAIN_MAX = 64,          /* longer ones are only counted */
};

/* words: what else the document is called on forms and in spreadsheets. The traveller's permits of
 * mainland residents (港澳通行证, 台湾通行证) are other documents and stand nowhere here. */
static const struct {
	const char *code, *name;
	const char *const *words;
} types[ID_TYPE_COUNT] = {
	[ID_RESIDENT] = {"resident_id", "居民身份证",
                         (const char *const[]){"身份证", "二代身份证", "第二代身份证", "二代居民身份证",
                                               "第二代居民身份证", "中华人民共和国居民身份证",
                                               "居民身份證", "身份證", "ID card", "resident ID",
                                               "resident ID card", "resident identity card", NULL}},
	[ID_HMT_RESIDENCE] = {"hmt_residence", "港澳台居民居住证",
                              (const char *const[]){"港澳居民居住证", "台湾居民居住证", "港澳台居住证",
                                                    "港澳居住证", "台湾居住证", "港澳台居民居住證",
                                                    "港澳居民居住證", "台灣居民居住證",
                                                    "臺灣居民居住證", NULL}},
	[ID_FOREIGN_PR] = {"foreign_pr", "外国人永久居留身份证",
                           (const char *const[]){"外国人永久居留证", "永久居留身份证", "永久居留证",
                                                 "永居证", "五星卡", "permanent resident card",
                                                 "foreign permanent resident ID card", NULL}},
	[ID_PASSPORT] = {"passport", "护照",
                         (const char *const[]){"普通护照", "因私护照", "外国护照", "护照号", "護照", NULL}},
	[ID_HM_PERMIT] = {"hm_permit", "港澳居民来往内地通行证",
                          (const char *const[]){"回乡证", "港澳回乡证", "港澳居民回乡证", "回乡卡",
                                                "港澳居民通行证", "回鄉證", "回鄉卡",
                                                "港澳居民來往內地通行證", "home return permit", NULL}},
	[ID_TW_PERMIT] = {"tw_permit", "台湾居民来往大陆通行证",
                          (const char *const[]){"台胞证", "台湾同胞证", "台湾居民通行证", "台胞證",
                                                "臺胞證", "台灣居民來往大陸通行證",
                                                "臺灣居民來往大陸通行證",
                                                "Taiwan compatriot permit", NULL}},
};

/* ISO 3166-1 alpha-3, all 249. */
static const char countries[] =
	"ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT "
	"AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM BLR BLZ BMU BOL "
	"BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG "
	"COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM "
	"DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR "
	"GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY "
	"HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA "
	"JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY "
	"LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL "
	"MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM "
	"NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER "
	"PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU "
	"SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR "
	"SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON "
	"TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB "
	"VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE ";

/* What else stands in a passport where the country does: ICAO Doc 9303 part 3 section 5. A person is
 * known by country and number, so whoever issues from one series of numbers has one code here, the
 * ISO one where there is one. */
static const struct {
	char printed[4], kept[4];
} printed_codes[] = {
	{"D", "DEU"},
	/* nationalities that His Majesty's Passport Office distinguishes */
	{"GBD", "GBR"}, {"GBN", "GBR"}, {"GBO", "GBR"}, {"GBP", "GBR"}, {"GBS", "GBR"},
	{"RKS", "RKS"}, {"XKX", "RKS"},
	/* organisations */
	{"EUE", "EUE"}, {"UNA", "UNA"}, {"UNK", "UNK"}, {"UNO", "UNO"}, {"XBA", "XBA"}, {"XCC", "XCC"},
	{"XCE", "XCE"}, {"XCO", "XCO"}, {"XDC", "XDC"}, {"XEC", "XEC"}, {"XES", "XES"}, {"XIM", "XIM"},
	{"XMP", "XMP"}, {"XOM", "XOM"}, {"XPO", "XPO"},
	/* stateless, refugees, unspecified */
	{"XXA", "XXA"}, {"XXB", "XXB"}, {"XXC", "XXC"}, {"XXX", "XXX"},
};

/* ---- what was typed ---- */

/* A number in half-width characters without spaces. */
struct plain {
	struct slice s;             /* of text */
	size_t n;                   /* characters in all: more than s.n when they were too many */
	char text[PLAIN_MAX];       /* what is not ASCII is '?' */
	int32_t typed[PLAIN_MAX];   /* each character as it came */
	size_t place[PLAIN_MAX];    /* and where, from 1 */
};

static void make_plain(struct slice typed, struct plain *ret)
{
	int32_t c;
	ret->n = 0;
	for (size_t place = 1; (c = character_next(&typed)) >= 0; place++) {
		if (character_is_space(c))
			continue;
		if (ret->n < PLAIN_MAX) {
			int32_t narrow = character_narrow(c);
			ret->text[ret->n] = narrow > 0 && narrow < 0x7F ? (char)narrow : '?';
			ret->typed[ret->n] = c;
			ret->place[ret->n] = place;
		}
		ret->n++;
	}
	ret->s = slice_from(ret->text, ret->n < PLAIN_MAX ? ret->n : PLAIN_MAX);
}

/* The next letter that counts when words are compared; -1 at the end. */
static int32_t next_letter(struct slice *rest)
{
	int32_t c;
	do
		c = character_narrow(character_next(rest));
	while (c >= 0 && character_is_space(c));
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Without spaces and in one case: 居民 身份证, ID card. */
static bool is_word(struct slice typed, const char *word)
{
	struct slice rest = slice_of(word);
	int32_t c;
	while ((c = next_letter(&rest)) >= 0)
		if (next_letter(&typed) != c)
			return false;
	return next_letter(&typed) < 0;
}

bool id_type_parse(struct slice word, enum id_type *ret)
{
	for (size_t i = 0; i < ID_TYPE_COUNT; i++) {
		bool found = is_word(word, types[i].code) || is_word(word, types[i].name);
		for (const char *const *w = types[i].words; !found && *w; w++)
			found = is_word(word, *w);
		if (found) {
			*ret = (enum id_type)i;
			return true;
		}
	}
	return false;
}

const char *id_type_code(enum id_type type)
{
	return types[type].code;
}

const char *id_type_name(enum id_type type)
{
	return types[type].name;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool are_digits(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_digit(s.p[i]))
			return false;
	return true;
}

static struct slice part(struct slice s, size_t from, size_t n)
{
	return slice_from(s.p + from, n);
}

static int to_int(struct slice digits)
{
	int v = 0;
	for (size_t i = 0; i < digits.n; i++)
		v = v * 10 + (digits.p[i] - '0');
	return v;
}

/* ---- what is wrong ---- */

static struct id_fault fine(void)
{
	return (struct id_fault){.code = NULL};
}

static struct id_fault fault(const char *code)
{
	return (struct id_fault){.code = code};
}

static struct id_fault odd_character(const struct plain *p, size_t i)
{
	return (struct id_fault){.code = "id_characters", .character = p->typed[i], .place = p->place[i]};
}

static struct id_fault odd_length(const struct plain *p, const char *lengths)
{
	return (struct id_fault){.code = "id_length", .lengths = lengths, .length = p->n};
}

/* The number as a spreadsheet shows it after taking it for a quantity: 3.10199E+17, 3E+17,
 * 310199199003070000.0. */
static bool is_spreadsheet_number(struct slice s)
{
	size_t i = 0, points = 0;
	while (i < s.n && (is_digit(s.p[i]) || s.p[i] == '.'))
		points += s.p[i++] == '.';
	if (i == 0 || points > 1 || !is_digit(s.p[0]) || !is_digit(s.p[i - 1]))
		return false;
	if (i == s.n)
		return points == 1;
	return i + 3 <= s.n && (s.p[i] == 'E' || s.p[i] == 'e') && s.p[i + 1] == '+' &&
	       are_digits(slice_skip(s, i + 2));
}

/* A spreadsheet keeps fifteen digits of a quantity and writes zeros for the rest: the number of
 * somebody else, with a right check digit once in eleven times. An order code is never 000, so four
 * zeros at the end are nobody's; with three only the sender can tell. */
static struct id_fault check_rounded(struct slice s, bool confirmed)
{
	if (!are_digits(s) || !slice_is(part(s, SPREADSHEET_DIGITS, 3), "000"))
		return fine();
	if (s.p[SPREADSHEET_DIGITS - 1] == '0')
		return (struct id_fault){.code = "id_spreadsheet_number", .hint = "id_rounded"};
	if (confirmed)
		return fine();
	return (struct id_fault){.code = "id_spreadsheet_number", .hint = "id_perhaps_rounded"};
}

/* Digits 7-14 of the common shape. */
/* The common shape; the first digits have been checked by the caller. */
static struct id_fault check_shape(struct slice s, struct day today)
{
	struct day birth;
	if (!id_number_birth(s.p, &birth))
		return fault("id_birth_date");
	char last = s.p[17] == 'x' ? 'X' : s.p[17];
	if (last != id_number_check_character(s.p))
		return fault("id_check_digit");
	return birth.n > today.n ? fault("id_future_date") : fine();
}

static struct id_fault check_characters(const struct plain *p)
{
	for (size_t i = 0; i < p->s.n; i++) {
		bool last = i == ID_SHAPE - 1 && (p->s.p[i] == 'X' || p->s.p[i] == 'x');
		if (!is_digit(p->s.p[i]) && !last)
			return odd_character(p, i);
	}
	return fine();
}

/* Provinces begin with 1-7; 8 and 9 are the residence permits'. */
static struct id_fault check_resident(const struct plain *p, struct day today)
{
	if (p->n != ID_SHAPE)
		return odd_length(p, "18");
	struct id_fault f = check_characters(p);
	if (f.code)
		return f;
	return p->s.p[0] >= '1' && p->s.p[0] <= '7' ? check_shape(p->s, today) : fault("id_area");
}

static struct id_fault check_hmt_residence(const struct plain *p, struct day today)
{
	if (p->n != ID_SHAPE)
		return odd_length(p, "18");
	struct id_fault f = check_characters(p);
	if (f.code)
		return f;
	struct slice area = part(p->s, 0, 6);
	bool known = slice_is(area, "810000") || slice_is(area, "820000") ||
	             slice_is(area, "830000");
	return known ? check_shape(p->s, today) : fault("id_area");
}

/* Cards before December 2023 stay valid: nationality (3 letters), area (4), birth date YYMMDD,
 * sequence (2). Their last digit follows no rule that all known cards keep. The century is not on
 * the card; a 29 February exists in one of the two if it does in 2000. */
static struct id_fault check_old_foreign_pr(const struct plain *p)
{
	struct slice s = p->s;
	for (size_t i = 0; i < s.n; i++)
		if (i < 3 ? !is_capital(s.p[i]) : !is_digit(s.p[i]))
			return odd_character(p, i);
	int yy = to_int(part(s, 7, 2)), month = to_int(part(s, 9, 2)), dom = to_int(part(s, 11, 2));
	struct day birth;
	bool exists = day_from_civil(1900 + yy, month, dom, &birth) ||
	              day_from_civil(2000 + yy, month, dom, &birth);
	return exists ? fine() : fault("id_birth_date");
}

static struct id_fault check_foreign_pr(const struct plain *p, struct day today)
{
	if (p->n == OLD_PR_SHAPE)
		return check_old_foreign_pr(p);
	if (p->n != ID_SHAPE)
		return odd_length(p, "18/15");
	struct id_fault f = check_characters(p);
	if (f.code)
		return f;
	return p->s.p[0] == '9' ? check_shape(p->s, today) : fault("id_area");
}

/* ICAO Doc 9303 part 4: at most nine characters; the check digit is not part of the number. */
static struct id_fault check_passport(const struct plain *p)
{
	for (size_t i = 0; i < p->s.n; i++)
		if (!is_digit(p->s.p[i]) && !is_capital(p->s.p[i]))
			return odd_character(p, i);
	return p->n <= 9 ? fine() : odd_length(p, "1-9");
}

/* H or M and 8 digits (10 on older cards); since July 2024 also HA or MA and 7 digits. */
static struct id_fault check_hm_permit(const struct plain *p)
{
	struct slice s = p->s;
	if (s.p[0] != 'H' && s.p[0] != 'M')
		return odd_character(p, 0);
	bool non_chinese = s.n > 1 && s.p[1] == 'A';
	for (size_t i = non_chinese ? 2 : 1; i < s.n; i++)
		if (!is_digit(s.p[i]))
			return odd_character(p, i);
	return p->n == 9 || (p->n == 11 && !non_chinese) ? fine()
	                                                 : odd_length(p, non_chinese ? "9" : "9/11");
}

/* 8 digits, 10 on older cards. A spreadsheet that took them for a quantity has dropped zeros in
 * front. */
static struct id_fault check_tw_permit(const struct plain *p)
{
	for (size_t i = 0; i < p->s.n; i++)
		if (!is_digit(p->s.p[i]))
			return odd_character(p, i);
	if (p->n == 8 || p->n == 10)
		return fine();
	struct id_fault f = odd_length(p, "8/10");
	if (p->n < 10)
		f.hint = "id_leading_zero";
	return f;
}

static struct id_fault check_spreadsheet(enum id_type type, const struct plain *p, bool confirmed)
{
	bool long_one = type == ID_RESIDENT || type == ID_HMT_RESIDENCE || type == ID_FOREIGN_PR;
	if (is_spreadsheet_number(p->s))
		return fault("id_spreadsheet_number");
	return long_one && p->n == ID_SHAPE ? check_rounded(p->s, confirmed) : fine();
}

struct id_fault iddoc_check_spreadsheet(enum id_type type, struct slice number, bool confirmed)
{
	struct plain p;
	make_plain(number, &p);
	return check_spreadsheet(type, &p, confirmed);
}

static struct id_fault check_plain(enum id_type type, const struct plain *p, bool confirmed, struct day today)
{
	if (p->n == 0)
		return fault("required");
	struct id_fault f = check_spreadsheet(type, p, confirmed);
	if (f.code)
		return f;
	for (size_t i = 0; i < p->s.n; i++) {
		char c = p->s.p[i];
		if (!is_digit(c) && !is_capital(c) && !(c >= 'a' && c <= 'z'))
			return odd_character(p, i);
	}
	switch (type) {
	case ID_RESIDENT:
		return check_resident(p, today);
	case ID_HMT_RESIDENCE:
		return check_hmt_residence(p, today);
	case ID_FOREIGN_PR:
		return check_foreign_pr(p, today);
	case ID_PASSPORT:
		return check_passport(p);
	case ID_HM_PERMIT:
		return check_hm_permit(p);
	case ID_TW_PERMIT:
		return check_tw_permit(p);
	}
	return fault("id_type_unknown");
}

/* The machine-readable zone fills up with <. */
const char *iddoc_country(struct slice printed)
{
	struct plain p;
	make_plain(printed, &p);
	struct slice s = p.s;
	while (p.n == 3 && s.n > 0 && s.p[s.n - 1] == '<')
		s.n--;
	for (size_t i = 0; i < ARRAY_LEN(printed_codes); i++)
		if (slice_is(s, printed_codes[i].printed))
			return printed_codes[i].kept;
	for (size_t i = 0; i + 4 < sizeof countries; i += 4)
		if (slice_eq(s, slice_from(countries + i, 3)))
			return countries + i;
	return NULL;
}

struct id_fault iddoc_check_country(enum id_type type, struct slice country)
{
	if (type != ID_PASSPORT)
		return country.n == 0 ? fine() : fault("id_country_not_applicable");
	if (country.n == 0)
		return fault("id_country_required");
	return iddoc_country(country) ? fine() : fault("id_country_unknown");
}

struct id_fault iddoc_check(enum id_type type, const struct id_typed *typed, struct day today, struct iddoc *ret)
{
	struct plain p;
	make_plain(typed->number, &p);
	struct id_fault f = check_plain(type, &p, typed->confirmed, today);
	if (!f.code)
		f = iddoc_check_country(type, typed->country);
	if (f.code)
		return f;
	struct iddoc doc = {.type = type};
	memcpy(doc.number, p.s.p, p.s.n);
	if (p.s.n == ID_SHAPE && doc.number[17] == 'x')
		doc.number[17] = 'X';
	if (typed->country.n > 0)
		memcpy(doc.country, iddoc_country(typed->country), 3);
	doc.non_chinese = type == ID_HM_PERMIT && doc.number[1] == 'A';
	*ret = doc;
	return f;
}

struct opt_day iddoc_born_on(const struct iddoc *document)
{
	struct slice number = slice_of(document->number);
	struct opt_day born = {0};
	bool told = document->type == ID_RESIDENT || document->type == ID_HMT_RESIDENCE ||
	            document->type == ID_FOREIGN_PR;
	if (told && number.n == ID_SHAPE)
		born.given = id_number_birth(number.p, &born.v);
	return born;
}

void iddoc_mask(const char *number, char out[static ID_NUMBER_MAX + 1])
{
	size_t n = strnlen(number, ID_NUMBER_MAX);
	size_t hidden = n > 4 ? n - 4 : n;
	memset(out, '*', hidden);
	memcpy(out + hidden, number + hidden, n - hidden);
	out[n] = '\0';
}
