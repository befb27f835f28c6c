/* bench/work.c - requests by number.
 *
 * Code n is sixteen bytes that read, in hexadecimal, as two decimal numbers: one that strides
 * through the range, so that neighbours in time are no neighbours in the index, and a constant.
 * SQL (seed.sql) and pgbench (which has no text functions) can make the same ones. */
#include "work.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "crypt/encode.h"
#include "text/id_number.h"

#define CODE_BASE 1000000000000000u
#define CODE_STRIDE 17927399999u
#define CODE_TAIL "1234567890123456"

enum { PER_DAY = 900, FIRST_BIRTH = -5000 }; /* 1956-04-24 */

static size_t request_path(const struct work *w, const char *path, char *out)
{
	return (size_t)snprintf(out, REQUEST_MAX, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, w->host);
}

static size_t request_code(const struct work *w, uint64_t n, char *out)
{
	char hex[33], text[CODE_TEXT], path[64];
	uint8_t code[CODE_BYTES];
	snprintf(hex, sizeof hex, "%016" PRIu64 CODE_TAIL, CODE_BASE + n * CODE_STRIDE);
	if (!hex_decode(slice_of(hex), code, sizeof code))
		return 0;
	code_format(code, text);
	snprintf(path, sizeof path, "/v1/verifications/%s", text);
	return request_path(w, path, out);
}

/* A made-up resident of a district code that no place has, born on a day of n's own. */
static void id_number(uint64_t n, char out[static 19])
{
	int year, month, dom;
	unsigned order = (unsigned)(n % PER_DAY); /* never …00: that is what spreadsheets make */
	day_to_civil((struct day){FIRST_BIRTH + (int32_t)(n / PER_DAY % 16000)}, &year, &month, &dom);
	snprintf(out, 19, "310199%04u%02u%02u%03u", (unsigned)year % 10000u, (unsigned)month % 100u,
	         (unsigned)dom % 100u, order / 99 * 100 + order % 99 + 1);
	out[17] = id_number_check_character(out);
	out[18] = '\0';
}

static size_t request_submit(const struct work *w, uint64_t n, char *out)
{
	char body[256], id[19];
	id_number(n, id);
	int length = snprintf(body, sizeof body,
	                      "{\"candidate\":{\"name\":\"林测试\",\"id_type\":\"resident_id\","
	                      "\"id_number\":\"%s\"},\"scores\":{\"theory\":%d.5,\"skill\":%d}}",
	                      id, 60 + (int)(n % 39), 60 + (int)(n % 40));
	return (size_t)snprintf(out, REQUEST_MAX,
	                        "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n"
	                        "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
	                        w->path, w->host, w->token, length, body);
}

size_t work_request(struct work *w, char out[static REQUEST_MAX])
{
	uint64_t n = w->next++;
	switch (w->kind) {
	case WORK_CODES:
		return request_code(w, n, out);
	case WORK_SUBMIT:
		return request_submit(w, n, out);
	case WORK_PATH:
		break;
	}
	return request_path(w, w->path, out);
}
