/* http/language.c - content negotiation between two languages. */
#include "http/language.h"

const char *language_tag(enum lang l)
{
	return l == LANG_ZH ? "zh-CN" : "en";
}

/* The primary subtag decides: zh, zh-CN, zh-Hant-TW all get Chinese. */
bool language_named(struct slice tag, enum lang *ret)
{
	struct slice primary = slice_cut(&tag, '-');
	if (slice_eq_nocase(primary, SLICE("zh")))
		*ret = LANG_ZH;
	else if (slice_eq_nocase(primary, SLICE("en")))
		*ret = LANG_EN;
	else
		return false;
	return true;
}

/* qvalue of RFC 9110 section 12.4.2 in thousandths; -1 when malformed. */
static int quality(struct slice q)
{
	if (q.n == 0 || q.n > 5 || (q.p[0] != '0' && q.p[0] != '1') || (q.n > 1 && q.p[1] != '.'))
		return -1;
	int v = (q.p[0] - '0') * 1000;
	int unit = 100;
	for (size_t i = 2; i < q.n; i++, unit /= 10) {
		if (q.p[i] < '0' || q.p[i] > '9')
			return -1;
		v += (q.p[i] - '0') * unit;
	}
	return v > 1000 ? -1 : v;
}

/* One list member: false when it says nothing about our languages. */
static bool member(struct slice m, enum lang fallback, enum lang *ret, int *ret_quality)
{
	struct slice params = m;
	struct slice tag = slice_trim(slice_cut(&params, ';'));
	params = slice_trim(params);
	*ret_quality = 1000;
	if (params.p && params.n) {
		struct slice q = params;
		struct slice key = slice_trim(slice_cut(&q, '='));
		if (!slice_eq_nocase(key, SLICE("q")))
			return false;
		*ret_quality = quality(slice_trim(q));
	}
	if (slice_is(tag, "*"))
		*ret = fallback;
	else if (!language_named(tag, ret))
		return false;
	return *ret_quality > 0;
}

enum lang language_pick(struct slice accept_language, enum lang fallback)
{
	enum lang best = fallback;
	int best_quality = 0;
	while (accept_language.p) {
		enum lang l;
		int q;
		struct slice m = slice_trim(slice_cut(&accept_language, ','));
		if (m.n && member(m, fallback, &l, &q) && q > best_quality) {
			best = l;
			best_quality = q;
		}
	}
	return best;
}
