/* domain/iddoc.c - three of the six documents share the shape of the resident ID: 18 characters
 * with a birth date in 7-14 and the check character of GB 11643-1999 at the end. They differ in
 * what the first digits may be, and that keeps a number from passing under a wrong type, where it
 * would make one person two.
 *
 * The county of a resident ID is not looked up: codes of dissolved counties stay on valid cards. */
#include "domain/iddoc.h"


enum { ID_SHAPE = 18, OLD_PR_SHAPE = 15, EARLIEST_BIRTH_YEAR = 1800 };

static const struct {
	const char *code, *name;
} types[ID_TYPE_COUNT] = {
	[ID_RESIDENT] = {"resident_id", "居民身份证"},
	[ID_HMT_RESIDENCE] = {"hmt_residence", "港澳台居民居住证"},
	[ID_FOREIGN_PR] = {"foreign_pr", "外国人永久居留身份证"},
	[ID_PASSPORT] = {"passport", "护照"},
	[ID_HM_PERMIT] = {"hm_permit", "港澳居民来往内地通行证"},
	[ID_TW_PERMIT] = {"tw_permit", "台湾居民来往大陆通行证"},
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

bool id_type_parse(struct slice code, enum id_type *ret)
{
	for (size_t i = 0; i < ID_TYPE_COUNT; i++) {
		if (slice_is(code, types[i].code)) {
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

/* GB 11643-1999 section 4: weights are 2^(18-i) mod 11. */
char iddoc_check_character(const char digits[static 17])
{
	static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	int sum = 0;
	for (int i = 0; i < 17; i++)
		sum += weights[i] * (digits[i] - '0');
	return "10X98765432"[sum % 11];
}

/* The number as a spreadsheet shows it after taking it for a quantity: 3.10199E+17. */
static bool is_spreadsheet_number(struct slice s)
{
	size_t i = 0;
	while (i < s.n && (is_digit(s.p[i]) || s.p[i] == '.'))
		i++;
	if (i == 0 || i + 3 > s.n || (s.p[i] != 'E' && s.p[i] != 'e') || s.p[i + 1] != '+')
		return false;
	return are_digits(slice_skip(s, i + 2));
}

/* The common shape; the first digits have been checked by the caller. */
static const char *check_shape(struct slice s, struct day today)
{
	struct day birth;
	int year = to_int(part(s, 6, 4));
	if (year < EARLIEST_BIRTH_YEAR ||
	    !day_from_civil(year, to_int(part(s, 10, 2)), to_int(part(s, 12, 2)), &birth))
		return "id_birth_date";
	char last = s.p[17] == 'x' ? 'X' : s.p[17];
	if (last != iddoc_check_character(s.p))
		return "id_check_digit";
	return birth.n > today.n ? "id_future_date" : NULL;
}

static const char *check_characters(struct slice s)
{
	bool last_ok = is_digit(s.p[17]) || s.p[17] == 'X' || s.p[17] == 'x';
	return are_digits(part(s, 0, 17)) && last_ok ? NULL : "id_characters";
}

/* Provinces begin with 1-7; 8 and 9 are the residence permits'. */
static const char *check_resident(struct slice s, struct day today)
{
	if (s.n != ID_SHAPE)
		return "id_length";
	const char *code = check_characters(s);
	if (code)
		return code;
	return s.p[0] >= '1' && s.p[0] <= '7' ? check_shape(s, today) : "id_area";
}

static const char *check_hmt_residence(struct slice s, struct day today)
{
	if (s.n != ID_SHAPE)
		return "id_length";
	const char *code = check_characters(s);
	if (code)
		return code;
	struct slice area = part(s, 0, 6);
	bool known = slice_is(area, "810000") || slice_is(area, "820000") ||
	             slice_is(area, "830000");
	return known ? check_shape(s, today) : "id_area";
}

/* Cards before December 2023 stay valid: nationality (3 letters), area (4), birth date YYMMDD,
 * sequence (2). Their last digit follows no rule that all known cards keep. The century is not on
 * the card; a 29 February exists in one of the two if it does in 2000. */
static const char *check_old_foreign_pr(struct slice s)
{
	if (!is_capital(s.p[0]) || !is_capital(s.p[1]) || !is_capital(s.p[2]) ||
	    !are_digits(slice_skip(s, 3)))
		return "id_characters";
	int yy = to_int(part(s, 7, 2)), month = to_int(part(s, 9, 2)), dom = to_int(part(s, 11, 2));
	struct day birth;
	bool exists = day_from_civil(1900 + yy, month, dom, &birth) ||
	              day_from_civil(2000 + yy, month, dom, &birth);
	return exists ? NULL : "id_birth_date";
}

static const char *check_foreign_pr(struct slice s, struct day today)
{
	if (s.n == OLD_PR_SHAPE)
		return check_old_foreign_pr(s);
	if (s.n != ID_SHAPE)
		return "id_length";
	const char *code = check_characters(s);
	if (code)
		return code;
	return s.p[0] == '9' ? check_shape(s, today) : "id_area";
}

/* ICAO Doc 9303 part 4: at most nine characters; the check digit is not part of the number. */
static const char *check_passport(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_digit(s.p[i]) && !is_capital(s.p[i]))
			return "id_characters";
	return s.n <= 9 ? NULL : "id_length";
}

/* H or M and 8 digits (10 on older cards); since July 2024 also HA or MA and 7 digits. */
static const char *check_hm_permit(struct slice s)
{
	if (s.p[0] != 'H' && s.p[0] != 'M')
		return "id_characters";
	bool non_chinese = s.n > 1 && s.p[1] == 'A';
	if (!are_digits(slice_skip(s, non_chinese ? 2 : 1)))
		return "id_characters";
	return s.n == 9 || (s.n == 11 && !non_chinese) ? NULL : "id_length";
}

/* 8 digits, 10 on older cards. */
static const char *check_tw_permit(struct slice s)
{
	if (!are_digits(s))
		return "id_characters";
	return s.n == 8 || s.n == 10 ? NULL : "id_length";
}

const char *iddoc_check_number(enum id_type type, struct slice number, struct day today)
{
	if (number.n == 0)
		return "required";
	if (is_spreadsheet_number(number))
		return "id_spreadsheet_number";
	switch (type) {
	case ID_RESIDENT:
		return check_resident(number, today);
	case ID_HMT_RESIDENCE:
		return check_hmt_residence(number, today);
	case ID_FOREIGN_PR:
		return check_foreign_pr(number, today);
	case ID_PASSPORT:
		return check_passport(number);
	case ID_HM_PERMIT:
		return check_hm_permit(number);
	case ID_TW_PERMIT:
		return check_tw_permit(number);
	}
	return "id_type_unknown";
}

const char *iddoc_check_country(enum id_type type, struct slice country)
{
	if (type != ID_PASSPORT)
		return country.n == 0 ? NULL : "id_country_not_applicable";
	if (country.n == 0)
		return "id_country_required";
	for (size_t i = 0; i + 4 < sizeof countries; i += 4)
		if (slice_eq(country, slice_from(countries + i, 3)))
			return NULL;
	return "id_country_unknown";
}

const char *iddoc_check(enum id_type type, struct slice number, struct slice country,
                        struct day today, struct iddoc *ret)
{
	const char *code = iddoc_check_number(type, number, today);
	if (!code)
		code = iddoc_check_country(type, country);
	if (code)
		return code;
	struct iddoc doc = {.type = type};
	memcpy(doc.number, number.p, number.n);
	if (number.n == ID_SHAPE && doc.number[17] == 'x')
		doc.number[17] = 'X';
	if (country.n > 0)
		memcpy(doc.country, country.p, country.n);
	doc.non_chinese = type == ID_HM_PERMIT && doc.number[1] == 'A';
	*ret = doc;
	return NULL;
}

void iddoc_mask(const char *number, char out[static ID_NUMBER_MAX + 1])
{
	size_t n = strnlen(number, ID_NUMBER_MAX);
	size_t hidden = n > 4 ? n - 4 : n;
	memset(out, '*', hidden);
	memcpy(out + hidden, number + hidden, n - hidden);
	out[n] = '\0';
}
