/* ctl/lang.h - the two languages talentctl speaks. */
#pragma once

#include "text/lang.h"

/* From LC_ALL, LC_MESSAGES, LANG in that order (POSIX.1-2017 section 8.2): the first that is set
 * decides; "zh…" means Chinese, everything else English. */
enum lang lang_from_environment(void);

/* One of two texts. Both must take the same format arguments, which the compiler checks. */
__attribute__((format_arg(2), format_arg(3))) static inline const char *
pick(enum lang lang, const char *en, const char *zh)
{
	return lang == LANG_ZH ? zh : en;
}
