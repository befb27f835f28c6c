/* ctl/cmd_adoption.c - certificates that were lost with a restored database, and whose holders come with
 * the credential. One administrator presents it, another one decides within 24 hours. */
#include <string.h>

#include "base/arena.h"
#include "base/outcome.h"
#include "credential/unwrap.h"
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/attachment.h"
#include "ctl/json_file.h"
#include "ctl/noun.h"

static int request_run(struct ctl *ctl);

static const struct answer_view listed = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"number", "certificate", "证书编号"},
	{"holder", "holder", "持证人"},
	{"state", "state", "状态"},
	{"requested_by.staff", "asked by", "申请人"},
	{"requested_at", "asked", "申请时间"},
	{"expires_at", "until", "截止时间"},
	{"decided_by.staff", "decided by", "处理人"},
	{"reason", "reason", "原因"},
	{0},
}};

const struct verb cmd_adoption[] = {
	{
		.name = "adoption",
		.sub = "request",
		.args = "FILE",
		.en = "present a lost certificate's credential (JSON, JWT or PDF; - reads it from standard "
		      "input), so that its holder may have the number back",
		.zh = "提交因恢复备份而丢失的证书文件（JSON、JWT 或 PDF；- 表示标准输入），申请将编号归还持证人",
		.min_args = 1,
		.max_args = 1,
		.run = request_run,
	},
	{
		.name = "adoption",
		.sub = "list",
		.args = "[--open | --state STATE]",
		.en = "list what was asked for, what waits for a decision first, who asked and who decided",
		.zh = "列出各项申请（待处理的在前）、申请人及处理结果",
		.options = {{"open", NULL, "only what waits for a decision", "仅列出待处理的申请"},
			    {"state", "STATE", "awaiting_approval, approved, rejected or expired",
			     "awaiting_approval 待处理、approved 已批准、rejected 已驳回、expired 已过期"}},
		LIST("/v1/adoptions", .view = &listed, .instead = {"open", NULL, "/v1/adoptions?state=awaiting_approval"}),
	},
	{
		.name = "adoption",
		.sub = "approve",
		.args = "ID",
		.en = "let the body submit that holder's result again under the old number",
		.zh = "批准另一位管理员的申请：评价机构可用原编号重新提交该持证人的成绩",
		.min_args = 1,
		.max_args = 1,
		ASK("POST", "/v1/adoptions/%/approval",
		    .says = {"The body may submit the holder's result again, with certificate_number %.",
			     "评价机构可重新提交该持证人的成绩，certificate_number 为 %。", {"number"}}),
	},
	{
		.name = "adoption",
		.sub = "reject",
		.args = "ID --reason CODE [--note TEXT]",
		.en = "leave the number with nobody; also takes back one's own request",
		.zh = "驳回申请，编号不归还；也可撤回本人的申请",
		.min_args = 1,
		.max_args = 1,
		.options = {{"reason", "CODE", "not_the_holder, not_convincing, withdrawn or other",
			     "原因：not_the_holder 非持证人本人、not_convincing 依据不足、withdrawn 撤回、other 其他"},
			    NOUN_NOTE},
		ASK("POST", "/v1/adoptions/%/rejection", .fields = reason_fields, .says = {"rejected: %", "已驳回：%", {"number"}}),
	},
	{0},
};

/* ---- asking ---- */

/* What has been found that says of itself it is a credential. */
struct sought {
	struct arena *arena;
	struct slice text;
	size_t n;
};

static int look_at(struct sought *s, struct slice input)
{
	struct unwrapped found = {.n = 0};
	struct verify_needs needs;
	int r = unwrap(s->arena, input, &found);
	for (size_t i = 0; r == 0 && i < found.n; i++) {
		r = verify_peek(s->arena, found.text[i], &needs);
		if (r == 0 && needs.form.outcome != CHECK_NOT_MADE && s->n++ == 0)
			s->text = found.text[i];
	}
	return r;
}

/* Others may have attached other things to a PDF. */
static int look_into_pdf(struct sought *s, struct slice file)
{
	struct slice found;
	size_t at = 0;
	int r = 0;
	for (int n = 0; r != E_NOMEM && r != E_ABSENT && n <= ATTACHMENTS_MAX; n++) {
		r = attachment_next(s->arena, file, &at, &found);
		if (r == 0)
			r = look_at(s, found);
	}
	return r == E_NOMEM ? r : 0;
}

/* The credential in the file, as the request wants it; NULL after an explanation. */
static json_t *credential_in(struct ctl *ctl, struct slice file)
{
	struct sought s = {.arena = arena_new(ATTACHMENTS_MAX * MIB)};
	json_t *text = NULL;
	int r = !s.arena                  ? E_NOMEM
	        : attachment_is_pdf(file) ? look_into_pdf(&s, file)
	                                  : look_at(&s, file);
	if (r == 0 && s.n == 1)
		text = json_stringn(s.text.p, s.text.n);
	else if (r == E_NOMEM)
		ctl_usage(ctl, "%s", pick(ctl->lang, "out of memory", "内存不足"));
	else
		ctl_usage(ctl, "%s", pick(ctl->lang, "the file does not hold exactly one credential", "该文件未包含证书，或包含多个"));
	arena_free(s.arena);
	return text;
}

static void say_asked(const struct ctl *ctl, const json_t *answer)
{
	fprintf(ctl->out,
	        pick(ctl->lang,
	             "%s: nobody has the number yet. Another administrator decides with a token of his own:\n"
	             "  talentctl adoption approve %s\n",
	             "%s：编号尚未归还。须由另一位管理员使用其本人的令牌处理：\n"
	             "  talentctl adoption approve %s\n"),
	        api_str(answer, "number"), api_str(answer, "id"));
}

static int request_run(struct ctl *ctl)
{
	struct buf file = BUF_INIT(FILE_MAX);
	json_t *answer = NULL, *credential = NULL, *body = NULL;
	int code = file_read(ctl, ctl->args->rest[0], &file);
	if (code == CTL_OK) {
		credential = credential_in(ctl, buf_slice(&file));
		code = credential ? CTL_OK : CTL_USAGE;
	}
	if (code == CTL_OK) {
		body = json_pack("{s:O}", "credential", credential);
		code = body ? api_call(ctl, "POST", PATH("/v1/adoptions"), body, NULL, &answer)
		            : ctl_usage(ctl, "%s", pick(ctl->lang, "out of memory", "内存不足"));
	}
	if (code == CTL_OK && !ctl->json)
		say_asked(ctl, answer);
	json_decref(answer);
	json_decref(body);
	json_decref(credential);
	buf_free(&file);
	return code;
}
