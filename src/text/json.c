/* text/json.c - jansson reads the grammar; a scan before it enforces what jansson has no option
 * for: the depth we choose (its own is 2048) and the number of significant digits. The scan does
 * not validate: it only has to find strings, brackets and numbers in a valid text. Whatever it
 * misjudges in an invalid one is refused right after by jansson, or already by itself. */
#include "text/json.h"

#include "base/outcome.h"

enum { EXPONENT_MAX = 300, STAND_IN_DIGITS = 10, PLAIN_MAX = 24 };

struct scan {
	struct slice in;
	size_t at, depth, max_depth;
};

/* Moves behind the string that starts at s->at. */
static void scan_string(struct scan *s)
{
	for (s->at++; s->at < s->in.n; s->at++) {
		if (s->in.p[s->at] == '\\')
			s->at++;
		else if (s->in.p[s->at] == '"') {
			s->at++;
			return;
		}
	}
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_of_number(char c)
{
	return is_digit(c) || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E';
}

/* Moves behind the number that starts at s->at and returns its text. */
static struct slice scan_number(struct scan *s)
{
	size_t start = s->at;
	while (s->at < s->in.n && is_of_number(s->in.p[s->at]))
		s->at++;
	return slice_from(s->in.p + start, s->at - start);
}

struct slice json_decimal_trim(struct slice number)
{
	if (!memchr(number.p, '.', number.n) || memchr(number.p, 'e', number.n) ||
	    memchr(number.p, 'E', number.n))
		return number;
	while (number.p[number.n - 1] == '0')
		number.n--;
	number.n -= number.p[number.n - 1] == '.';
	return number;
}

/* The digits that say something: neither zeros in front nor zeros behind the point. */
static size_t significant(struct slice number)
{
	size_t digits = 0;
	number = json_decimal_trim(number);
	for (size_t i = 0; i < number.n && number.p[i] != 'e' && number.p[i] != 'E'; i++)
		digits += is_digit(number.p[i]) && (digits > 0 || number.p[i] != '0');
	return digits;
}

/* Behind the e, without sign and zeros in front. */
static struct slice exponent_of(struct slice number)
{
	size_t i = 0;
	while (i < number.n && number.p[i] != 'e' && number.p[i] != 'E')
		i++;
	while (i < number.n && !(number.p[i] >= '1' && number.p[i] <= '9'))
		i++;
	return slice_skip(number, i);
}

/* Whether a double holds it exactly enough to be told from every other such number. */
static bool is_carried(struct slice number)
{
	uint64_t exponent = 0;
	struct slice e = exponent_of(number);
	return significant(number) <= JSON_DIGITS_MAX &&
	       (e.n == 0 || (slice_to_u64(e, &exponent) && exponent <= EXPONENT_MAX));
}

/* NULL, or the reason for refusing, with s->at at the place. */
static const char *scan(struct scan *s)
{
	while (s->at < s->in.n) {
		char c = s->in.p[s->at];
		size_t start = s->at;
		if (c == '"') {
			scan_string(s);
			continue;
		}
		if (c == '-' || is_digit(c)) {
			if (is_carried(scan_number(s)))
				continue;
			s->at = start;
			return "number";
		}
		if (c == '{' || c == '[') {
			if (++s->depth > s->max_depth)
				return "depth";
		} else if ((c == '}' || c == ']') && s->depth > 0) {
			s->depth--;
		}
		s->at++;
	}
	return NULL;
}

typedef void put_number_fn(struct buf *out, struct slice number);

/* Moves behind the next number; false: there is none. */
static bool next_number(struct scan *s, struct slice *ret)
{
	while (s->at < s->in.n) {
		char c = s->in.p[s->at];
		if (c == '"') {
			scan_string(s);
		} else if (c == '-' || is_digit(c)) {
			*ret = scan_number(s);
			return true;
		} else {
			s->at++;
		}
	}
	return false;
}

/* Copies the text with its numbers as put writes them. */
static void copy_numbers(struct slice in, put_number_fn *put, struct buf *out)
{
	struct scan s = {.in = in};
	struct slice number;
	size_t copied = 0;
	while (next_number(&s, &number)) {
		buf_add(out, slice_from(in.p + copied, (size_t)(number.p - in.p) - copied));
		put(out, number);
		copied = s.at;
	}
	buf_add(out, slice_from(in.p + copied, in.n - copied));
}

static bool has_exponent(struct slice number)
{
	return memchr(number.p, 'e', number.n) || memchr(number.p, 'E', number.n);
}

/* A number with an exponent: so many digits without zeros at either end, the last of which is worth 10^-scale. */
struct spelled {
	char digits[PLAIN_MAX];
	size_t n;
	int64_t scale;
};

/* False: it has more digits, or another exponent, than the plain form of a number that anybody means. */
static bool spelled_read(struct slice number, struct spelled *ret)
{
	struct slice e = number, digits = slice_cut(&e, memchr(number.p, 'e', number.n) ? 'e' : 'E');
	bool down = slice_starts(e, SLICE("-")), behind = false;
	uint64_t exponent = 0;
	*ret = (struct spelled){.n = 0};
	if (e.n && (*e.p == '-' || *e.p == '+'))
		e = slice_skip(e, 1);
	if (!slice_to_u64(e, &exponent) || exponent > PLAIN_MAX)
		return false;
	for (size_t i = *digits.p == '-'; i < digits.n; i++) {
		if (digits.p[i] == '.') {
			behind = true;
			continue;
		}
		ret->scale += behind;
		if (digits.p[i] == '0' && ret->n == 0)
			continue;
		if (ret->n == PLAIN_MAX)
			return false;
		ret->digits[ret->n++] = digits.p[i];
	}
	ret->scale += down ? (int64_t)exponent : -(int64_t)exponent;
	for (; ret->n && ret->digits[ret->n - 1] == '0'; ret->n--)
		ret->scale--;
	return true;
}

/* 7.85e1 is 78.5. */
static void put_plain(struct buf *out, const struct spelled *s)
{
	int64_t whole = (int64_t)s->n - s->scale;
	for (int64_t at = whole < 1 ? whole - 1 : 0; at < whole || at < (int64_t)s->n; at++) {
		if (at == whole)
			buf_addc(out, '.');
		buf_addc(out, at < 0 || at >= (int64_t)s->n ? '0' : s->digits[at]);
	}
}

static void put_trimmed(struct buf *out, struct slice number)
{
	struct spelled s;
	if (!has_exponent(number) || !spelled_read(number, &s)) {
		buf_add(out, json_decimal_trim(number));
		return;
	}
	if (*number.p == '-')
		buf_addc(out, '-');
	if (s.n)
		put_plain(out, &s);
	else
		buf_addc(out, '0');
}

size_t json_trimmed_max(struct slice in)
{
	struct scan s = {.in = in};
	struct slice number;
	size_t max = in.n;
	while (next_number(&s, &number))
		max += has_exponent(number) ? 3 * PLAIN_MAX : 0;
	return max;
}

void json_trim_numbers(struct slice in, struct buf *out)
{
	copy_numbers(in, put_trimmed, out);
}

/* Whole or not and about as large as the number itself, larger than anything when that cannot be told. */
static void put_stand_in(struct buf *out, struct slice number)
{
	if (is_carried(number)) {
		buf_add(out, number);
		return;
	}
	size_t sign = *number.p == '-', whole = sign;
	while (whole < number.n && is_digit(number.p[whole]))
		whole++;
	buf_add(out, slice_from(number.p, sign));
	if (has_exponent(number) || whole - sign > STAND_IN_DIGITS)
		buf_adds(out, "9999999999");
	else
		buf_add(out, slice_from(number.p + sign, whole - sign));
	if (whole < number.n)
		buf_adds(out, ".001");
}

void json_stand_in(struct slice in, struct buf *out)
{
	copy_numbers(in, put_stand_in, out);
}

/* Lines and characters before offset. Bytes that continue a UTF-8 sequence are no characters. */
static struct json_error_at locate(struct slice in, size_t offset, const char *reason)
{
	struct json_error_at e = {.offset = offset, .line = 1, .column = 1, .reason = reason};
	for (size_t i = 0; i < offset && i < in.n; i++) {
		if (in.p[i] == '\n') {
			e.line++;
			e.column = 1;
		} else if (((unsigned char)in.p[i] & 0xC0) != 0x80) {
			e.column++;
		}
	}
	return e;
}

static const char *reason_of(const json_error_t *error)
{
	switch ((int)json_error_code(error)) {
	case json_error_invalid_utf8:
		return "utf8";
	case json_error_duplicate_key:
		return "duplicate_key";
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return "nul";
	case json_error_numeric_overflow:
		return "number";
	case json_error_stack_overflow:
		return "depth";
	default:
		return "json_syntax";
	}
}

static bool is_space(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}

struct slice json_trim(struct slice text)
{
	while (text.n && is_space(text.p[0]))
		text = slice_skip(text, 1);
	while (text.n && is_space(text.p[text.n - 1]))
		text.n--;
	return text;
}

int json_read(struct slice in, size_t max_depth, json_t **ret, struct json_error_at *err)
{
	if (!json_trim(in).n) {
		*err = locate(in, in.n, "empty");
		return E_SYNTAX;
	}
	struct scan s = {.in = in, .max_depth = max_depth};
	const char *reason = scan(&s);
	if (reason) {
		*err = locate(in, s.at, reason);
		return E_SYNTAX;
	}
	json_error_t error;
	json_t *json =
		json_loadb(in.p, in.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (json) {
		*ret = json;
		return 0;
	}
	if (json_error_code(&error) == json_error_out_of_memory)
		return E_NOMEM;
	size_t offset = error.position < 0 ? 0 : (size_t)error.position;
	*err = locate(in, offset < in.n ? offset : in.n, reason_of(&error));
	return E_SYNTAX;
}

static void drop(void *json)
{
	json_decref(json);
}

int json_keep(struct arena *a, json_t *json)
{
	return arena_on_dispose(a, drop, json);
}

struct slice json_text(const json_t *json)
{
	if (!json_is_string(json))
		return SLICE_NONE;
	return slice_from(json_string_value(json), json_string_length(json));
}
