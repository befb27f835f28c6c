/* ctl/body.c - options into JSON members. */
#include "ctl/body.h"

#include "ctl/args.h"
#include "ctl/dates.h"

static json_t *value_of(const struct body_field *f, const char *text, struct day today)
{
	char date[DAY_TEXT];
	struct day d;
	uint64_t n;
	switch (f->kind) {
	case BODY_TEXT:
		return json_string(text);
	case BODY_DATE:
		if (!date_read(slice_of(text), today, &d))
			return NULL;
		day_format(d, date);
		return json_string(date);
	case BODY_COUNT:
		if (!slice_to_u64(slice_of(text), &n) || n > 1000000)
			return NULL;
		return json_integer((json_int_t)n);
	}
	return NULL;
}

int body_from_options(const struct ctl *ctl, const struct body_field *fields, size_t n,
                      struct day today, json_t **ret)
{
	json_t *body = json_object();
	for (size_t i = 0; i < n; i++) {
		const char *text = args_option(ctl->args, fields[i].option);
		json_t *value = NULL;
		if (text)
			value = value_of(&fields[i], text, today);
		else if (!fields[i].required)
			value = json_null();
		if (value) {
			json_object_set_new(body, fields[i].member, value);
			continue;
		}
		json_decref(body);
		if (!text)
			return ctl_usage(ctl, pick(ctl->lang, "--%s is missing", "缺少 --%s"),
			                 fields[i].option);
		return ctl_usage(ctl, pick(ctl->lang, "--%s: %s is not understood", "--%s：无法理解 %s"),
		                 fields[i].option, text);
	}
	*ret = body;
	return CTL_OK;
}

const char *option_needed(const struct ctl *ctl, const char *name)
{
	const char *value = args_option(ctl->args, name);
	if (!value)
		ctl_usage(ctl, pick(ctl->lang, "--%s is missing", "缺少 --%s"), name);
	return value;
}
