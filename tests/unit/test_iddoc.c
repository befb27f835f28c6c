/* test_iddoc - every published and computed vector, and properties of the check character. The
 * numbers are samples of standards or belong to a county that does not exist. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/iddoc.h"
#include "text/character.h"

static struct day today(void)
{
	struct day d;
	assert_true(day_from_civil(2026, 11, 22, &d));
	return d;
}

struct vector {
	enum id_type type;
	const char *number, *country, *code; /* code NULL: valid */
};

static void knows_the_vectors(void **state)
{
	static const struct vector vectors[] = {
		{ID_RESIDENT, "11010519491231002X", "", NULL},
		{ID_RESIDENT, "11010519491231002x", "", NULL},
		{ID_RESIDENT, "440524188001010014", "", NULL},
		{ID_RESIDENT, "310199199003070014", "", NULL},
		{ID_RESIDENT, "310199200002290029", "", NULL},
		{ID_RESIDENT, "31019919991001004X", "", NULL},
		{ID_RESIDENT, "310199199003070015", "", "id_check_digit"},
		{ID_RESIDENT, "310199199003070041", "", "id_check_digit"},
		{ID_RESIDENT, "310199190002290022", "", "id_birth_date"},
		{ID_RESIDENT, "310199199013010015", "", "id_birth_date"},
		{ID_RESIDENT, "31019919900307001", "", "id_length"},
		{ID_RESIDENT, "310199202701010013", "", "id_future_date"},
		{ID_RESIDENT, "310199900307001", "", "id_length"}, /* 15 digits */
		{ID_RESIDENT, "3.10199E+17", "", "id_spreadsheet_number"},
		{ID_RESIDENT, "3.10199e+17", "", "id_spreadsheet_number"},
		{ID_RESIDENT, "3E+17", "", "id_spreadsheet_number"},
		{ID_RESIDENT, "", "", "required"},
		{ID_RESIDENT, "31019919900307001A", "", "id_characters"},
		{ID_RESIDENT, "3101991990030700X4", "", "id_characters"},
		{ID_RESIDENT, " 10199199003070014", "", "id_length"},
		{ID_RESIDENT, "310199 19900307 0014", "", NULL},
		{ID_RESIDENT, "３１０１９９１９９００３０７００１４", "", NULL},
		{ID_RESIDENT, "\u3000310199\u00a019900307\u20090014", "", NULL},
		{ID_RESIDENT, "1101051949123100２ｘ", "", NULL},
		{ID_RESIDENT, "\u200b310199199003070014", "", "id_characters"},
		{ID_RESIDENT, "310199-19900307-0014", "", "id_characters"},
		{ID_RESIDENT, "'310199199003070014", "", "id_characters"},
		{ID_RESIDENT, "３.10199E+17", "", "id_spreadsheet_number"},
		{ID_RESIDENT, "310199199003070000.0", "", "id_spreadsheet_number"},
		/* what Excel makes of …0174 and of …0457: 15 digits and zeros, the check digit right */
		{ID_RESIDENT, "310199198501180174", "", NULL},
		{ID_RESIDENT, "310199198501180457", "", NULL},
		{ID_RESIDENT, "310199198501180000", "", "id_spreadsheet_number"},
		{ID_RESIDENT, "310199199003070000", "", "id_spreadsheet_number"},
		{ID_HMT_RESIDENCE, "810000199208150000", "", "id_spreadsheet_number"},
		{ID_FOREIGN_PR, "932682198501010000", "", "id_spreadsheet_number"},
		{ID_TW_PERMIT, "10000000", "", NULL},
		{ID_PASSPORT, "100000000", "JPN", NULL},
		{ID_RESIDENT, "810000199208150131", "", "id_area"}, /* a permit's number */
		{ID_RESIDENT, "932682198501010017", "", "id_area"},
		{ID_RESIDENT, "310199199003070014", "CHN", "id_country_not_applicable"},

		{ID_HMT_RESIDENCE, "810000199208150131", "", NULL},
		{ID_HMT_RESIDENCE, "820000199208150133", "", NULL},
		{ID_HMT_RESIDENCE, "830000199208150135", "", NULL},
		{ID_HMT_RESIDENCE, "810000199208150132", "", "id_check_digit"},
		{ID_HMT_RESIDENCE, "810000199213010010", "", "id_birth_date"},
		{ID_HMT_RESIDENCE, "840000199208150137", "", "id_area"},
		{ID_HMT_RESIDENCE, "310199199003070014", "", "id_area"},
		{ID_HMT_RESIDENCE, "H12345678", "", "id_length"},

		{ID_FOREIGN_PR, "932682198501010017", "", NULL},
		{ID_FOREIGN_PR, "931840199202290013", "", NULL},
		{ID_FOREIGN_PR, "931826199501010117", "", NULL},
		{ID_FOREIGN_PR, "931840199202290014", "", "id_check_digit"},
		{ID_FOREIGN_PR, "931840199202290031", "", "id_check_digit"},
		{ID_FOREIGN_PR, "931840199302290010", "", "id_birth_date"},
		{ID_FOREIGN_PR, "310199199003070014", "", "id_area"},
		{ID_FOREIGN_PR, "KAZ110090123105", "", NULL},
		{ID_FOREIGN_PR, "KAZ110000022905", "", NULL}, /* 29 February 2000 */
		{ID_FOREIGN_PR, "KAZ110001022905", "", "id_birth_date"},
		{ID_FOREIGN_PR, "KAZ110090133105", "", "id_birth_date"},
		{ID_FOREIGN_PR, "kaz110090123105", "", "id_characters"},
		{ID_FOREIGN_PR, "KA1110090123105", "", "id_characters"},
		{ID_FOREIGN_PR, "KAZ11009012310", "", "id_length"},

		{ID_PASSPORT, "L898902C3", "UTO", "id_country_unknown"},
		{ID_PASSPORT, "L898902C3", "JPN", NULL},
		{ID_PASSPORT, "E12345678", "CHN", NULL},
		{ID_PASSPORT, "AB123456", "ABW", NULL},
		{ID_PASSPORT, "1", "ZWE", NULL},
		{ID_PASSPORT, "8E1234567", "USA", NULL}, /* no spreadsheet number: no sign */
		{ID_PASSPORT, "1.2E+08", "USA", "id_spreadsheet_number"},
		{ID_PASSPORT, "", "USA", "required"},
		{ID_PASSPORT, "E123456789", "USA", "id_length"},
		{ID_PASSPORT, "E-1234567", "USA", "id_characters"},
		{ID_PASSPORT, "e1234567", "USA", "id_characters"},
		{ID_PASSPORT, "E12345678", "", "id_country_required"},
		{ID_PASSPORT, "E12345678", "usa", "id_country_unknown"},
		{ID_PASSPORT, "E12345678", "US", "id_country_unknown"},
		{ID_PASSPORT, "E12345678", "S A", "id_country_unknown"},
		{ID_PASSPORT, "E12345678", "WE ", "id_country_unknown"},
		{ID_PASSPORT, "E12345678", "<<<", "id_country_unknown"},
		{ID_PASSPORT, "E12345678", "ＪＰＮ ", NULL},

		{ID_HM_PERMIT, "H12345678", "", NULL},
		{ID_HM_PERMIT, "M12345678", "", NULL},
		{ID_HM_PERMIT, "H1234567890", "", NULL},
		{ID_HM_PERMIT, "MA1234567", "", NULL},
		{ID_HM_PERMIT, "HA1234567", "", NULL},
		{ID_HM_PERMIT, "HA123456789", "", "id_length"},
		{ID_HM_PERMIT, "H1234567", "", "id_length"},
		{ID_HM_PERMIT, "H123456789", "", "id_length"},
		{ID_HM_PERMIT, "H", "", "id_length"},
		{ID_HM_PERMIT, "h12345678", "", "id_characters"},
		{ID_HM_PERMIT, "HB1234567", "", "id_characters"},
		{ID_HM_PERMIT, "12345678", "", "id_characters"},

		{ID_TW_PERMIT, "12345678", "", NULL},
		{ID_TW_PERMIT, "1234567890", "", NULL},
		{ID_TW_PERMIT, "123456789", "", "id_length"},
		{ID_TW_PERMIT, "1234567", "", "id_length"},
		{ID_TW_PERMIT, "1234567A", "", "id_characters"},
	};
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
		const struct vector *v = &vectors[i];
		struct iddoc doc = {.number = "untouched"};
		const struct id_typed typed = {slice_of(v->number), slice_of(v->country), false};
		const char *code = iddoc_check(v->type, &typed, today(), &doc).code;
		if (!v->code) {
			char room[64];
			struct buf plain = {.p = room, .size = sizeof room, .max = sizeof room};
			character_plain(typed.number, &plain);
			assert_null(code);
			assert_int_equal(doc.type, v->type);
			assert_int_equal(strlen(doc.number), plain.n);
			assert_int_equal(strlen(doc.country), v->type == ID_PASSPORT ? 3 : 0);
		} else {
			assert_non_null(code);
			assert_string_equal(code, v->code);
			assert_string_equal(doc.number, "untouched");
		}
	}
}

static struct iddoc right(enum id_type type, const char *number, const char *country)
{
	struct iddoc doc;
	const struct id_typed typed = {slice_of(number), slice_of(country), false};
	assert_null(iddoc_check(type, &typed, today(), &doc).code);
	return doc;
}

static void normalises_and_flags(void **state)
{
	assert_string_equal(right(ID_RESIDENT, "31019919991001004x", "").number, "31019919991001004X");
	assert_string_equal(right(ID_RESIDENT, "３１０１９９ 19991001 004ｘ", "").number, "31019919991001004X");
	assert_string_equal(right(ID_HM_PERMIT, " Ｈ12 34 56 78 ", "").number, "H12345678");
	assert_false(right(ID_RESIDENT, "31019919991001004X", "").non_chinese);
	assert_true(right(ID_HM_PERMIT, "MA1234567", "").non_chinese);
	assert_false(right(ID_HM_PERMIT, "M12345678", "").non_chinese);
	assert_false(right(ID_PASSPORT, "AA1234", "FRA").non_chinese);
}

/* One passport has one code, however its holder's nationality is printed. */
static void takes_countries_as_passports_print_them(void **state)
{
	static const char *const codes[][2] = {
		{"D", "DEU"},   {"D<<", "DEU"}, {"DEU", "DEU"}, {"GBN", "GBR"}, {"GBD", "GBR"}, {"GBO", "GBR"},
		{"GBP", "GBR"}, {"GBS", "GBR"}, {"RKS", "RKS"}, {"XKX", "RKS"}, {"UNO", "UNO"}, {"UNA", "UNA"},
		{"UNK", "UNK"}, {"EUE", "EUE"}, {"XOM", "XOM"}, {"XPO", "XPO"}, {"XXA", "XXA"}, {"XXB", "XXB"},
		{"XXC", "XXC"}, {"XXX", "XXX"}, {" JPN", "JPN"},
	};
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		assert_string_equal(right(ID_PASSPORT, "C01X00T47", codes[i][0]).country, codes[i][1]);
	static const char *const unknown[] = {"UTO", "d", "DE", "G", "XXD", "GB", "D<", "<"};
	for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
		assert_string_equal(iddoc_check_country(ID_PASSPORT, slice_of(unknown[i])).code,
				    "id_country_unknown");
}

/* Of a number alone: the country is one that fits. */
static struct id_fault number_fault(enum id_type type, struct slice number, bool confirmed, struct day on)
{
	const struct id_typed typed = {number, type == ID_PASSPORT ? SLICE("FRA") : SLICE(""), confirmed};
	struct iddoc doc;
	return iddoc_check(type, &typed, on, &doc);
}

/* Digits 16-18: a real number may end so, and only its sender can tell. */
static void zeros_at_the_end_need_a_word(void **state)
{
	const struct day day = today();
	struct slice real = SLICE("310199198501199000");
	struct id_fault f = number_fault(ID_RESIDENT, real, false, day);
	assert_string_equal(f.code, "id_spreadsheet_number");
	assert_string_equal(f.hint, "id_perhaps_rounded");
	assert_null(number_fault(ID_RESIDENT, real, true, day).code);
	struct slice nobodys = SLICE("310199198501180000"); /* its check digit is right */
	assert_string_equal(number_fault(ID_RESIDENT, nobodys, false, day).hint, "id_rounded");
	assert_string_equal(number_fault(ID_RESIDENT, nobodys, true, day).hint, "id_rounded");
	struct slice wrong = SLICE("310199198501181000");
	assert_string_equal(number_fault(ID_RESIDENT, wrong, false, day).hint, "id_perhaps_rounded");
	assert_string_equal(number_fault(ID_RESIDENT, wrong, true, day).code, "id_check_digit");
}

static void names_the_character_and_the_length(void **state)
{
	static const struct {
		enum id_type type;
		const char *number;
		int32_t character;
		size_t place;
	} odd[] = {
		{ID_RESIDENT, "310199 19900307，014", 0xFF0C, 16}, {ID_RESIDENT, "31019919900307001O", 'O', 18},
		{ID_RESIDENT, "310199199003070014\u200e", 0x200E, 19}, {ID_PASSPORT, "e1234567", 'e', 1},
		{ID_PASSPORT, "Ｅ-1234567", '-', 2}, {ID_HM_PERMIT, "HB1234567", 'B', 2},
		{ID_TW_PERMIT, "1234567Ａ", 0xFF21, 8}, {ID_FOREIGN_PR, "KA1110090123105", '1', 3},
	};
	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		struct id_fault f = number_fault(odd[i].type, slice_of(odd[i].number), false, today());
		assert_string_equal(f.code, "id_characters");
		assert_int_equal(f.character, odd[i].character);
		assert_int_equal(f.place, odd[i].place);
	}
	struct id_fault f = number_fault(ID_RESIDENT, SLICE("310199 1990 0307 001"), false, today());
	assert_string_equal(f.code, "id_length");
	assert_int_equal(f.length, 17);
	assert_string_equal(f.lengths, "18");
	char many[400];
	memset(many, '1', sizeof many);
	assert_int_equal(number_fault(ID_PASSPORT, slice_from(many, sizeof many), false, today()).length, 400);
	f = number_fault(ID_TW_PERMIT, SLICE("1234567"), false, today());
	assert_string_equal(f.hint, "id_leading_zero");
}

static void takes_today_and_no_later(void **state)
{
	struct day birth;
	assert_true(day_from_civil(2027, 1, 1, &birth));
	struct slice number = SLICE("310199202701010013");
	assert_null(number_fault(ID_RESIDENT, number, false, birth).code);
	birth.n--;
	assert_string_equal(number_fault(ID_RESIDENT, number, false, birth).code, "id_future_date");
}

static const char *const valid[] = {"11010519491231002X", "440524188001010014",
				    "310199199003070014", "310199200002290029",
				    "31019919991001004X"};

static void refuses_every_single_change(void **state)
{
	for (size_t v = 0; v < ARRAY_LEN(valid); v++) {
		for (size_t i = 0; i < 18; i++) {
			for (const char *c = "0123456789X"; *c; c++) {
				char number[19];
				memcpy(number, valid[v], sizeof number);
				if (number[i] == *c)
					continue;
				number[i] = *c;
				assert_non_null(number_fault(ID_RESIDENT, slice_of(number), true,
								   today()).code);
			}
		}
	}
}

static void refuses_every_swap_of_neighbours(void **state)
{
	for (size_t v = 0; v < ARRAY_LEN(valid); v++) {
		for (size_t i = 0; i < 17; i++) {
			char number[19];
			memcpy(number, valid[v], sizeof number);
			if (number[i] == number[i + 1])
				continue;
			number[i] = valid[v][i + 1];
			number[i + 1] = valid[v][i];
			assert_non_null(number_fault(ID_RESIDENT, slice_of(number), true, today()).code);
		}
	}
}

/* Of all eleven last characters exactly one is right, for many numbers of each type. */
static void one_check_character_fits(void **state)
{
	static const struct {
		enum id_type type;
		const char *area;
	} areas[] = {{ID_RESIDENT, "310199"}, {ID_HMT_RESIDENCE, "830000"}, {ID_FOREIGN_PR, "931840"}};
	for (size_t a = 0; a < ARRAY_LEN(areas); a++) {
		for (int order = 1; order < 1000; order++) {
			char number[19] = "00000019920229";
			memcpy(number, areas[a].area, 6);
			number[14] = (char)('0' + order / 100);
			number[15] = (char)('0' + order / 10 % 10);
			number[16] = (char)('0' + order % 10);
			int fits = 0;
			for (const char *c = "0123456789X"; *c; c++) {
				number[17] = *c;
				fits += !number_fault(areas[a].type, slice_of(number), true, today()).code;
			}
			assert_int_equal(fits, 1);
		}
	}
}

static void masks(void **state)
{
	char out[ID_NUMBER_MAX + 1];
	iddoc_mask("310199199003070014", out);
	assert_string_equal(out, "**************0014");
	iddoc_mask("H12345678", out);
	assert_string_equal(out, "*****5678");
	iddoc_mask("A12", out);
	assert_string_equal(out, "***");
	iddoc_mask("A123", out);
	assert_string_equal(out, "****");
	iddoc_mask("", out);
	assert_string_equal(out, "");
}

static void expect_born(enum id_type type, const char *number, const char *country, const char *day)
{
	const struct id_typed typed = {.number = slice_of(number), .country = slice_of(country)};
	struct iddoc document;
	char text[DAY_TEXT] = "";
	assert_null(iddoc_check(type, &typed, today(), &document).code);
	struct opt_day born = iddoc_born_on(&document);
	if (born.given)
		day_format(born.v, text);
	assert_string_equal(text, day);
}

static void tells_the_birth_date_that_is_in_it(void **state)
{
	expect_born(ID_RESIDENT, "310199199003070014", "", "1990-03-07");
	expect_born(ID_HMT_RESIDENCE, "810000199208150131", "", "1992-08-15");
	expect_born(ID_FOREIGN_PR, "932682198501010017", "", "1985-01-01");
	expect_born(ID_PASSPORT, "L898902C3", "JPN", "");
	expect_born(ID_HM_PERMIT, "H1234567890", "", "");
	struct iddoc none = {.type = ID_RESIDENT};
	assert_false(iddoc_born_on(&none).given);
}

static void names_types(void **state)
{
	for (int i = 0; i < ID_TYPE_COUNT; i++) {
		enum id_type type;
		assert_true(id_type_parse(slice_of(id_type_code((enum id_type)i)), &type));
		assert_int_equal(type, i);
		assert_true(id_type_parse(slice_of(id_type_name((enum id_type)i)), &type));
		assert_int_equal(type, i);
	}
	static const struct {
		const char *word;
		enum id_type type;
	} words[] = {
		{"身份证", ID_RESIDENT},      {"居民 身份证", ID_RESIDENT},    {"二代身份证", ID_RESIDENT},
		{"id card", ID_RESIDENT},     {"ＩＤ Card", ID_RESIDENT},      {"RESIDENT_ID", ID_RESIDENT},
		{"回乡证", ID_HM_PERMIT},     {"港澳居民回乡证", ID_HM_PERMIT}, {"回鄉證", ID_HM_PERMIT},
		{"台胞证", ID_TW_PERMIT},     {"臺胞證", ID_TW_PERMIT},        {"台湾居民居住证", ID_HMT_RESIDENCE},
		{"永久居留证", ID_FOREIGN_PR}, {"护照", ID_PASSPORT},           {"護照", ID_PASSPORT},
	};
	enum id_type type = ID_PASSPORT;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		assert_true(id_type_parse(slice_of(words[i].word), &type));
		assert_int_equal(type, words[i].type);
	}
	static const char *const none[] = {"", " ", "身份", "身份证件", "军官证", "居住证", "港澳通行证",
					   "台湾通行证", "resident"};
	type = ID_PASSPORT;
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		assert_false(id_type_parse(slice_of(none[i]), &type));
	assert_false(id_type_parse(SLICE_NONE, &type));
	assert_int_equal(type, ID_PASSPORT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_vectors),
		cmocka_unit_test(normalises_and_flags),
		cmocka_unit_test(takes_countries_as_passports_print_them),
		cmocka_unit_test(zeros_at_the_end_need_a_word),
		cmocka_unit_test(names_the_character_and_the_length),
		cmocka_unit_test(takes_today_and_no_later),
		cmocka_unit_test(refuses_every_single_change),
		cmocka_unit_test(refuses_every_swap_of_neighbours),
		cmocka_unit_test(one_check_character_fits),
		cmocka_unit_test(masks),
		cmocka_unit_test(tells_the_birth_date_that_is_in_it),
		cmocka_unit_test(names_types),
	};
	return cmocka_run_group_tests_name("domain/iddoc", tests, NULL, NULL);
}
