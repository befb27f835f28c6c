/* domain/kind.c - the table. */
#include "domain/kind.h"

#include <assert.h>

static const struct kind_row rows[KIND_COUNT] = {
	[KIND_SKILL_GRADE] = {
		.code = "skill_grade",
		.name = {"职业技能等级证书", "Vocational skill-grade certificate"},
		.many = {"职业技能等级证书", "Vocational skill-grade certificates"},
		.description = "职业技能等级证书",
		.issuer = "evaluation_body",
		.numbers_have_level = true,
		.names_grade = true,
		.number = number_skill_grade,
	},
	[KIND_COMPANY] = {
		.code = "company",
		.name = {"企业证书，非职业技能等级证书",
		         "Company certificate, not a vocational skill-grade certificate"},
		.many = {"企业证书，非职业技能等级证书",
		         "Company certificates, which are not vocational skill-grade certificates"},
		.description = "企业证书（非职业技能等级证书）",
		.issuer = "livestreaming_company",
		.of_partner = true,
		.own_achievements = true,
		.number = number_company,
		.plain = true,
	},
};

const struct kind_row *kind_row(enum certificate_kind kind)
{
	assert(kind >= 0 && kind < KIND_COUNT);
	return &rows[kind];
}

const char *kind_code(enum certificate_kind kind)
{
	return kind_row(kind)->code;
}

bool kind_parse(struct slice code, enum certificate_kind *ret)
{
	for (int i = 0; i < KIND_COUNT; i++) {
		if (slice_is(code, rows[i].code)) {
			*ret = (enum certificate_kind)i;
			return true;
		}
	}
	return false;
}

bool kind_known(struct slice code)
{
	enum certificate_kind ignored;
	return kind_parse(code, &ignored);
}

enum certificate_kind kind_of(struct slice code)
{
	enum certificate_kind kind = KIND_COUNT;
	bool known = kind_parse(code, &kind);
	assert(known);
	return kind;
}

bool kind_described(struct slice description, enum certificate_kind *ret)
{
	for (int i = 0; i < KIND_COUNT; i++) {
		if (slice_is(description, rows[i].description)) {
			*ret = (enum certificate_kind)i;
			return true;
		}
	}
	return false;
}
