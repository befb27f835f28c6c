/* verifying/disclosed.h - what a verdict tells of a certificate: the same facts for its JSON and its page. */
#pragma once

#include "store/verdict.h"
#include "text/view.h"

struct disclosed {
	enum certificate_kind kind;
	const char *holder; /* masked */
	struct slice number, title;
	struct slice occupation, edition, occupation_name, work_type;
	struct slice level, level_name, level_name_en; /* none: it has no level */
	struct slice issuer, did; /* no DID when the registry's address makes none */
	struct day issued_on;
	struct opt_day expires_on;
	bool dual;
};

/* As JSON: EXAMPLES section 2. */
extern const struct view disclosed_view;

/* Points into the row and the arena. 0 or E_NOMEM. */
MUSTUSE int disclosed_of(const struct verdict_row *row, struct arena *arena, struct slice public_url,
                    struct disclosed *ret);

/* A check as it is told. */
struct check_disclosed {
	const char *check, *outcome, *code;
	struct opt_int limit;
};
extern const struct view check_disclosed_view;

enum { CHECKS_DISCLOSED_MAX = CHECK_COUNT + 2 }; /* of a credential its form and its registration, too */

/* Since when it is as the verdict says; none of the others. */
struct disclosed_since {
	struct opt_day revoked_on, suspended_on, replaced_on;
};
extern const struct view disclosed_since_view;
struct disclosed_since disclosed_since(const struct verdict_row *row, const struct verdict *verdict);
