/* ctl/word.h - what the API's code words are called in Chinese. */
#pragma once

#include "ctl/lang.h"

/* The word for the value of a member: NULL when the member's values are no code words, when this one is not
 * known, and in English, where the codes are words themselves. What people must type again - names of jobs,
 * organisations, programmes - stays as it is. */
const char *code_word(const char *member, const char *value, enum lang lang);
