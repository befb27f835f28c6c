/* ctl/change.c - how a certificate or a result stands after a change. */
#include "ctl/change.h"

const struct answer_view change_view = {.columns = (const struct column_spec[]){
	{"number", "number", "编号"},
	{"id", "result", "考评记录"},
	{"state", "state", "状态"},
	{"revoked_on", "revoked on", "撤销日期"},
	{"suspended_on", "suspended on", "暂停日期"},
	{"annulled_on", "annulled on", "作废日期"},
	{0},
}};
