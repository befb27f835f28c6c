/* ctl/batch.c - entry by entry over one connection. */
#include "ctl/batch.h"

#include <stdlib.h>

#include "ctl/api.h"
#include "ctl/json_file.h"

/* The file, an object or an array, as an array. */
static int read_entries(struct ctl *ctl, const char *file, json_t **ret)
{
	json_t *read = NULL;
	int code = json_file_read(ctl, file, day_of(instant_now()), &read);
	if (code == CTL_OK && json_is_object(read)) {
		json_t *one = json_array();
		json_array_append_new(one, read);
		read = one;
	}
	*ret = read;
	return code;
}

static int post_one(struct ctl *ctl, const char *const *path, const json_t *entry, bool once, json_t *answers)
{
	char key[API_KEY_TEXT];
	json_t *answer = NULL;
	char *text = json_dumps(entry, JSON_COMPACT);
	if (!text)
		return ctl_usage(ctl, "%s", pick(ctl->lang, "an entry is no object", "条目应为对象"));
	api_key(slice_of(path[0]), slice_of(text), key);
	int code = api_call(ctl, "POST", path, entry, once ? key : NULL, &answer);
	free(text);
	if (code == CTL_OK)
		json_array_append_new(answers, answer);
	else
		json_decref(answer);
	return code;
}

int batch_post(struct ctl *ctl, const char *const *path, const char *file, bool once,
               const struct column_spec *columns, size_t n)
{
	json_t *entries = NULL, *entry, *answers = json_array();
	size_t i;
	int code = read_entries(ctl, file, &entries);
	if (code == CTL_OK)
		json_array_foreach(entries, i, entry) {
			code = post_one(ctl, path, entry, once, answers);
			if (code != CTL_OK) {
				fprintf(ctl->err, pick(ctl->lang, "  %s: entry %zu of %zu; %zu were sent before it\n", "  %s：第 %zu 条，共 %zu 条；此前 %zu 条已提交\n"),
				        file, i + 1, json_array_size(entries), i);
				break;
			}
		}
	if (json_array_size(answers) && !ctl->json)
		table_print(ctl->out, ctl->lang, columns, n, answers);
	json_decref(entries);
	json_decref(answers);
	return code;
}
