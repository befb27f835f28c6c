/* ctl/candidate_group.c - of the list that the API takes its codes from. */
#include "ctl/candidate_group.h"

const char candidate_groups_en[] = "who its candidates are, one of:"
#define X(code, zh) " " #code
#include "domain/candidate_group_list.h"
#undef X
	;
const char candidate_groups_zh[] = "考生类别，以下之一："
#define X(code, zh) " " #code " " zh
#include "domain/candidate_group_list.h"
#undef X
	;
