/* ctl/verbs.c - from the command line to a verb: common options, settings, the verb's own
 * arguments, one connection, and the verb's function. `talentctl help` prints the tables that
 * also drive the parsing, so the two cannot disagree. */
#include "ctl/verbs.h"

#include <curl/curl.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/outcome.h"
#include "ctl/args.h"
#include "ctl/client.h"
#include "ctl/json_file.h"
#include "ctl/noun.h"
#include "ctl/settings.h"
#include "ctl_verbs.h"

static const struct verb *const verbs[] = {VERBS NULL};

int ctl_usage(const struct ctl *ctl, const char *fmt, ...)
{
	va_list ap;
	fputs(pick(ctl->lang, "talentctl: ", "talentctl："), ctl->err);
	va_start(ap, fmt);
	vfprintf(ctl->err, fmt, ap);
	va_end(ap);
	fputc('\n', ctl->err);
	return CTL_USAGE;
}

static void help_line(FILE *out, enum lang lang, const struct verb *v)
{
	fprintf(out, "  talentctl %s%s%s %s\n      %s\n", v->name, v->sub ? " " : "",
	        v->sub ? v->sub : "", v->args, pick(lang, v->en, v->zh));
}

static void help_verb(FILE *out, enum lang lang, const struct verb *v)
{
	help_line(out, lang, v);
	for (int i = 0; i < VERB_OPTIONS_MAX && v->options[i].name; i++) {
		const struct option *o = &v->options[i];
		fprintf(out, "      --%s%s%s  %s\n", o->name, o->value ? " " : "",
		        o->value ? o->value : "", pick(lang, o->en, o->zh));
	}
}

static void help_common(FILE *out, enum lang lang)
{
	fputs(pick(lang,
	           "\nEvery verb takes\n"
	           "  --json      print the registry's JSON\n"
	           "  --env FILE  read TALENT_URL, TALENT_CA, TALENT_TOKEN from FILE (default: the\n"
	           "              environment, then ~/.config/talentctl.env)\n"
	           "  --as ROLE   use the token TALENT_<ROLE>_TOKEN; administrator: TALENT_TOKEN\n"
	           "\nExit codes: 0 done, valid · 1 not valid, rows rejected · 2 wrong usage ·\n"
	           "3 the registry refused · 4 not reachable or not trusted · 5 unknown: unavailable, or not checked\n",
	           "\n所有命令均可使用\n"
	           "  --json      输出登记系统返回的 JSON\n"
	           "  --env 文件  从文件读取 TALENT_URL、TALENT_CA、TALENT_TOKEN（默认：环境变量，\n"
	           "              其次 ~/.config/talentctl.env）\n"
	           "  --as 角色   使用令牌 TALENT_<角色>_TOKEN；administrator 即 TALENT_TOKEN\n"
	           "\n退出码：0 完成、有效 · 1 无效、有退回的行 · 2 用法错误 · 3 登记系统拒绝 ·\n"
	           "4 无法连接或不受信任 · 5 无法判定：暂不可用或未能核验\n"),
	      out);
}

/* Help for one verb with all its sub-verbs, or for everything. */
static int help(FILE *out, enum lang lang, const char *name)
{
	bool found = !name;
	for (const struct verb *const *list = verbs; *list; list++)
		for (const struct verb *v = *list; v->name; v++) {
			if (!name) {
				help_line(out, lang, v);
			} else if (strcmp(v->name, name) == 0) {
				help_verb(out, lang, v);
				found = true;
			}
		}
	help_common(out, lang);
	return found ? CTL_OK : CTL_USAGE;
}

/* The settings file named by --env, or the user's own when there is one. */
static int load_settings(const struct ctl *ctl, const char *path, struct settings **ret)
{
	struct buf text = BUF_INIT(MIB), name = BUF_INIT(4096);
	const char *home = getenv("HOME");
	int code = CTL_OK, line = 0;
	if (!path && home) {
		buf_addf(&name, "%s/.config/talentctl.env", home);
		buf_addc(&name, '\0');
		FILE *there = buf_failed(&name) ? NULL : fopen(name.p, "re");
		if (there) {
			fclose(there);
			path = name.p;
		}
	}
	if (path)
		code = file_read(ctl, path, &text);
	if (code == CTL_OK) {
		*ret = settings_new(buf_slice(&text), &line);
		if (!*ret)
			code = ctl_usage(ctl, pick(ctl->lang, "%s:%d: expected NAME=VALUE", "%s:%d：应为 名称=值"),
			                 path, line);
	}
	buf_free(&text);
	buf_free(&name);
	return code;
}

/* The variable that --as names: TALENT_TOKEN for administrator, TALENT_ROLE_TOKEN otherwise. */
static void token_variable(const char *role, char *out, size_t size)
{
	if (strcmp(role, "administrator") == 0) {
		snprintf(out, size, "TALENT_TOKEN");
		return;
	}
	snprintf(out, size, "TALENT_%s_TOKEN", role);
	for (; *out; out++)
		if (*out >= 'a' && *out <= 'z')
			*out = (char)(*out - 'a' + 'A');
}

static int connect_client(struct ctl *ctl, const struct verb *verb, const char *role)
{
	char variable[64];
	struct client_conf conf = {
		.url = settings_get(ctl->settings, "TALENT_URL"),
		.ca = settings_get(ctl->settings, "TALENT_CA"),
		.token = settings_token(ctl->settings, verb->token),
		.lang = ctl->lang,
		.limit = SECONDS(verb->limit_s ? verb->limit_s : 30),
	};
	if (!conf.url)
		return ctl_usage(ctl, pick(ctl->lang,
		                           "where is the registry? Set TALENT_URL=https://…, or use --env FILE",
		                           "请设置 TALENT_URL=https://… 或使用 --env 文件"));
	if (strncmp(conf.url, "https://", 8) != 0)
		return ctl_usage(ctl, pick(ctl->lang, "TALENT_URL must begin with https://: %s", "TALENT_URL 应以 https:// 开头：%s"),
		                 conf.url);
	if (role) {
		token_variable(role, variable, sizeof(variable));
		conf.token = settings_get(ctl->settings, variable);
		if (!conf.token)
			return ctl_usage(ctl, pick(ctl->lang, "--as %s: %s is not set", "--as %s：未设置 %s"),
			                 role, variable);
	}
	ctl->client = client_new(&conf);
	if (!ctl->client)
		return ctl_usage(ctl, "libcurl");
	return CTL_OK;
}

static const char *farewell;

/* Nothing but what a signal handler may call. */
static void say_farewell(int signal)
{
	ssize_t said = write(STDERR_FILENO, farewell, strlen(farewell));
	_exit(said < 0 ? 128 + signal : CTL_UNKNOWN);
}

/* For verbs that do not know better (ctl/submit.c). */
static void catch_interrupt(const struct ctl *ctl)
{
	const struct sigaction once = {.sa_handler = say_farewell};
	farewell = pick(ctl->lang,
	                "\ntalentctl: interrupted. If the command changes something, whether it has is not known: run it "
	                "again, or look at the present state first.\n",
	                "\ntalentctl：已中断。如该命令会更改数据，无法确定是否已生效：请再次运行，或先查看当前状态。\n");
	sigaction(SIGINT, &once, NULL);
}

static int run(struct ctl *ctl, const struct verb *verb, const struct common_args *common,
               const struct args *args)
{
	struct settings *settings = NULL;
	bool alone = verb->alone && args_option(args, verb->alone);
	int code = alone ? CTL_OK : load_settings(ctl, common->env_file, &settings);
	ctl->args = args;
	if (code == CTL_OK && !alone) {
		ctl->settings = settings;
		code = connect_client(ctl, verb, common->as);
	}
	if (code == CTL_OK) {
		catch_interrupt(ctl);
		code = verb->run ? verb->run(ctl) : noun_run(ctl);
	}
	client_free(ctl->client);
	settings_free(settings);
	if (fflush(ctl->out) != 0 && code == CTL_OK)
		code = ctl_usage(ctl, "%s", strerror(errno));
	return code;
}

static int refuse_arguments(const struct ctl *ctl, const struct verb *verb, const char *culprit)
{
	if (culprit)
		ctl_usage(ctl, pick(ctl->lang, "what is %s? Usage:", "无法理解 %s。用法："), culprit);
	else
		ctl_usage(ctl, pick(ctl->lang, "something is missing. Usage:", "缺少参数。用法："));
	help_verb(ctl->err, ctl->lang, verb);
	return CTL_USAGE;
}

/* A noun without its verb, or with one that it does not have, is told those that it has. */
static int refuse_verb(const struct ctl *ctl, int argc, const char **argv)
{
	bool begun = false;
	for (const struct verb *const *list = verbs; *list; list++)
		for (const struct verb *v = *list; v->name; v++) {
			if (!v->sub || strcmp(v->name, argv[1]) != 0)
				continue;
			if (!begun && argc > 2)
				fprintf(ctl->err, pick(ctl->lang, "talentctl: there is no verb \"%s %s\", but ", "talentctl：没有命令“%s %s”，可用："),
				        argv[1], argv[2]);
			else if (!begun)
				fprintf(ctl->err, pick(ctl->lang, "talentctl: what of %s? There is ", "talentctl：%s 之后缺少命令，可用："),
				        argv[1]);
			fprintf(ctl->err, "%s%s", begun ? pick(ctl->lang, ", ", "、") : "", v->sub);
			begun = true;
		}
	if (begun)
		fprintf(ctl->err, pick(ctl->lang, "; `talentctl help %s` says more\n", "；talentctl help %s 可查看说明\n"), argv[1]);
	else
		ctl_usage(ctl, pick(ctl->lang, "there is no verb \"%s\"; `talentctl help` lists them", "没有命令“%s”；talentctl help 列出所有命令"),
		          argv[1]);
	return CTL_USAGE;
}

static int dispatch(struct ctl *ctl, int argc, const char **argv, const struct common_args *common)
{
	struct args args;
	const char *culprit;
	int used = 0;
	const struct verb *verb = args_find_verb(verbs, argc - 1, argv + 1, &used);
	if (common->version) {
		fputs("talentctl 1\n", ctl->out);
		return CTL_OK;
	}
	if (argc < 2 || strcmp(argv[1], "help") == 0 || common->help) {
		const char *name = argc < 2                  ? NULL
		                   : strcmp(argv[1], "help") ? argv[1]
		                                             : argv[2];
		bool asked = argc >= 2 || common->help;
		int code = help(asked ? ctl->out : ctl->err, ctl->lang, name);
		return asked ? code : CTL_USAGE;
	}
	if (!verb)
		return refuse_verb(ctl, argc, argv);
	if (args_parse(verb, argc - 1 - used, argv + 1 + used, &args, &culprit) != 0)
		return refuse_arguments(ctl, verb, culprit);
	return run(ctl, verb, common, &args);
}

/* Everything once memory for the arguments is there; they are reordered. */
static int start(struct ctl *ctl, int argc, const char **argv)
{
	struct common_args common = {0};
	const char *lacking = args_take_common(&argc, argv, &common);
	ctl->json = common.json;
	if (lacking)
		return ctl_usage(ctl, pick(ctl->lang, "%s needs a value", "%s 需要一个值"), lacking);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return ctl_usage(ctl, "libcurl");
	int code = dispatch(ctl, argc, argv, &common);
	curl_global_cleanup();
	return code;
}

int ctl_main(int argc, char **argv, FILE *out, FILE *err)
{
	struct ctl ctl = {.lang = lang_from_environment(), .out = out, .err = err};
	const char **copy = calloc((size_t)argc + 1, sizeof(*copy));
	if (!copy)
		return ctl_usage(&ctl, "%s", strerror(errno));
	for (int i = 0; i < argc; i++)
		copy[i] = argv[i];
	int code = start(&ctl, argc, copy);
	free(copy);
	return code;
}
