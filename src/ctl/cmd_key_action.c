/* ctl/cmd_key_action.c - rotating, retiring, revoking and sealing anew issuing keys. One administrator asks,
 * another one decides within 24 hours; what is printed says whose turn it is and what comes
 * next. */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/noun.h"
#include "domain/registry.h"

static void show_asked(struct ctl *ctl, const json_t *answer);
static void show_decided(struct ctl *ctl, const json_t *answer);

#define ISSUER_OPTION {"issuer", "SLUG", "the organisation; _registry: the registry's own", "机构；_registry 为登记系统自身"}
#define ASK_KEYS(...) ASK("POST", "/v1/issuers/%/keys/" __VA_ARGS__, .of = "issuer", .show = show_asked)

static const struct answer_view listed = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"issuer", "issuer", "机构"},
	{"action", "action", "申请"},
	{"key_id", "key", "密钥"},
	{"from", "from", "起始日期"},
	{"state", "state", "状态"},
	{"requested_by.staff", "asked by", "申请人"},
	{"expires_at", "until", "截止时间"},
	{"decided_by.staff", "decided by", "处理人"},
	{0},
}};

static const struct answer_view shown = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"issuer", "issuer", "机构"},
	{"action", "action", "申请"},
	{"key_id", "key", "密钥"},
	{"new_key_id", "new key", "新密钥"},
	{"new_jwt_key_id", "new key for JWTs", "新 JWT 密钥"},
	{"signs_from", "signs from", "启用时间"},
	{"from", "from", "起始日期"},
	{"state", "state", "状态"},
	{"requested_at", "asked", "申请时间"},
	{"expires_at", "until", "截止时间"},
	{"requested_by.staff", "asked by", "申请人"},
	{"decided_by.staff", "decided by", "处理人"},
	{0},
}};

static const struct body_field revokes[] = {{"from", "from", BODY_DAY, true}, {0}};

const struct verb cmd_key_action[] = {
	{
		.name = "key",
		.sub = "rotate",
		.args = "--issuer SLUG",
		.en = "ask for new keys; once approved they are published, sign some minutes later, and the old ones "
		      "only verify",
		.zh = "申请更换密钥；批准后先公布，数分钟后由新密钥签名，旧密钥仅用于验证",
		.options = {ISSUER_OPTION},
		ASK_KEYS("rotation"),
	},
	{
		.name = "key",
		.sub = "retire",
		.args = "--issuer SLUG KEY_ID",
		.en = "ask that a key signs nothing more; what it signed stays valid, and another list key follows one",
		.zh = "申请停用一个密钥；其已签名的证书仍然有效；停用状态列表密钥时自动换新",
		.min_args = 1,
		.max_args = 1,
		.options = {ISSUER_OPTION},
		ASK_KEYS("%/retirement"),
	},
	{
		.name = "key",
		.sub = "revoke",
		.args = "--issuer SLUG KEY_ID --from DATE",
		.en = "ask that a stolen key is not trusted from a day on; what it signed since then "
		      "answers unknown until it is reissued; another list key follows one",
		.zh = "申请撤销泄露的密钥；自该日起由其签名的证书在重新签发前均无法判定；撤销状态列表密钥时自动换新",
		.min_args = 1,
		.max_args = 1,
		.options = {ISSUER_OPTION,
			    {"from", "DATE",
			     "YYYY-MM-DD, today, today-N, or an instant, which means its day in Shanghai",
			     "YYYY-MM-DD、today、today-N，或某一时刻（取其上海日期）"}},
		ASK_KEYS("%/revocation", .fields = revokes),
	},
	{
		.name = "key",
		.sub = "actions",
		.args = "",
		.en = "list what was asked for, newest first, and who decided",
		.zh = "列出各项申请及处理结果，最新的在前",
		LIST("/v1/key-actions", .view = &listed),
	},
	{
		.name = "key",
		.sub = "approve",
		.args = "ID",
		.en = "do what another administrator asked for",
		.zh = "批准另一位管理员的申请，立即生效",
		.min_args = 1,
		.max_args = 1,
		ASK("POST", "/v1/key-actions/%/approval", .show = show_decided),
	},
	{
		.name = "key",
		.sub = "reject",
		.args = "ID",
		.en = "do nothing of what was asked for; also takes back one's own request",
		.zh = "驳回申请，不作任何更改；也可撤回本人的申请",
		.min_args = 1,
		.max_args = 1,
		ASK("DELETE", "/v1/key-actions/%", .show = show_decided),
	},
	{
		.name = "key",
		.sub = "rewrap",
		.args = "",
		.en = "seal every issuing key under the signer's present key-encryption key; may be repeated",
		.zh = "用签名服务当前的密钥加密密钥重新封装全部发证密钥；可重复执行",
		ASK("POST", "/v1/keys/rewrap", .says = {"sealed anew: %, already under the present key: %",
		    "已重新封装：%，原已使用当前密钥：%", {"rewrapped", "unchanged"}}),
	},
	{0},
};

/* ---- what is left ---- */

/* The registry's own, for receipts of verifications: one alone, which the daemon makes by itself. */
static bool is_of_registry(const char *issuer)
{
	return strcmp(issuer, REGISTRY_ISSUER) == 0;
}

static bool issues_nothing(const json_t *answer)
{
	return json_is_false(json_object_get(answer, "issues"));
}

static bool is_jwt_key(const json_t *answer)
{
	return slice_starts(slice_of(api_str(answer, "key_id")), SLICE("zDn")) &&
	       strcmp(api_str(answer, "signs"), "receipts") != 0;
}

static void say_generate(const struct ctl *ctl, const char *issuer)
{
	fprintf(ctl->out, "  talentctl key generate --issuer %s\n", issuer);
}

/* What becomes of the other key of a pair, and of the issuer; answer is a request's or an approval's. */
static void say_left(const struct ctl *ctl, const json_t *answer, const char *issuer)
{
	const char *other = api_str(answer, "other_key_id");
	if (*other)
		fprintf(ctl->out,
		        pick(ctl->lang, "The other key of the pair stays as it is: %s\n",
		             "同一对密钥中的另一个保持不变：%s\n"),
		        other);
	if (issues_nothing(answer) && !is_of_registry(issuer)) {
		fputs(pick(ctl->lang, "Without an active key for certificates the issuer issues nothing. A new one:\n",
		           "机构没有在用的证书密钥时无法签发证书。生成新密钥：\n"),
		      ctl->out);
		say_generate(ctl, issuer);
	}
}

/* ---- asking ---- */

static void show_asked(struct ctl *ctl, const json_t *answer)
{
	const char *issuer = args_option(ctl->args, "issuer");
	view_print(ctl, &shown, answer);
	fprintf(ctl->out,
	        pick(ctl->lang,
	             "Nothing has changed yet. Another administrator decides with his own token:\n"
	             "  talentctl key approve %s\n",
	             "目前尚未作任何更改。须由另一位管理员使用其本人的令牌处理：\n"
	             "  talentctl key approve %s\n"),
	        api_str(answer, "id"));
	if (*api_str(answer, "other_key_id") || issues_nothing(answer))
		fputs(pick(ctl->lang, "Once it is approved:\n", "批准之后：\n"), ctl->out);
	say_left(ctl, answer, issuer);
}

/* ---- deciding ---- */

/* Keys that are new are published before they sign. */
static void say_new(const struct ctl *ctl, const json_t *answer, bool revoked)
{
	char from[INSTANT_LOCAL_TEXT];
	bool has_new = *api_str(answer, "signs_from") != '\0';
	table_instant(answer, "signs_from", from);
	if (is_of_registry(api_str(answer, "issuer")))
		fputs(pick(ctl->lang,
		           "Receipts are signed by the new key as soon as it is published long enough; at once when no other "
		           "signs. What is new is in /.well-known/did.json.\n",
		           "新密钥公布足够时间后由其签署查验回执；无其他在用密钥时立即启用。见 /.well-known/did.json。\n"),
		      ctl->out);
	else if (!*api_str(answer, "key_id"))
		fprintf(ctl->out,
		        pick(ctl->lang,
		             "The new keys are published and sign from %s on; until then the old ones do. What "
		             "those signed stays valid.\n",
		             "新密钥已公布，自 %s 起由其签名，此前仍由旧密钥签名。旧密钥已签名的证书仍然有效。\n"),
		        from);
	else if (has_new && revoked && issues_nothing(answer))
		fputs(pick(ctl->lang, "The new list key is published and signs at once: no other key can.\n",
		           "新的状态列表密钥已公布；无其他在用密钥，立即启用。\n"),
		      ctl->out);
	else if (has_new && revoked)
		fprintf(ctl->out,
		        pick(ctl->lang,
		             "The new list key is published and signs from %s on; until then the issuer's key for "
		             "certificates signs its status lists.\n",
		             "新的状态列表密钥已公布，自 %s 起由其签名；此前状态列表由机构的证书密钥签名。\n"),
		        from);
	else if (has_new)
		fprintf(ctl->out,
		        pick(ctl->lang, "The new list key is published and signs from %s on; until then the old one does.\n",
		             "新的状态列表密钥已公布，自 %s 起由其签名，此前仍由旧密钥签名。\n"),
		        from);
}

/* What becomes of what a revoked key signed. */
static void say_revoked(const struct ctl *ctl, const json_t *answer)
{
	const char *words;
	if (strcmp(api_str(answer, "signs"), "receipts") == 0)
		words = pick(ctl->lang,
		             "No certificate is concerned. Receipts that it signed are not trusted; whoever holds a "
		             "record's reference may fetch another one.\n",
		             "证书不受影响。由其签署的查验回执不再可信，持查验记录号者可重新下载。\n");
	else if (strcmp(api_str(answer, "signs"), "lists") == 0)
		words = pick(ctl->lang,
		             "No certificate is concerned. Status lists that it signed are refused; fetch bundles anew.\n",
		             "证书不受影响。由其签名的状态列表不再可信，请重新下载离线核验包。\n");
	else if (is_jwt_key(answer))
		words = pick(ctl->lang,
		             "JWT forms that it signed are not trusted; each is made anew when it is asked for, with the next "
		             "key for JWTs. The embedded form is not concerned.\n",
		             "由其签名的 JWT 不再可信，再次索取时由新的 JWT 密钥重新生成；内嵌签名的证书不受影响。\n");
	else
		words = pick(ctl->lang,
		             "Certificates signed since that day answer unknown until each is reissued:\n"
		             "  talentctl reissue NUMBER\n",
		             "自该日起签名的证书在重新签发前均无法判定，须逐一重新签发：\n"
		             "  talentctl reissue 编号\n");
	fputs(words, ctl->out);
}

/* Where a change leaves something to be done, the command for it. */
static void say_next(const struct ctl *ctl, const json_t *answer)
{
	const char *issuer = api_str(answer, "issuer");
	bool revoked = strcmp(api_str(answer, "action"), "revocation") == 0;
	if (strcmp(api_str(answer, "state"), "approved") != 0)
		return;
	say_new(ctl, answer, revoked);
	say_left(ctl, answer, issuer);
	if (is_jwt_key(answer) && json_is_true(json_object_get(answer, "issues"))) {
		fputs(pick(ctl->lang, "The issuer goes on issuing. JWT forms need a new key:\n",
		           "机构可继续签发证书。JWT 需要新密钥：\n"),
		      ctl->out);
		say_generate(ctl, issuer);
	}
	if (revoked)
		say_revoked(ctl, answer);
}

static void show_decided(struct ctl *ctl, const json_t *answer)
{
	view_print(ctl, &shown, answer);
	say_next(ctl, answer);
}
