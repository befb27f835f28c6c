/* ctl/save.c - see save.h. */
#include "ctl/save.h"

#include <string.h>

#include "base/outcome.h"
#include "ctl/api.h"
#include "ctl/output.h"

static int take(struct ctl *ctl, const struct answer *a, const char *type, struct output *out)
{
	if (a->status >= 400)
		return api_explain_problem(ctl, a);
	if (a->status != 200 || strcmp(a->content_type, type) != 0)
		return api_explain_failure(ctl, E_SYNTAX, true);
	return output_write(ctl, out, &a->body);
}

static int call(struct ctl *ctl, const char *method, const char *const *path, const char *type, struct output *out)
{
	struct buf address = BUF_INIT(4 * KIB);
	struct answer a;
	path_fill(&address, path);
	buf_addc(&address, '\0');
	const struct call c = {.method = method, .path = address.p};
	int r = buf_failed(&address) ? E_NOMEM : client_call(ctl->client, &c, &a);
	int code = r < 0 ? api_explain_failure(ctl, r, true) : take(ctl, &a, type, out);
	if (r == 0)
		answer_free(&a);
	buf_free(&address);
	return code;
}

int save_answer(struct ctl *ctl, const char *method, const char *const *path, const char *type, const char *file)
{
	struct output out;
	int code = output_open(ctl, file, NULL, NULL, &out);
	if (code != CTL_OK)
		return code;
	code = call(ctl, method, path, type, &out);
	output_end(&out);
	if (code == CTL_OK && !ctl->json)
		fprintf(ctl->out, pick(ctl->lang, "saved: %s\n", "已保存：%s\n"), file);
	return code;
}
