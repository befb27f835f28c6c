/* http/request_id.c - SipHash of a counter under a random seed: cheap, and unguessable enough that
 * nobody reads traffic figures from it. */
#include "http/request_id.h"

#include "base/map.h"

void request_id_make(struct request_ids *ids, char out[static REQUEST_ID_MADE])
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint64_t n = ids->n++;
	uint64_t h = siphash(ids->seed, slice_from(&n, sizeof n));
	for (size_t i = 0; i < REQUEST_ID_MADE - 1; i++, h >>= 5)
		out[i] = digits[h & 31];
	out[REQUEST_ID_MADE - 1] = '\0';
}

static bool usable(struct slice s)
{
	if (s.n == 0 || s.n >= REQUEST_ID_TEXT)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i], l = (char)(c | 0x20);
		bool ok = (c >= '0' && c <= '9') || (l >= 'a' && l <= 'z') ||
		          (c && strchr("-_.:+", c));
		if (!ok)
			return false;
	}
	return true;
}

void request_id_choose(struct request_ids *ids, struct slice offered,
                       char out[static REQUEST_ID_TEXT])
{
	if (!usable(offered)) {
		request_id_make(ids, out);
		return;
	}
	memcpy(out, offered.p, offered.n);
	out[offered.n] = '\0';
}
