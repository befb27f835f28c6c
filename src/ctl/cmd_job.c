/* ctl/cmd_job.c - background jobs: how far they are, what failed, and having it tried again. */
#include "ctl/noun.h"

static const struct answer_view listed = {.columns = (const struct column_spec[]){
	{"job", "job", "任务"},
	{"waiting", "waiting", "待处理"},
	{"working", "at work", "处理中"},
	{"given_up", "given up", "已放弃"},
	{0},
}};

static const struct answer_view failures = {.columns = (const struct column_spec[]){
	{"job", "job", "任务"},
	{"item", "item", "项目"},
	{"state", "state", "状态"},
	{"reason", "reason", "原因"},
	{"tries", "tries", "已尝试"},
	{"since", "since", "自"},
	{"next_try_at", "next try", "下次重试"},
	{"given_up_at", "given up", "放弃时间"},
	{0},
}};

static const struct body_field item[] = {{"ITEM", "item", BODY_ARGUMENT, false}, {0}};

const struct verb cmd_job[] = {
	{
		.name = "job",
		.sub = "list",
		.args = "",
		.en = "list the background jobs: how much waits, is worked at, was given up",
		.zh = "列出后台任务：待处理、处理中、已放弃的数量",
		LIST("/v1/jobs", .view = &listed),
	},
	{
		.name = "job",
		.sub = "failures",
		.args = "",
		.en = "list what failed: why, how often it was tried, when it is tried again or that it was given up",
		.zh = "列出失败项：原因、已尝试次数、下次重试时间或已放弃",
		LIST("/v1/jobs/failures", .view = &failures),
	},
	{
		.name = "job",
		.sub = "retry",
		.args = "JOB [ITEM]",
		.en = "have what was given up tried again: one item, or all of the job",
		.zh = "重试已放弃的一项或该任务的全部",
		.min_args = 1,
		.max_args = 2,
		ASK("POST", "/v1/jobs/%/retry", .fields = item, .says = {"% are tried again", "将重试 % 项", {"retried"}}),
	},
	{0},
};
