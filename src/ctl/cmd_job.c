/* ctl/cmd_job.c - background jobs: how far they are, what failed, and having it tried again. */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/table.h"

static int list_run(struct ctl *ctl);
static int failures_run(struct ctl *ctl);
static int retry_run(struct ctl *ctl);

const struct verb cmd_job[] = {
	{
		.name = "job",
		.sub = "list",
		.args = "",
		.en = "list the background jobs: how much waits, is worked at, was given up",
		.zh = "列出后台任务：待处理、处理中、已放弃的数量",
		.run = list_run,
	},
	{
		.name = "job",
		.sub = "failures",
		.args = "",
		.en = "list what failed: why, how often it was tried, when it is tried again or that it was given up",
		.zh = "列出失败项：原因、已尝试次数、下次重试时间或已放弃",
		.run = failures_run,
	},
	{
		.name = "job",
		.sub = "retry",
		.args = "JOB [ITEM]",
		.en = "have what was given up tried again: one item, or all of the job",
		.zh = "重试已放弃的一项或该任务的全部",
		.min_args = 1,
		.max_args = 2,
		.run = retry_run,
	},
	{0},
};

static int list_run(struct ctl *ctl)
{
	static const struct column_spec columns[] = {
		{"job", "job", "任务"},
		{"waiting", "waiting", "待处理"},
		{"working", "at work", "处理中"},
		{"given_up", "given up", "已放弃"},
	};
	return api_print_list(ctl, PATH("/v1/jobs"), columns, ARRAY_LEN(columns));
}

static int failures_run(struct ctl *ctl)
{
	static const struct column_spec columns[] = {
		{"job", "job", "任务"},
		{"item", "item", "项目"},
		{"state", "state", "状态"},
		{"reason", "reason", "原因"},
		{"tries", "tries", "已尝试"},
		{"since", "since", "自"},
		{"next_try_at", "next try", "下次重试"},
		{"given_up_at", "given up", "放弃时间"},
	};
	return api_print_list(ctl, PATH("/v1/jobs/failures"), columns, ARRAY_LEN(columns));
}

static int retry_run(struct ctl *ctl)
{
	json_t *answer = NULL;
	json_t *body = json_pack("{s:s*}", "item", ctl->args->rest[1]);
	if (!body)
		return ctl_usage(ctl, "%s", pick(ctl->lang, "the arguments are not UTF-8", "参数不是 UTF-8"));
	int code = api_call(ctl, "POST", PATH("/v1/jobs/%/retry", ctl->args->rest[0]), body, NULL, &answer);
	if (code == CTL_OK && !ctl->json)
		fprintf(ctl->out, pick(ctl->lang, "%lld are tried again\n", "将重试 %lld 项\n"),
		        (long long)json_integer_value(json_object_get(answer, "retried")));
	json_decref(answer);
	json_decref(body);
	return code;
}
