/* domain/title.c - the 2022 rules against counterfeit certificates reserve some words to the
 * certificates of public authority. They are looked for in the folded title, so that "职业 资格"
 * and "職業資格" are found too. */
#include "domain/title.h"

#include "base/outcome.h"
#include "text/decode.h"
#include "text/name.h"

static const char *const reserved[] = {
	"中国",   "国家",   "全国",   "职业资格", "职业技能等级",
	"中國",   "國家",   "全國",   "職業資格", "職業技能等級",
};

static bool contains(struct slice text, struct slice word)
{
	return memmem(text.p, text.n, word.p, word.n) != NULL;
}

int title_check(struct slice title, struct arena *arena, const char **ret_code)
{
	*ret_code = NULL;
	if (title.n == 0) {
		*ret_code = "required";
		return 0;
	}
	if (text_length(title) > TITLE_MAX_CHARACTERS) {
		*ret_code = "too_long";
		return 0;
	}
	struct slice folded;
	int r = name_fold(title, arena, &folded);
	if (r == E_NOMEM)
		return r;
	if (r < 0) {
		*ret_code = "characters";
		return 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
		if (contains(folded, slice_of(reserved[i])))
			*ret_code = "title_reserved";
	return 0;
}
