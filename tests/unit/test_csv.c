/* test_csv - rows and their numbers, however the bytes are cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/outcome.h"
#include "text/csv.h"

static int note_row(void *arg, size_t row, const struct slice *fields, size_t n)
{
	struct buf *b = arg;
	buf_addf(b, "%zu:", row);
	for (size_t i = 0; i < n; i++)
		buf_addf(b, "[%.*s]", SLICE_ARGS(fields[i]));
	buf_addc(b, ' ');
	return 0;
}

/* Reads in with every cut into two pieces and byte by byte, and expects the same each time. */
static void expect(const char *in, int status, const char *rows)
{
	size_t n = strlen(in);
	for (size_t cut = 0; cut <= n + 1; cut++) {
		struct buf b = BUF_INIT(64 * KIB);
		struct csv_reader *r = csv_reader_new(note_row, &b);
		assert_non_null(r);
		int got = 0;
		if (cut <= n) {
			got = csv_reader_feed(r, slice_from(in, cut));
			if (!got)
				got = csv_reader_feed(r, slice_from(in + cut, n - cut));
		} else {
			for (size_t i = 0; i < n && !got; i++)
				got = csv_reader_feed(r, slice_from(in + i, 1));
		}
		if (!got)
			got = csv_reader_end(r);
		buf_addc(&b, '\0');
		assert_int_equal(got, status);
		assert_string_equal(b.p, rows);
		csv_reader_free(r);
		buf_free(&b);
	}
}

static void splits(void **state)
{
	expect("", 0, "");
	expect("a,b\nc,d\n", 0, "1:[a][b] 2:[c][d] ");
	expect("a,b\r\nc,d", 0, "1:[a][b] 2:[c][d] ");
	expect("\xEF\xBB\xBF姓名,成绩\r\n李娜,81\r\n", 0, "1:[姓名][成绩] 2:[李娜][81] ");
	expect("\xEF\xBBx,y", 0, "1:[\xEF\xBBx][y] ");
	expect(",,\n", 0, "1:[][][] ");
	expect("\"a,\"\"b\"\"\",\"x\ny\"\nz\n", 0, "1:[a,\"b\"][x\ny] 2:[z] ");
	expect("\"x\r\",1\n2\n", 0, "1:[x\r][1] 2:[2] ");
	expect("  a b , c\t\n", 0, "1:[a b][c] ");
}

static void counts_rows_as_a_spreadsheet(void **state)
{
	expect("a\n\n\nb\n", 0, "1:[a] 4:[b] ");
	expect("a\r\n\r\nb\r\n", 0, "1:[a] 3:[b] ");
	expect("a\r\rb\r", 0, "1:[a] 3:[b] ");
	expect("\r\na", 0, "2:[a] ");
}

static void refuses(void **state)
{
	expect("a\nb\"c\n", E_SYNTAX, "1:[a] ");
	expect("\"a\"b\n", E_SYNTAX, "");
	expect("x\n\"open", E_SYNTAX, "1:[x] ");
}

static int read_all(const char *p, size_t n)
{
	struct buf b = BUF_INIT(MIB);
	struct csv_reader *r = csv_reader_new(note_row, &b);
	int status = csv_reader_feed(r, slice_from(p, n));
	if (!status)
		status = csv_reader_end(r);
	csv_reader_free(r);
	buf_free(&b);
	return status;
}

static void bounds_everything(void **state)
{
	enum { N = 200000 };
	char *p = malloc(N);
	memset(p, 'x', N);
	assert_int_equal(read_all(p, N), E_LIMIT);
	assert_int_equal(read_all(p, 8000), 0);
	memset(p, ',', N);
	assert_int_equal(read_all(p, CSV_COLUMNS_MAX - 1), 0);
	assert_int_equal(read_all(p, CSV_COLUMNS_MAX), E_LIMIT);
	memset(p, 'x', N);
	for (size_t i = 8000; i < N; i += 8000)
		p[i] = ',';
	assert_int_equal(read_all(p, N), E_LIMIT);
	p[0] = '"';
	assert_int_equal(read_all(p, N), E_LIMIT);
	free(p);
}

static int stop_at_two(void *arg, size_t row, const struct slice *fields, size_t n)
{
	*(size_t *)arg = row;
	return row == 2 ? 7 : 0;
}

static void stops_when_asked(void **state)
{
	size_t last = 0;
	struct csv_reader *r = csv_reader_new(stop_at_two, &last);
	assert_int_equal(csv_reader_feed(r, SLICE("a\nb\nc\nd\n")), 7);
	assert_int_equal(last, 2);
	assert_int_equal(csv_reader_feed(r, SLICE("e\n")), 7);
	assert_int_equal(csv_reader_end(r), 7);
	assert_int_equal(last, 2);
	csv_reader_free(r);
	csv_reader_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits),  cmocka_unit_test(counts_rows_as_a_spreadsheet),
		cmocka_unit_test(refuses), cmocka_unit_test(bounds_everything),
		cmocka_unit_test(stops_when_asked),
	};
	return cmocka_run_group_tests_name("text/csv", tests, NULL, NULL);
}
