/* fuzz_json - any bytes into the reader. What is accepted must be written back by the writer's
 * escapes and read again to the same strings; what is refused must say a place inside the input. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/outcome.h"
#include "text/json.h"
#include "text/jsonw.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_again(const char *text, size_t n)
{
	struct buf b = BUF_INIT(8 * MIB);
	struct jsonw w;
	json_t *json;
	struct json_error_at err;
	jsonw_init(&w, &b);
	jsonw_str(&w, slice_from(text, n));
	assert(!buf_failed(&b));
	int r = json_read(buf_slice(&b), 1, &json, &err);
	assert(r == 0);
	assert(slice_eq(json_text(json), slice_from(text, n)));
	json_decref(json);
	buf_free(&b);
}

static void walk(json_t *json)
{
	const char *key;
	json_t *value;
	size_t i;
	if (json_is_string(json))
		write_again(json_string_value(json), json_string_length(json));
	json_object_foreach(json, key, value)
	{
		write_again(key, strlen(key));
		walk(value);
	}
	json_array_foreach(json, i, value) walk(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *json = NULL;
	struct json_error_at err = {0};
	int r = json_read(slice_from(data, size), 16, &json, &err);
	if (r == 0) {
		walk(json);
		json_decref(json);
	} else {
		assert(r == E_SYNTAX && !json);
		assert(err.reason && err.offset <= size && err.line >= 1 && err.column >= 1);
	}
	return 0;
}
