/* text/lang.h - the two languages people are answered in. */
#pragma once

enum lang {
	LANG_EN,
	LANG_ZH,
};
enum { LANG_COUNT = 2 };
