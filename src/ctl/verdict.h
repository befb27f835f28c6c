/* ctl/verdict.h - exit codes of answers. Pure. */
#pragma once

/* The exit code of a verification's result: valid 0, unknown 5, everything else 1. */
int verdict_exit(const char *result);
