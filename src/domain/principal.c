/* domain/principal.c - roles and ownership. */
#include "domain/principal.h"

#include "base/attr.h"

static const struct {
	enum role role;
	const char *code;
} codes[] = {
	{ROLE_INSTITUTION, "institution"},     {ROLE_COMPANY, "company"},
	{ROLE_ADMINISTRATOR, "administrator"}, {ROLE_AUDITOR, "auditor"},
	{ROLE_EMPLOYER, "employer"},
};

const char *role_code(enum role role)
{
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		if (codes[i].role == role)
			return codes[i].code;
	return NULL;
}

enum role role_from_code(struct slice code)
{
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		if (slice_is(code, codes[i].code))
			return codes[i].role;
	return 0;
}

static const char *const rights[] = {NULL, "reads", "submits", "manages"};

const char *right_code(enum right right)
{
	return right < ARRAY_LEN(rights) ? rights[right] : NULL;
}

enum right right_from_code(struct slice code)
{
	for (size_t i = RIGHT_READS; i < ARRAY_LEN(rights); i++)
		if (slice_is(code, rights[i]))
			return (enum right)i;
	return 0;
}

static bool in_districts(struct slice list, struct slice district)
{
	if (list.n == 0)
		return true;
	while (list.p) {
		struct slice one = slice_cut(&list, ',');
		if (one.n && slice_eq(one, district))
			return true;
	}
	return false;
}

bool principal_owns(const struct principal *who, const struct belongings *what)
{
	switch (who->role) {
	case ROLE_INSTITUTION:
		return !uuid_is_nil(who->organisation) && uuid_eq(who->organisation, what->holder);
	case ROLE_COMPANY:
		return !uuid_is_nil(who->organisation) && uuid_eq(who->organisation, what->partner);
	case ROLE_ADMINISTRATOR:
		return in_districts(who->districts, what->district);
	case ROLE_AUDITOR:
		return true;
	case ROLE_EMPLOYER:
	default:
		return false;
	}
}

/* RFC 9562 section 5.10: no row has it. */
static const struct uuid nobody = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                    0xff, 0xff, 0xff, 0xff}};

struct scope principal_scope(const struct principal *who)
{
	const struct uuid own = uuid_is_nil(who->organisation) ? nobody : who->organisation;
	switch (who->role) {
	case ROLE_INSTITUTION:
		return (struct scope){.holder = own};
	case ROLE_COMPANY:
		return (struct scope){.partner = own};
	case ROLE_ADMINISTRATOR:
		return (struct scope){.districts = who->districts.n ? who->districts : SLICE_NONE};
	case ROLE_AUDITOR:
		return (struct scope){{{0}}, {{0}}, {NULL, 0}};
	case ROLE_EMPLOYER:
	default:
		return (struct scope){.holder = nobody};
	}
}
