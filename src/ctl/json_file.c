/* ctl/json_file.c - reading what the person at the terminal wrote. */
#include "ctl/json_file.h"

#include <errno.h>

#include "ctl/dates.h"

int file_read(const struct ctl *ctl, const char *path, struct buf *out)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");
	char portion[16 * KIB];
	size_t n;
	if (!f)
		return ctl_usage(ctl, "%s: %s", path, strerror(errno));
	while (!buf_failed(out) && (n = fread(portion, 1, sizeof portion, f)) > 0)
		buf_add(out, slice_from(portion, n));
	bool failed = ferror(f);
	if (f != stdin)
		fclose(f);
	if (failed)
		return ctl_usage(ctl, "%s: %s", path, strerror(EIO));
	if (buf_failed(out))
		return ctl_usage(ctl, pick(ctl->lang, "%s: larger than %zu KiB", "%s：超过 %zu KiB"), path,
		                 out->max / KIB);
	return 0;
}

/* As the API's members for days are called: held_on, valid_from, valid_to. */
static bool is_date_name(const char *name)
{
	const char *end = strrchr(name, '_');
	return end && end > name && (strcmp(end, "_on") == 0 || strcmp(end, "_from") == 0 || strcmp(end, "_to") == 0);
}

void json_fix_dates(json_t *value, struct day today)
{
	const char *name;
	json_t *member;
	size_t i;
	json_array_foreach(value, i, member)
		json_fix_dates(member, today);
	json_object_foreach(value, name, member) {
		struct day d;
		char text[DAY_TEXT];
		if (json_is_string(member) && is_date_name(name) &&
		    date_read(slice_of(json_string_value(member)), today, &d)) {
			day_format(d, text);
			json_string_set(member, text);
		}
		json_fix_dates(member, today);
	}
}

int json_file_read(const struct ctl *ctl, const char *path, struct day today, json_t **ret)
{
	struct buf text = BUF_INIT(FILE_MAX);
	json_error_t error;
	int code = file_read(ctl, path, &text);
	if (code == CTL_OK) {
		json_t *value = json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &error);
		if (value) {
			json_fix_dates(value, today);
			*ret = value;
		} else {
			code = ctl_usage(ctl, "%s:%d:%d: %s", path, error.line, error.column, error.text);
		}
	}
	buf_free(&text);
	return code;
}
