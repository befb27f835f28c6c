/* test_iddoc - every published and computed vector, and properties of the check character. The
 * numbers are samples of standards or belong to a county that does not exist. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/iddoc.h"

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
		{ID_RESIDENT, " 10199199003070014", "", "id_characters"},
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
		{ID_PASSPORT, "E12345678", "SA ", "id_country_unknown"},
		{ID_PASSPORT, "E12345678", "WE ", "id_country_unknown"},

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
		const char *code = iddoc_check(v->type, slice_of(v->number), slice_of(v->country),
					       today(), &doc);
		if (!v->code) {
			assert_null(code);
			assert_int_equal(doc.type, v->type);
			assert_int_equal(strlen(doc.number), strlen(v->number));
			assert_string_equal(doc.country, v->country);
		} else {
			assert_non_null(code);
			assert_string_equal(code, v->code);
			assert_string_equal(doc.number, "untouched");
		}
	}
}

static void normalises_and_flags(void **state)
{
	struct iddoc doc;
	assert_null(iddoc_check(ID_RESIDENT, SLICE("31019919991001004x"), SLICE_NONE, today(), &doc));
	assert_string_equal(doc.number, "31019919991001004X");
	assert_false(doc.non_chinese);
	assert_null(iddoc_check(ID_HM_PERMIT, SLICE("MA1234567"), SLICE_NONE, today(), &doc));
	assert_true(doc.non_chinese);
	assert_null(iddoc_check(ID_HM_PERMIT, SLICE("M12345678"), SLICE_NONE, today(), &doc));
	assert_false(doc.non_chinese);
	assert_null(iddoc_check(ID_PASSPORT, SLICE("AA1234"), SLICE("FRA"), today(), &doc));
	assert_false(doc.non_chinese);
}

static void takes_today_and_no_later(void **state)
{
	struct day birth;
	assert_true(day_from_civil(2027, 1, 1, &birth));
	struct slice number = SLICE("310199202701010013");
	assert_null(iddoc_check_number(ID_RESIDENT, number, birth));
	birth.n--;
	assert_string_equal(iddoc_check_number(ID_RESIDENT, number, birth), "id_future_date");
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
				assert_non_null(iddoc_check_number(ID_RESIDENT, slice_of(number),
								   today()));
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
			assert_non_null(
				iddoc_check_number(ID_RESIDENT, slice_of(number), today()));
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
		for (int order = 0; order < 1000; order++) {
			char number[19] = "00000019920229";
			memcpy(number, areas[a].area, 6);
			number[14] = (char)('0' + order / 100);
			number[15] = (char)('0' + order / 10 % 10);
			number[16] = (char)('0' + order % 10);
			int fits = 0;
			for (const char *c = "0123456789X"; *c; c++) {
				number[17] = *c;
				fits += !iddoc_check_number(areas[a].type, slice_of(number), today());
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

static void names_types(void **state)
{
	for (int i = 0; i < ID_TYPE_COUNT; i++) {
		enum id_type type;
		assert_true(id_type_parse(slice_of(id_type_code((enum id_type)i)), &type));
		assert_int_equal(type, i);
		assert_true(strlen(id_type_name((enum id_type)i)) > 0);
	}
	enum id_type type = ID_PASSPORT;
	assert_false(id_type_parse(SLICE("RESIDENT_ID"), &type));
	assert_false(id_type_parse(SLICE_NONE, &type));
	assert_false(id_type_parse(SLICE("护照"), &type));
	assert_int_equal(type, ID_PASSPORT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_vectors),
		cmocka_unit_test(normalises_and_flags),
		cmocka_unit_test(takes_today_and_no_later),
		cmocka_unit_test(refuses_every_single_change),
		cmocka_unit_test(refuses_every_swap_of_neighbours),
		cmocka_unit_test(one_check_character_fits),
		cmocka_unit_test(masks),
		cmocka_unit_test(names_types),
	};
	return cmocka_run_group_tests_name("domain/iddoc", tests, NULL, NULL);
}
