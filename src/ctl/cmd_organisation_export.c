/* ctl/cmd_organisation_export.c - all records of an organisation into a file, a JSON object a line: which part of them it
 * is of, and what is recorded. The last line says that it is the last, so that half a file is not taken for a whole. */
#include <stdlib.h>

#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/noun.h"
#include "ctl/output.h"

static int export_run(struct ctl *ctl);

#define CODES purposes
#define CODES_LIST "domain/export_purpose_list.h"
#define CODES_EN "why, for the audit:"
#define CODES_ZH "导出目的（记入审计）："
#include "ctl/codes.h"

const struct verb cmd_organisation_export[] = {
	{
		.name = "organisation",
		.sub = "export",
		.args = "SLUG FILE --purpose CODE [--note TEXT]",
		.en = "write all records of an organisation, ID numbers too, into a file of JSON lines; also when it is suspended "
		      "or has ended",
		.zh = "将机构的全部记录（含证件号码）写入文件，每行一个 JSON 对象；机构暂停或终止后仍可导出",
		.min_args = 2,
		.max_args = 2,
		.options = {{"purpose", "CODE", purposes_en, purposes_zh},
			    {"note", "TEXT", "for the audit, without ID numbers", "备注（记入审计），不得含证件号码"}},
		.run = export_run,
	},
	{0},
};

static const struct {
	const char *code, *zh;
} parts[] = {
#define X(code, zh) {#code, zh},
#include "domain/export_part_list.h"
#undef X
};

struct export {
	struct output file;
	size_t items[ARRAY_LEN(parts)], total;
};

static void count(struct export *e, const char *part, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (strcmp(parts[i].code, part) == 0)
			e->items[i] += n;
	e->total += n;
}

/* One line; what belongs to it is given up. */
static int write_line(struct ctl *ctl, struct export *e, json_t *line)
{
	char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;
	int code = text ? output_add(ctl, &e->file, slice_of(text)) : ctl_usage(ctl, "out of memory");
	if (code == CTL_OK)
		code = output_add(ctl, &e->file, SLICE("\n"));
	free(text);
	json_decref(line);
	return code;
}

static int write_page(struct ctl *ctl, struct export *e, const json_t *page)
{
	const char *part = api_str(page, "part");
	const json_t *items = json_object_get(page, "items");
	int code = CTL_OK;
	for (size_t i = 0; code == CTL_OK && i < json_array_size(items); i++) {
		json_t *line = json_pack("{s:s}", "part", part);
		if (line)
			json_object_update(line, json_array_get(items, i));
		code = write_line(ctl, e, line);
	}
	count(e, part, json_array_size(items));
	return code;
}

/* Page by page, each of which says where the next one begins. */
static int write_all(struct ctl *ctl, struct export *e, json_t *body)
{
	int code = CTL_OK;
	bool more = true;
	while (code == CTL_OK && more) {
		json_t *page = NULL;
		code = api_call(ctl, "POST", PATH("/v1/organisations/%/export", ctl->args->rest[0]), body, NULL, &page);
		if (code == CTL_OK)
			code = write_page(ctl, e, page);
		json_t *next = json_object_get(page, "next");
		more = json_is_object(next);
		if (more)
			json_object_update(body, next);
		json_decref(page);
	}
	if (code == CTL_OK)
		code = write_line(ctl, e, json_pack("{s:s, s:I}", "part", "end", "items", (json_int_t)e->total));
	return code;
}

static void tell(const struct ctl *ctl, const struct export *e)
{
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		fprintf(ctl->out, "%s: %zu\n", pick(ctl->lang, parts[i].code, parts[i].zh), e->items[i]);
	fprintf(ctl->out,
	        pick(ctl->lang, "%s holds ID numbers as they are: keep it as such.\n", "%s 含未遮盖的证件号码，请妥善保管。\n"),
	        e->file.path);
}

static int export_run(struct ctl *ctl)
{
	struct ctl quiet = *ctl; /* the answers are for the file */
	struct export e = {.total = 0};
	json_t *body = NULL;
	int code = body_from_fields(ctl, purpose_fields, NULL, day_of(instant_now()), &body);
	if (code == CTL_OK)
		code = output_open(ctl, ctl->args->rest[1], NULL, NULL, &e.file);
	if (code == CTL_OK) {
		quiet.json = false;
		code = write_all(&quiet, &e, body);
		if (code == CTL_OK)
			tell(ctl, &e);
		else if (e.file.begun)
			fprintf(ctl->err, pick(ctl->lang, "%s is not complete: run this again\n", "%s 不完整，请重新导出\n"), e.file.path);
		output_end(&e.file);
	}
	json_decref(body);
	return code;
}
