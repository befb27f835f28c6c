/* tests/lib/paper.c - see paper.h. */
#include "paper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUTPUT_MAX = 256 * 1024 };

struct paper {
	char folder[32];
	char output[OUTPUT_MAX];
};

struct paper *paper_new(struct slice pdf)
{
	struct paper *p = calloc(1, sizeof *p);
	char path[64];
	assert_non_null(p);
	snprintf(p->folder, sizeof p->folder, "/tmp/talent-paper-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(path, sizeof path, "%s/a.pdf", p->folder);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(pdf.p, 1, pdf.n, f), pdf.n);
	assert_int_equal(fclose(f), 0);
	return p;
}

void paper_free(struct paper *p)
{
	char command[64];
	if (!p)
		return;
	snprintf(command, sizeof command, "rm -r %s", p->folder);
	assert_int_equal(system(command), 0);
	free(p);
}

const char *paper_run(struct paper *p, const char *command)
{
	char line[1024];
	snprintf(line, sizeof line, "cd %s && { %s; } 2>&1", p->folder, command);
	FILE *f = popen(line, "r");
	assert_non_null(f);
	size_t n = fread(p->output, 1, sizeof p->output - 1, f);
	p->output[n] = '\0';
	int status = pclose(f);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("%s: status %d: %s", command, status, p->output);
	return p->output;
}

const char *paper_text(struct paper *p)
{
	return paper_run(p, "pdftotext a.pdf - | tr -d ' \\n\\f'");
}

struct pdf_facts paper_facts(enum certificate_kind kind)
{
	struct pdf_facts f = {
		.kind = kind,
		.holder = SLICE("张伟"),
		.number = SLICE("S000031000123264000001"),
		.title = SLICE("互联网营销师 直播销售员 四级/中级工"),
		.occupation = SLICE("互联网营销师"),
		.occupation_en = SLICE("Internet marketing specialist"),
		.work_type = SLICE("直播销售员"),
		.work_type_en = SLICE("Livestream sales"),
		.level = SLICE("四级/中级工"),
		.level_en = SLICE("intermediate worker"),
		.issuer = SLICE("上海示例技能评价中心"),
		.issuer_en = SLICE("Shanghai Example Skill Evaluation Centre"),
		.partner = SLICE("星播示例科技有限公司"),
		.partner_en = SLICE("Xingbo Example Technology Co., Ltd."),
		.title_en = SLICE("Internet marketing specialist, livestream sales, intermediate worker"),
		.issued_on = SLICE("2026-11-20"),
		.url = SLICE("HTTPS://TALENT.EXAMPLE/V/4R8ZN0V3KX5T7YHQ2MCB6JDW9E"),
		.code = SLICE("4R8ZN0V3KX5T7YHQ2MCB6JDW9E"),
		.host = SLICE("talent.example"),
		.credential = SLICE("{\"name\":\"张伟\",\"proof\":[]}"),
	};
	if (kind == KIND_COMPANY) {
		f.number = SLICE("XINGBO-2026-00000001");
		f.title = SLICE("星播直播销售 中级");
		f.issuer = SLICE("星播示例科技有限公司");
		f.issuer_en = SLICE("Xingbo Example Technology Co., Ltd.");
		f.partner = SLICE("上海示例技能评价中心");
		f.partner_en = SLICE("Shanghai Example Skill Evaluation Centre");
		f.title_en = SLICE("Xingbo livestream sales, middle grade");
		f.expires_on = SLICE("2029-11-19");
		f.url = SLICE("HTTPS://TALENT.EXAMPLE/V/2T6B9QXW0M4HZK8V5NRC7DYJ3E");
		f.code = SLICE("2T6B9QXW0M4HZK8V5NRC7DYJ3E");
		f.credential = SLICE("{\"name\":\"张伟\",\"type\":\"company\"}");
	}
	return f;
}
