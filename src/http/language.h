/* http/language.h - the two languages the registry speaks, and which one a client wants. */
#pragma once

#include "base/slice.h"
#include "text/lang.h"

/* "en" or "zh-CN": for Content-Language and lang attributes. */
const char *language_tag(enum lang l);

/* From ?lang= (or a cookie): "zh", "zh-CN", "en", ...: true and *ret if it names one of ours. */
bool language_named(struct slice tag, enum lang *ret);

/* From Accept-Language (RFC 9110 section 12.5.4): the highest q wins, the earlier of equals. An
 * empty, unusable or foreign list gives fallback; "*" stands for fallback too. */
enum lang language_pick(struct slice accept_language, enum lang fallback);
