/* fuzz_http.c - any bytes through the HTTP parser: no crash, and the same outcome however they are
 * cut. The last byte chooses the cut. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "../lib/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct message whole, parts;
	if (size == 0)
		return 0;
	struct slice all = slice_from(data, size - 1);
	size_t cut = all.n ? (size_t)data[size - 1] * all.n / 256 : 0;
	message_parse(all, all.n, &whole);
	message_parse(all, cut, &parts);
	if (memcmp(&whole, &parts, sizeof whole) != 0)
		abort();
	return 0;
}
