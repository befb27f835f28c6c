/* ctl/codes.h - what an option's help says of a list of codes: "one of: withdrawn other", with the Chinese words behind
 * each in Chinese. Included once for each list, after
 *
 *	#define CODES reasons
 *	#define CODES_LIST "domain/site_reason_list.h"
 *
 * and, where it begins otherwise, CODES_EN and CODES_ZH; makes reasons_en and reasons_zh. */
#ifndef CODES_EN
#define CODES_EN "one of:"
#define CODES_ZH "原因，以下之一："
#endif
#define CODES_PASTE(name, lang) name##lang
#define CODES_NAME(name, lang) CODES_PASTE(name, lang)

static const char CODES_NAME(CODES, _en)[] = CODES_EN
#define X(code, zh) " " #code
#include CODES_LIST
#undef X
	;
static const char CODES_NAME(CODES, _zh)[] = CODES_ZH
#define X(code, zh) " " #code " " zh
#include CODES_LIST
#undef X
	;

#undef CODES
#undef CODES_LIST
#undef CODES_EN
#undef CODES_ZH
#undef CODES_PASTE
#undef CODES_NAME
