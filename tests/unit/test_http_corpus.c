/* test_http_corpus.c - every request of the corpus: malformed ones are refused, valid ones are not,
 * and neither depends on how the bytes were cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../lib/corpus.h"
#include "../lib/message.h"

static int wrong;

static void check(const char *name, struct slice bytes, enum http_result wanted)
{
	struct message whole, parts;
	message_parse(bytes, bytes.n, &whole);
	if (whole.result != wanted) {
		print_error("%s: %s\n", name, whole.result == HTTP_READY ? "accepted" : "not accepted");
		wrong++;
	}
	if (wanted == HTTP_REFUSED && (problems[whole.why].status < 400 ||
	                               problems[whole.why].status > 499)) {
		print_error("%s: answered %d\n", name, problems[whole.why].status);
		wrong++;
	}
	size_t step = bytes.n > 400 ? 97 : 1;
	for (size_t cut = 0; cut < bytes.n; cut += step) {
		message_parse(bytes, cut, &parts);
		if (memcmp(&whole, &parts, sizeof whole) == 0)
			continue;
		print_error("%s: differs when cut at %zu\n", name, cut);
		wrong++;
		return;
	}
}

static void check_malformed(void *arg, const char *name, struct slice bytes)
{
	check(name, bytes, HTTP_REFUSED);
}

static void check_valid(void *arg, const char *name, struct slice bytes)
{
	check(name, bytes, HTTP_READY);
}

static void malformed_is_refused(void **state)
{
	wrong = 0;
	int n = corpus_read("tests/corpus/http/malformed.txt", check_malformed, NULL);
	assert_true(n >= 200);
	assert_int_equal(wrong, 0);
}

static void valid_is_accepted(void **state)
{
	wrong = 0;
	int n = corpus_read("tests/corpus/http/valid.txt", check_valid, NULL);
	assert_true(n >= 40);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(malformed_is_refused),
		cmocka_unit_test(valid_is_accepted),
	};
	return cmocka_run_group_tests_name("http_corpus", tests, NULL, NULL);
}
