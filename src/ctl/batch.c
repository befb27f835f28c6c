/* ctl/batch.c - entry by entry over one connection. */
#include "ctl/batch.h"

#include "ctl/api.h"

int batch_send(struct ctl *ctl, const char *method, const char *const *path, const char *file, const json_t *entries,
               bool once, json_t *answers)
{
	const size_t n = json_is_array(entries) ? json_array_size(entries) : 1;
	int code = CTL_OK;
	for (size_t i = 0; code == CTL_OK && i < n; i++) {
		const json_t *entry = json_is_array(entries) ? json_array_get(entries, i) : entries;
		json_t *answer = NULL;
		if (!json_is_object(entry))
			code = ctl_usage(ctl, "%s", pick(ctl->lang, "an entry is no object", "条目应为对象"));
		else
			code = once ? api_call_once(ctl, method, path, entry, &answer)
			            : api_call(ctl, method, path, entry, NULL, &answer);
		if (code == CTL_OK)
			json_array_append_new(answers, answer);
		else
			fprintf(ctl->err,
			        pick(ctl->lang, "  %s: entry %zu of %zu; %zu were sent before it\n",
			             "  %s：第 %zu 条，共 %zu 条；此前 %zu 条已提交\n"),
			        file, i + 1, n, i);
	}
	return code;
}
