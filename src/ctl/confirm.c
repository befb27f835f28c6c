/* ctl/confirm.c - a look before the leap: a number with a digit too many is somebody else's. */
#include "ctl/confirm.h"

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "ctl/api.h"
#include "ctl/args.h"
#include "text/name.h"

enum { ANSWER_MAX = 64, MASK_ARENA = 4096 };

static const struct column_spec facts[] = {
	{"number", "number", "编号"},
	{"title", "title", "名称"},
	{"holder", "holder", "持证人"},
	{"state", "state", "状态"},
};

static bool is_asked(const struct ctl *ctl)
{
	return !ctl->json && !args_option(ctl->args, "yes") && isatty(STDIN_FILENO) && isatty(fileno(ctl->err));
}

static int ask(const struct ctl *ctl, const char *question)
{
	char answer[ANSWER_MAX] = "";
	fprintf(ctl->err, "%s [y/N] ", question);
	fflush(ctl->err);
	bool yes = fgets(answer, sizeof answer, stdin) && (*answer == 'y' || *answer == 'Y' || strncmp(answer, "是", 3) == 0);
	if (!yes)
		fprintf(ctl->err, "%s\n", pick(ctl->lang, "nothing was changed", "未作任何更改"));
	return yes ? CTL_OK : CTL_NEGATIVE;
}

static int look_up(const struct ctl *ctl, const char *const *path, json_t **ret)
{
	struct ctl quiet = *ctl; /* it prints no JSON */
	quiet.json = false;
	return api_call(&quiet, "GET", path, NULL, NULL, ret);
}

/* The name as everybody may see it, who verifies. */
static int add_holder(const struct ctl *ctl, json_t *certificate)
{
	json_t *verdict = NULL;
	int code = look_up(ctl, PATH("/v1/verifications/%", api_str(certificate, "verification_code")), &verdict);
	if (code == CTL_OK)
		json_object_set(certificate, "holder",
		                json_object_get(json_object_get(verdict, "certificate"), "holder"));
	json_decref(verdict);
	return code;
}

int confirm_certificate(const struct ctl *ctl, const char *number, const char *question)
{
	json_t *certificate = NULL;
	if (!is_asked(ctl))
		return CTL_OK;
	int code = look_up(ctl, PATH("/v1/certificates/%", number), &certificate);
	if (code == CTL_OK)
		code = add_holder(ctl, certificate);
	if (code == CTL_OK) {
		table_print_item(ctl->err, ctl->lang, facts, ARRAY_LEN(facts), certificate);
		code = ask(ctl, question);
	}
	json_decref(certificate);
	return code;
}

/* Its certificates, or the result alone when it has none. */
static void print_result(const struct ctl *ctl, json_t *result, struct arena *arena)
{
	const char *name = api_str(json_object_get(result, "candidate"), "name");
	const json_t *certificates = json_object_get(result, "certificates");
	json_t *holder = json_string(name_mask(slice_of(name), arena));
	for (size_t i = 0; i < json_array_size(certificates); i++) {
		json_t *certificate = json_array_get(certificates, i);
		json_object_set(certificate, "holder", holder);
		table_print_item(ctl->err, ctl->lang, facts, ARRAY_LEN(facts), certificate);
	}
	json_object_set(result, "holder", holder);
	if (json_array_size(certificates) == 0)
		table_print_item(ctl->err, ctl->lang, facts, ARRAY_LEN(facts), result);
	json_decref(holder);
}

int confirm_result(const struct ctl *ctl, const char *id, const char *question)
{
	json_t *result = NULL;
	if (!is_asked(ctl))
		return CTL_OK;
	int code = look_up(ctl, PATH("/v1/assessments/%", id), &result);
	if (code == CTL_OK) {
		struct arena *arena = arena_new(MASK_ARENA);
		if (arena)
			print_result(ctl, result, arena);
		code = arena ? ask(ctl, question) : CTL_UNKNOWN;
		arena_free(arena);
	}
	json_decref(result);
	return code;
}
