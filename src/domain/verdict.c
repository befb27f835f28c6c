/* domain/verdict.c - first every check on its own, then one result by precedence. */
#include "domain/verdict.h"

#include "base/outcome.h"
#include "domain/validity.h"

static const char *const states[] = {
	[CERTIFICATE_VALID] = "valid",
	[CERTIFICATE_SUSPENDED] = "suspended",
	[CERTIFICATE_REVOKED] = "revoked",
	[CERTIFICATE_VOID] = "void",
};

bool certificate_state_parse(struct slice text, enum certificate_state *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		if (slice_is(text, states[i])) {
			*ret = (enum certificate_state)i;
			return true;
		}
	}
	return false;
}

const char *check_outcome_code(enum check_outcome outcome)
{
	static const char *const codes[] = {[CHECK_NOT_MADE] = "not_made",
	                                    [CHECK_PASSED] = "passed",
	                                    [CHECK_FAILED] = "failed"};
	return codes[outcome];
}

const char *check_code(enum check check)
{
	static const char *const codes[CHECK_COUNT] = {
		[CHECK_NAME] = "name",
		[CHECK_SIGNATURE] = "signature",
		[CHECK_ISSUER] = "issuer",
		[CHECK_DATES] = "dates",
		[CHECK_REVOCATION] = "revocation",
		[CHECK_SUSPENSION] = "suspension",
	};
	return codes[check];
}

static const char *const results[] = {
	[VERDICT_VALID] = "valid",
	[VERDICT_REVOKED] = "revoked",
	[VERDICT_REPLACED] = "replaced",
	[VERDICT_SUSPENDED] = "suspended",
	[VERDICT_EXPIRED] = "expired",
	[VERDICT_NO_MATCH] = "no_match",
	[VERDICT_LINK_EXPIRED] = "link_expired",
	[VERDICT_UNKNOWN] = "unknown",
};

const char *verdict_result_code(enum verdict_result result)
{
	return results[result];
}

enum verdict_result verdict_result_of(struct slice code)
{
	for (size_t i = 0; i < ARRAY_LEN(results); i++)
		if (slice_is(code, results[i]))
			return (enum verdict_result)i;
	return VERDICT_UNKNOWN;
}

static enum check_outcome passed_if(bool yes)
{
	return yes ? CHECK_PASSED : CHECK_FAILED;
}

static bool is_revoked(const struct verdict_facts *facts)
{
	return facts->state == CERTIFICATE_REVOKED || facts->state == CERTIFICATE_VOID;
}

static bool is_over(const struct verdict_facts *facts)
{
	return facts->expires && validity_is_over(facts->expires_on, facts->today);
}

static enum verdict_result decide(const struct verdict_facts *facts)
{
	if (!facts->status_known)
		return VERDICT_UNKNOWN;
	if (is_revoked(facts))
		return VERDICT_REVOKED;
	if (facts->replaced)
		return VERDICT_REPLACED;
	if (facts->key_revoked)
		return VERDICT_UNKNOWN;
	if (facts->state == CERTIFICATE_SUSPENDED)
		return VERDICT_SUSPENDED;
	return is_over(facts) ? VERDICT_EXPIRED : VERDICT_VALID;
}

/* Nobody can say a signature or an issuer is right without having looked. */
static bool is_no_match(const struct verdict_facts *facts)
{
	return !facts->found || facts->name == NAME_DIFFERS ||
	       facts->signature != CHECK_PASSED || facts->issuer != CHECK_PASSED;
}

struct verdict verdict_of(const struct verdict_facts *facts)
{
	struct verdict v = {.result = VERDICT_NO_MATCH};
	if (facts->link_over) {
		v.result = VERDICT_LINK_EXPIRED;
		return v;
	}
	if (is_no_match(facts)) {
		if (facts->found && facts->name != NAME_DIFFERS && facts->signature == CHECK_FAILED)
			v.checks[CHECK_SIGNATURE] = CHECK_FAILED;
		return v;
	}
	v.result = decide(facts);
	v.discloses = true;
	v.checks[CHECK_NAME] = facts->name == NAME_MATCHES ? CHECK_PASSED : CHECK_NOT_MADE;
	v.checks[CHECK_SIGNATURE] = facts->signature;
	if (facts->key_revoked) {
		v.checks[CHECK_SIGNATURE] = CHECK_NOT_MADE;
		v.signature_code = "key_revoked";
	}
	v.checks[CHECK_ISSUER] = facts->issuer;
	v.checks[CHECK_DATES] = passed_if(!is_over(facts));
	if (facts->status_known) {
		v.checks[CHECK_REVOCATION] = passed_if(!is_revoked(facts));
		v.checks[CHECK_SUSPENSION] = passed_if(facts->state != CERTIFICATE_SUSPENDED);
	} else {
		v.revocation_code = "status_list_unavailable";
	}
	return v;
}

int verdict_compare_names(struct slice holder, struct slice typed, struct arena *arena,
                          enum name_answer *ret, fold_steps *ret_folded)
{
	struct name_key key;
	bool same;
	int r = name_key(typed, FOLD_ALL, arena, &key);
	if (r == E_NOMEM)
		return r;
	*ret_folded = 0;
	if (r == 0 && name_key_empty(&key)) {
		*ret = NAME_NOT_GIVEN;
		return 0;
	}
	r = name_compare(holder, typed, arena, &same, ret_folded);
	if (r == 0)
		*ret = same ? NAME_MATCHES : NAME_DIFFERS;
	return r;
}
