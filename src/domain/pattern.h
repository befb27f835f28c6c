/* domain/pattern.h - codes of digits: occupations, editions, districts. */
#pragma once

#include "text/fields.h"

/* 9 in the pattern stands for any digit, anything else for itself. */
bool pattern_fits(struct slice s, const char *pattern);

/* Adds the code when s, unless it is none, does not fit; with the character that is no plain one, if there is one. */
void pattern_check(struct slice s, const char *pattern, const char *pointer, const char *code, struct fields *f);
