/* ctl/cmd_key_audit.c - whether every signature of the issuing keys is stored or explained. To be
 * run by whoever may read the signers' journals; the journals are read before the registry is
 * asked, so that what is signed meanwhile is in no way. */
#include "base/outcome.h"
#include "crypt/encode.h"
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/body.h"
#include "ctl/journal_audit.h"
#include "ctl/json_file.h"
#include "ctl/table.h"

static int audit_run(struct ctl *ctl);

const struct verb cmd_key_audit[] = {
	{
		.name = "key",
		.sub = "audit",
		.args = "--journal FILE [FILE...]",
		.en = "compare the signers' journals with what is stored; exit code 1 when something is unexplained",
		.zh = "核对签名日志与库存记录；有无法解释的签名时退出码为 1",
		.max_args = ARGS_MAX - 1,
		.options = {{"journal", "FILE", "a signer's journal (further ones, and the registry's, as arguments)",
		             "签名日志（其他日志和登记日志作为参数）"},
		            {"explained", "FILE", "lines \"SHA-256 reason\": looked into by a person",
		             "每行“SHA-256 原因”：已人工核查"}},
		.run = audit_run,
	},
	{0},
};

#define PAGES "/v1/keys/signatures?limit=200"

/* ---- input ---- */

static int read_journal(const struct ctl *ctl, struct journal_audit *audit, const char *path)
{
	uint64_t line = 0;
	int r = journal_read(path, 0, journal_audit_line, audit, &line);
	journal_audit_end(audit);
	if (r == 0)
		return CTL_OK;
	if (r != E_SYNTAX)
		return ctl_usage(ctl, pick(ctl->lang, "%s cannot be read", "无法读取 %s"), path);
	fprintf(ctl->err,
	        pick(ctl->lang,
	             "%s: line %llu, counted from the oldest file, is no journal line, or lines are missing before it\n",
	             "%s：自最早的文件起第 %llu 行不是日志行，或其前有缺行\n"),
	        path, (unsigned long long)line);
	return CTL_NEGATIVE;
}

static int read_journals(const struct ctl *ctl, struct journal_audit *audit)
{
	const char *first = option_needed(ctl, "journal");
	if (!first)
		return CTL_USAGE;
	int code = read_journal(ctl, audit, first);
	for (int i = 0; code == CTL_OK && i < ctl->args->n_rest; i++)
		code = read_journal(ctl, audit, ctl->args->rest[i]);
	return code;
}

static int read_explained(const struct ctl *ctl, struct journal_audit *audit)
{
	const char *path = args_option(ctl->args, "explained");
	struct buf text = BUF_INIT(16 * MIB);
	size_t line;
	int code = path ? file_read(ctl, path, &text) : CTL_OK;
	if (code == CTL_OK && journal_audit_explain(audit, buf_slice(&text), &line) < 0)
		code = ctl_usage(ctl, pick(ctl->lang, "%s:%zu: expected a SHA-256 and a reason", "%s:%zu：应为 SHA-256 和原因"), path, line);
	buf_free(&text);
	return code;
}

/* One row that the registry has. A hash of NULL: unreadable. */
static int take(struct journal_audit *audit, const json_t *item, const uint8_t *hash,
                struct instant at)
{
	const struct audit_row row = {
		.hash = hash,
		.key = slice_of(api_str(item, "key_id")),
		.kind = slice_of(api_str(item, "what")),
		.object = slice_of(api_str(item, "object")),
		.at = at,
	};
	const json_t *left = json_object_get(item, "abandoned");
	const json_t *list = json_object_get(item, "is_list");
	if (hash && list && !json_is_true(list))
		return journal_audit_noted(audit, &row, json_is_null(list));
	if (!left)
		return journal_audit_stored(audit, &row);
	if (json_is_false(json_object_get(left, "position_revoked")))
		return 0; /* as good as unknown until its place is revoked */
	return journal_audit_abandoned(audit, &row);
}

struct reading {
	const struct ctl *ctl;
	struct journal_audit *audit;
};

static int take_page(void *arg, const json_t *page)
{
	const struct reading *r = arg;
	size_t i;
	json_t *item;
	json_array_foreach(json_object_get(page, "items"), i, item) {
		uint8_t hash[SHA256_SIZE];
		struct instant at;
		const json_t *text = json_object_get(item, "sha256");
		bool readable = !json_is_null(text);
		if ((readable && !hex_decode(slice_of(api_str(item, "sha256")), hash, sizeof hash)) ||
		    !instant_parse(slice_of(api_str(item, "at")), &at))
			return api_explain_failure(r->ctl, E_SYNTAX, true);
		if (take(r->audit, item, readable ? hash : NULL, at) < 0)
			return api_explain_failure(r->ctl, E_NOMEM, true);
	}
	return CTL_OK;
}

/* Page by page, because all of them at once would be large. */
static int read_stored(const struct ctl *ctl, struct journal_audit *audit)
{
	struct ctl quiet = *ctl; /* with --json only the result is printed */
	struct reading r = {ctl, audit};
	quiet.json = false;
	return api_pages(&quiet, PATH(PAGES), take_page, &r);
}

/* ---- output ---- */

static const char *words(enum lang lang, enum audit_verdict v)
{
	switch (v) {
	case AUDIT_STORED:
		return pick(lang, "signed and stored", "已签名并入库");
	case AUDIT_ABANDONED:
		return pick(lang, "signed, then refused and written down", "已签名，入库被拒并已记录");
	case AUDIT_YOUNG:
		return pick(lang, "signed within the last minute, not stored yet", "一分钟内签名，尚未入库");
	case AUDIT_NOTED:
		return pick(lang, "status lists noted by an earlier version, which cannot be worked out",
		            "旧版本登记的状态列表，无法重算");
	case AUDIT_EXPLAINED:
		return pick(lang, "explained", "已说明");
	case AUDIT_LOST:
		return pick(lang, "signed and stored, LOST with the database", "已签名并入库，随数据库丢失");
	case AUDIT_LEFT:
		return pick(lang, "signed, not stored: the process that asked had ended",
		            "已签名但未入库：请求进程已终止");
	case AUDIT_UNSTORED:
		return pick(lang, "SIGNED, NEVER STORED", "已签名但未入库");
	case AUDIT_OUTSIDE:
		return pick(lang, "stored before the journals begin, or since they were read",
		            "入库时间在日志范围之外");
	case AUDIT_UNSIGNED:
		return pick(lang, "STORED, IN NO JOURNAL", "已入库但日志中没有");
	case AUDIT_ALTERED:
		return pick(lang, "STORED, NOT WHAT A KEY SIGNS", "库存内容不是签名文件");
	case AUDIT_MISNOTED:
		return pick(lang, "NOTED AS A STATUS LIST THAT THERE NEVER WAS", "登记为从未存在的状态列表");
	case AUDIT_VERDICTS:
		break;
	}
	return "";
}

struct output {
	enum lang lang;
	json_t *findings, *left;
};

static void on_finding(void *arg, const struct audit_finding *f)
{
	const struct output *o = arg;
	char time[INSTANT_TEXT], hash[2 * SHA256_SIZE + 1] = "";
	instant_format(f->time, time);
	if (f->hash)
		hex_format(slice_from(f->hash, SHA256_SIZE), hash);
	json_t *one = json_pack("{ss ss ss ss ss ss ss}", "verdict", audit_code(f->verdict), "words",
	                        words(o->lang, f->verdict), "time", time, "kind", f->kind, "object",
	                        f->object, "key_id", f->key, "sha256", hash);
	if (f->process)
		json_object_set_new(one, "process", json_integer(f->process));
	if (f->verdict == AUDIT_LEFT) {
		instant_format(f->ended, time);
		json_object_set_new(one, "ended", json_string(time));
	}
	json_array_append_new(f->verdict == AUDIT_LEFT ? o->left : o->findings, one);
}

static void print_json(const struct ctl *ctl, bool clean, const size_t *counts,
                       const struct output *o)
{
	json_t *all = json_pack("{sb s{} sO sO}", "explained", clean, "counts", "findings",
	                        o->findings, "left", o->left);
	for (int v = 0; v < AUDIT_VERDICTS; v++)
		json_object_set_new(json_object_get(all, "counts"), audit_code((enum audit_verdict)v),
		                    json_integer((json_int_t)counts[v]));
	json_dumpf(all, ctl->out, JSON_COMPACT);
	fputc('\n', ctl->out);
	json_decref(all);
}

/* What a process that was killed could not store any more. A thief can end his process too: it is
 * looked into like everything else. */
static void print_left(const struct ctl *ctl, const json_t *left)
{
	static const struct column_spec columns[] = {
		{"time", "signed", "签名时间"},
		{"process", "process", "进程"},
		{"ended", "ended", "终止时间"},
		{"kind", "kind", "类型"},
		{"object", "object", "对象"},
		{"key_id", "key", "密钥"},
		{"sha256", "sha-256", "SHA-256"},
	};
	if (!json_array_size(left))
		return;
	fprintf(ctl->out, "%s\n", pick(ctl->lang, "LEFT BY PROCESSES THAT ENDED BEFORE IT WAS STORED", "进程终止前未入库的签名"));
	table_print(ctl->out, ctl->lang, columns, ARRAY_LEN(columns), left);
}

static void print_text(const struct ctl *ctl, bool clean, const size_t *counts,
                       const struct output *o)
{
	static const struct column_spec columns[] = {
		{"time", "time", "时间"},
		{"words", "finding", "结论"},
		{"kind", "kind", "类型"},
		{"object", "object", "对象"},
		{"key_id", "key", "密钥"},
		{"sha256", "sha-256", "SHA-256"},
	};
	if (json_array_size(o->findings))
		table_print(ctl->out, ctl->lang, columns, ARRAY_LEN(columns), o->findings);
	print_left(ctl, o->left);
	for (int v = 0; v < AUDIT_VERDICTS; v++)
		if (counts[v])
			fprintf(ctl->out, "%8zu  %s\n", counts[v], words(ctl->lang, (enum audit_verdict)v));
	fprintf(ctl->out, "%s\n",
	        clean ? pick(ctl->lang, "every signature is stored or explained", "所有签名均已入库或说明")
	              : pick(ctl->lang, "THERE ARE UNEXPLAINED SIGNATURES", "存在无法解释的签名"));
}

static int judge(const struct ctl *ctl, struct journal_audit *audit, struct instant read)
{
	size_t counts[AUDIT_VERDICTS];
	struct output o = {ctl->lang, json_array(), json_array()};
	bool clean = journal_audit_judge(audit, read, counts, on_finding, &o);
	if (ctl->json)
		print_json(ctl, clean, counts, &o);
	else
		print_text(ctl, clean, counts, &o);
	json_decref(o.findings);
	json_decref(o.left);
	return clean ? CTL_OK : CTL_NEGATIVE;
}

static int audit_run(struct ctl *ctl)
{
	struct journal_audit *audit = journal_audit_new();
	struct instant read = instant_now();
	if (!audit)
		return api_explain_failure(ctl, E_NOMEM, true);
	int code = read_explained(ctl, audit);
	if (code == CTL_OK)
		code = read_journals(ctl, audit);
	if (code == CTL_OK)
		code = read_stored(ctl, audit);
	if (code == CTL_OK)
		code = judge(ctl, audit, read);
	journal_audit_free(audit);
	return code;
}
