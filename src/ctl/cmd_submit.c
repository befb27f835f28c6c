/* ctl/cmd_submit.c - results of an exam from a file. */
#include "ctl/args.h"
#include "ctl/submit.h"

static int submit_run(struct ctl *ctl);

const struct verb cmd_submit[] = {
	{
		.name = "submit",
		.args = "FILE.csv [--exam CODE] [--report OUT.csv] [--certificates OUT.csv]",
		.en = "submit results, one request a row; may be repeated, exit code 1 when rows were rejected",
		.zh = "报送成绩，每行一个请求；可重复执行，有退回的行时退出码为 1",
		.min_args = 1,
		.max_args = 1,
		.token = "TALENT_INSTITUTION_TOKEN",
		.options =
			{
				{"exam", "CODE", "the exam of every row", "全部各行的考试批次"},
				{"report", "OUT.csv", "write the file again with a column of reasons",
				 "另存一份文件，附错误列"},
				{"certificates", "OUT.csv", "write the numbers, codes and links of the certificates",
				 "另存证书编号、验证码和链接"},
			},
		.run = submit_run,
	},
	{0},
};

static int submit_run(struct ctl *ctl)
{
	return submit_file(ctl, args_option(ctl->args, "exam"),
	                   &(struct submit_files){
				   .results = ctl->args->rest[0],
				   .report = args_option(ctl->args, "report"),
				   .certificates = args_option(ctl->args, "certificates"),
			   });
}
