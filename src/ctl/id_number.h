/* ctl/id_number.h - whose ID number a request is about. What stands on a command line, every process of the machine may
 * read: so it comes from standard input unless it is given. */
#pragma once

#include "ctl/api.h"

/* Sets candidate.id_number of the body to --id-number or else to the first line of standard input. CTL_OK or an exit
 * code, told. */
int id_number_add(struct ctl *ctl, json_t *body);
