/* web/word.h - what pages say, by name: the words themselves stand in web/word_list.h. */
#pragma once

#include "text/lang.h"

#define X(ID, zh, en) W_##ID,
enum word {
	W_NONE,
#include "web/word_list.h"
	WORD_COUNT
};
#undef X

/* W_NONE says "". */
const char *word_text(enum word word, enum lang lang);
