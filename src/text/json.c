/* text/json.c - jansson reads the grammar; a scan before it enforces what jansson has no option
 * for: the depth we choose (its own is 2048) and the number of significant digits. The scan does
 * not validate: it only has to find strings, brackets and numbers in a valid text. Whatever it
 * misjudges in an invalid one is refused right after by jansson, or already by itself. */
#include "text/json.h"

#include "base/outcome.h"

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

/* Moves behind the number that starts at s->at; false when it has too many significant digits.
 * Leading zeros are not significant; trailing ones are, to keep the rule simple to state. */
static bool scan_number(struct scan *s)
{
	size_t digits = 0;
	bool in_exponent = false;
	for (; s->at < s->in.n; s->at++) {
		char c = s->in.p[s->at];
		if (is_digit(c)) {
			if (!in_exponent && (digits > 0 || c != '0'))
				digits++;
		} else if (c == 'e' || c == 'E') {
			in_exponent = true;
		} else if (c != '.' && c != '+' && c != '-') {
			break;
		}
	}
	return digits <= JSON_DIGITS_MAX;
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
			if (scan_number(s))
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
