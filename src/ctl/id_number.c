/* ctl/id_number.c - see id_number.h. */
#include "ctl/id_number.h"

#include <unistd.h>

#include "ctl/args.h"
#include "ctl/json_file.h"
#include "ctl/noun.h"

enum { LINE_MAX_BYTES = 4 * KIB };

int id_number_add(struct ctl *ctl, json_t *body)
{
	const char *given = args_option(ctl->args, "id-number");
	struct buf line = BUF_INIT(LINE_MAX_BYTES);
	int code = CTL_OK;
	if (given)
		buf_adds(&line, given);
	else if (isatty(STDIN_FILENO))
		fputs(pick(ctl->lang, "ID number, then Ctrl-D: ", "证件号码（输入后按 Ctrl-D）："), ctl->err);
	if (!given)
		code = file_read(ctl, "-", &line);
	struct slice rest = buf_slice(&line), number = slice_cut(&rest, '\n');
	if (code == CTL_OK &&
	    json_object_set_new(json_object_get(body, "candidate"), "id_number", json_stringn(number.p ? number.p : "", number.n)) != 0)
		code = ctl_usage(ctl, "%s", pick(ctl->lang, "the arguments are not UTF-8", "参数不是 UTF-8"));
	buf_free(&line);
	return code;
}
