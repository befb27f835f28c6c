/* tests/lib/verify.c - over the API, as bodies and employers do. */
#include "verify.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <string.h>

struct issued verify_issue(struct daemon *d, const char *name, unsigned person)
{
	struct issued i;
	const struct answer *a = daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", "xingbo"), name,
	                                       person, "\"theory\":80,\"skill\":80");
	expect_status(a, 201);
	snprintf(i.number, sizeof i.number, "%s", answer_text(a, "certificates.0.number"));
	snprintf(i.code, sizeof i.code, "%s", answer_text(a, "certificates.0.verification_code"));
	snprintf(i.company_code, sizeof i.company_code, "%s",
	         answer_text(a, "certificates.1.verification_code"));
	snprintf(i.company_number, sizeof i.company_number, "%s", answer_text(a, "certificates.1.number"));
	return i;
}

const struct answer *verify_from(struct daemon *d, const char *from, const char *key, const char *value,
                                     const char *name)
{
	char body[512];
	snprintf(body, sizeof body, "{\"%s\":\"%s\"%s%s%s}", key, value, name ? ",\"name\":\"" : "",
	         name ? name : "", name ? "\"" : "");
	return ASK(d->https, .path = "/v1/verifications", .body = body, .from = from);
}

const struct answer *verify_for(struct daemon *d, const char *key, const char *value, const char *name)
{
	return verify_from(d, NULL, key, value, name);
}

void verify_expect(const struct answer *a, const char *result)
{
	assert_string_equal(answer_text(expect_status(a, 200), "result"), result);
	assert_int_equal(strlen(answer_text(a, "checked_at")), strlen("2026-11-22T03:04:05Z"));
}

const struct answer *verify_change(struct daemon *d, const char *method, const char *number, const char *what)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/certificates/%s/%s", number, what);
	return expect_status(ASK(d->https, .method = method, .path = path, .token = d->token[BY_ADMIN],
	                         .body = "{\"reason\":\"fraud\"}"), 200);
}
