/* web/word.c - the words of pages as a table. */
#include "web/word.h"

static const char *const words[WORD_COUNT][LANG_COUNT] = {
	[W_NONE] = {[LANG_ZH] = "", [LANG_EN] = ""},
#define X(ID, zh, en) [W_##ID] = {[LANG_ZH] = (zh), [LANG_EN] = (en)},
#include "web/word_list.h"
#undef X
};

const char *word_text(enum word word, enum lang lang)
{
	return words[word][lang];
}
