/* ctl/verbs.h - the list of verbs and the program around them. */
#pragma once

#include <stdio.h>

/* Runs talentctl. Once per process: it starts and ends libcurl. Returns the exit code. */
int ctl_main(int argc, char **argv, FILE *out, FILE *err);
