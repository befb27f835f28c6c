/* ctl/verdict.c - what the answer means to a script. */
#include "ctl/verdict.h"

#include "ctl/verb.h"
#include "text/fold.h"

int verdict_exit(const char *result)
{
	if (strcmp(result, "valid") == 0)
		return CTL_OK;
	return strcmp(result, "unknown") == 0 ? CTL_UNKNOWN : CTL_NEGATIVE;
}

static void print_folded(const struct ctl *ctl, const char *heading, const json_t *codes)
{
	if (!codes)
		return;
	fprintf(ctl->out, "  %s", heading);
	const char *between = "";
	for (unsigned i = 0; i < FOLD_STEP_COUNT; i++) {
		size_t at;
		json_t *code;
		json_array_foreach(codes, at, code) {
			if (strcmp(json_string_value(code), fold_step_code((enum fold_step)i)) != 0)
				continue;
			fprintf(ctl->out, "%s%s", between, fold_step_words((enum fold_step)i, ctl->lang));
			between = pick(ctl->lang, ", ", "、");
		}
	}
	fputc('\n', ctl->out);
}

void verdict_print_folded(const struct ctl *ctl, const json_t *answer)
{
	print_folded(ctl,
	             pick(ctl->lang, "The name is spelled otherwise than recorded; not told apart: ",
	                  "与登记的姓名写法不同，比对时不计："),
	             json_object_get(answer, "name_folded"));
	print_folded(ctl,
	             pick(ctl->lang, "The number is written otherwise; not told apart: ",
	                  "与证书编号写法不同，查找时不计："),
	             json_object_get(answer, "number_folded"));
}
