/* ctl/verdict.h - exit codes of answers, and what was folded. */
#pragma once

#include <jansson.h>

struct ctl;

/* The exit code of a verification's result: valid 0, unknown 5, everything else 1. */
int verdict_exit(const char *result);

/* A line each, where the name or number of an answer was spelled otherwise than it is recorded: what was not
 * told apart. */
void verdict_print_folded(const struct ctl *ctl, const json_t *answer);
