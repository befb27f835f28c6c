/* What goes over a channel, without one: frames, refusals, the numbers and texts of their bodies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/outcome.h"
#include "channel/frame.h"
#include "channel/wire.h"

static void frames_are_taken_whole_or_not_at_all(void **state)
{
	struct buf out = BUF_INIT(64);
	struct frame f;
	size_t used, at = frame_begin(&out, '3', 200, 0xdeadbeef);
	buf_adds(&out, "body");
	frame_end(&out, at, 14);
	for (size_t n = 0; n < out.n; n++)
		assert_int_equal(frame_take(slice_from(out.p, n), '3', 14, &f, &used), FRAME_PARTIAL);
	buf_adds(&out, "next");
	assert_int_equal(frame_take(buf_slice(&out), '3', 14, &f, &used), 0);
	assert_int_equal(used, 14);
	assert_int_equal(f.type, 200);
	assert_int_equal(f.id, 0xdeadbeef);
	assert_true(slice_is(f.body, "body"));
	assert_int_equal(frame_take(buf_slice(&out), '2', 14, &f, &used), E_REFUSED);
	assert_int_equal(frame_take(buf_slice(&out), '3', 13, &f, &used), E_SYNTAX);
	buf_clear(&out);
	at = frame_begin(&out, '3', 1, 1);
	buf_adds(&out, "large");
	frame_end(&out, at, 14);
	assert_true(buf_failed(&out)); /* more than a frame may hold */
	buf_free(&out);
}

static void impossible_lengths_are_seen_in_four_bytes(void **state)
{
	static const char *const bad[] = {
		"\x00\x00\x00\x00", "\x00\x00\x00\x05", "\x00\x0f\xff\xfd", "\x7f\xff\xff\xff",
		"\xff\xff\xff\xff", "GET ",
	};
	struct frame f;
	size_t used;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(frame_take(slice_from(bad[i], 4), '1', MIB, &f, &used), E_SYNTAX);
	assert_int_equal(frame_take(slice_from("\x00\x0f\xff\xfc", 4), '1', MIB, &f, &used),
	                 FRAME_PARTIAL);
}

static void a_refusal_names_a_failure_that_we_know(void **state)
{
	for (int i = 0; i < 256; i++) {
		const char bytes[] = {(char)i, 'x'};
		struct slice body = slice_from(bytes, 2);
		bool known = i >= 1 && i <= -E_LAST;
		assert_int_equal(frame_failure(&body), known ? -i : 0);
		assert_int_equal(body.n, known ? 1 : 2);
	}
	struct slice none = SLICE_NONE;
	assert_int_equal(frame_failure(&none), 0);
}

static void a_reader_remembers_that_it_failed(void **state)
{
	struct buf out = BUF_INIT(64);
	wire_put_number(&out, 0x010203, 3);
	wire_put_text(&out, SLICE("text"), 2);
	struct wire_reader r = {.rest = buf_slice(&out)};
	assert_int_equal(wire_number(&r, 3), 0x010203);
	assert_true(slice_is(wire_text(&r, 2, 1, 4), "text"));
	assert_int_equal(wire_end(&r), 0);
	for (size_t n = 0; n < out.n; n++) {
		r = (struct wire_reader){.rest = slice_from(out.p, n)};
		wire_number(&r, 3);
		wire_text(&r, 2, 1, 4);
		assert_int_equal(wire_end(&r), E_SYNTAX);
	}
	r = (struct wire_reader){.rest = buf_slice(&out)};
	wire_number(&r, 3);
	wire_text(&r, 2, 1, 3); /* too long */
	assert_int_equal(wire_end(&r), E_SYNTAX);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_taken_whole_or_not_at_all),
		cmocka_unit_test(impossible_lengths_are_seen_in_four_bytes),
		cmocka_unit_test(a_refusal_names_a_failure_that_we_know),
		cmocka_unit_test(a_reader_remembers_that_it_failed),
	};
	return cmocka_run_group_tests_name("channel frames", tests, NULL, NULL);
}
