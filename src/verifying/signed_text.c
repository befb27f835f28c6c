/* verifying/signed_text.c - verify_credential, stopped before it asks for the issuer. */
#include "verifying/signed_text.h"

#include "base/outcome.h"

static int no_document(void *arg, struct slice address, struct slice *ret)
{
	return E_ABSENT;
}

int signed_text_read(struct request *rq, struct arena *scratch, struct slice text, struct verify_result *ret)
{
	const struct verify_conf conf = {
		.crypt = request_crypt(rq),
		.issuer = no_document,
	};
	int r = verify_credential(scratch, &conf, text, ret);
	return r == 0 && ret->form.outcome != CHECK_PASSED ? E_SYNTAX : r;
}
