/* ctl/body.c - options into JSON members. */
#include "ctl/body.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/args.h"
#include "ctl/dates.h"

/* What stands between commas. */
static json_t *words_of(const char *text)
{
	json_t *words = json_array();
	for (struct slice rest = slice_of(text); rest.n;) {
		struct slice one = slice_trim(slice_cut(&rest, ','));
		if (one.n)
			json_array_append_new(words, json_stringn(one.p, one.n));
	}
	return words;
}

/* Digits, with a point between some of them; NULL: something else. */
static json_t *decimal_of(const char *text)
{
	size_t whole = strspn(text, "0123456789");
	size_t behind = text[whole] == '.' ? 1 + strspn(text + whole + 1, "0123456789") : 0;
	bool good = whole > 0 && whole <= 6 && behind != 1 && behind <= 6 && text[whole + behind] == '\0';
	return good ? json_real(strtod(text, NULL)) : NULL;
}

static json_t *value_of(const struct body_field *f, const char *text, struct day today)
{
	char date[DAY_TEXT];
	struct day d;
	uint64_t n;
	switch (f->kind) {
	case BODY_TEXT:
	case BODY_ARGUMENT:
		return json_string(text);
	case BODY_DATE:
	case BODY_DAY:
		if (!(f->kind == BODY_DATE ? date_read : date_or_instant_read)(slice_of(text), today, &d))
			return NULL;
		day_format(d, date);
		return json_string(date);
	case BODY_COUNT:
		if (!slice_to_u64(slice_of(text), &n) || n > 1000000)
			return NULL;
		return json_integer((json_int_t)n);
	case BODY_DECIMAL:
		return decimal_of(text);
	case BODY_WORDS:
	case BODY_WORDS_IF:
		return words_of(text);
	case BODY_NONE:
		return json_array();
	case BODY_TRUE:
		return json_true();
	case BODY_YES:
		return strcmp(text, "yes") == 0 ? json_true() : strcmp(text, "no") == 0 ? json_false()
		                                                                        : NULL;
	}
	return NULL;
}

/* What stands for an option that was not given; NULL: nothing does. */
static json_t *absent(const struct body_field *f)
{
	if (f->kind == BODY_WORDS)
		return json_array();
	bool said = f->kind == BODY_TEXT || f->kind == BODY_DATE || f->kind == BODY_COUNT || f->kind == BODY_WORDS_IF;
	return said && !strchr(f->member, '.') ? json_null() : NULL;
}

/* "contact.name" is a member of a member. */
static void set(json_t *body, const char *member, json_t *value)
{
	const char *dot = strchr(member, '.');
	char outer[32];
	if (!dot) {
		json_object_set_new(body, member, value);
		return;
	}
	snprintf(outer, sizeof outer, "%.*s", (int)(dot - member), member);
	if (!json_object_get(body, outer))
		json_object_set_new(body, outer, json_object());
	json_object_set_new(json_object_get(body, outer), dot + 1, value);
}

/* What help says of the option, so that whoever left it out sees what it may be. */
static int missing(const struct ctl *ctl, const char *name)
{
	for (const struct option *o = ctl->args->verb->options; o->name; o++)
		if (strcmp(o->name, name) == 0)
			return ctl_usage(ctl, pick(ctl->lang, "--%s is missing: %s", "缺少 --%s：%s"), name,
			                 pick(ctl->lang, o->en, o->zh));
	return ctl_usage(ctl, pick(ctl->lang, "--%s is missing", "缺少 --%s"), name);
}

int body_no_date(const struct ctl *ctl, const char *option, const char *value)
{
	return ctl_usage(ctl, pick(ctl->lang, "--%s %s: expected YYYY-MM-DD, today, today-N or today+N", "--%s %s：应为 YYYY-MM-DD、today、today-N 或 today+N"), option, value);
}

static int not_understood(const struct ctl *ctl, const struct body_field *f, const char *text)
{
	if (f->kind == BODY_ARGUMENT)
		return ctl_usage(ctl, "%s", pick(ctl->lang, "the arguments are not UTF-8", "参数不是 UTF-8"));
	if (f->kind == BODY_YES)
		return ctl_usage(ctl, pick(ctl->lang, "--%s is yes or no", "--%s 应为 yes 或 no"), f->option);
	if (f->kind == BODY_DATE)
		return body_no_date(ctl, f->option, text);
	if (f->kind == BODY_DAY)
		return ctl_usage(ctl, pick(ctl->lang, "--%s %s: expected YYYY-MM-DD, today, today-N or an instant such as "
		                                      "2026-11-20T10:15:00+08:00",
		                           "--%s %s：应为 YYYY-MM-DD、today、today-N 或时刻，例如 2026-11-20T10:15:00+08:00"),
		                 f->option, text);
	return ctl_usage(ctl, pick(ctl->lang, "--%s: %s is not understood", "--%s：无法理解 %s"), f->option, text);
}

static int add_field(const struct ctl *ctl, const struct body_field *f, const char *argument, struct day today,
                     json_t *body)
{
	const char *text = f->kind == BODY_ARGUMENT ? argument : args_option(ctl->args, f->option);
	json_t *value = text ? value_of(f, text, today) : NULL;
	if (!text && f->required)
		return missing(ctl, f->option);
	if (text && !value)
		return not_understood(ctl, f, text);
	if (!text)
		value = absent(f);
	if (value)
		set(body, f->member, value);
	return CTL_OK;
}

int body_from_fields(const struct ctl *ctl, const struct body_field *fields, const char *argument, struct day today,
                     json_t **ret)
{
	json_t *body = json_object();
	int code = CTL_OK;
	for (const struct body_field *f = fields; code == CTL_OK && f->option; f++)
		code = add_field(ctl, f, argument, today, body);
	if (code == CTL_OK)
		*ret = body;
	else
		json_decref(body);
	return code;
}

const char *option_needed(const struct ctl *ctl, const char *name)
{
	const char *value = args_option(ctl->args, name);
	if (!value)
		missing(ctl, name);
	return value;
}
