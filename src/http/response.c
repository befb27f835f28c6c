/* http/response.c - writing responses.
 *
 * The hot path costs one pass over the fields and one copy of the body: constant text is added in
 * large pieces, and numbers are the only thing formatted. */
#include "http/response.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/outcome.h"

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{100, "Continue"},
	{200, "OK"},
	{201, "Created"},
	{202, "Accepted"},
	{204, "No Content"},
	{206, "Partial Content"},
	{301, "Moved Permanently"},
	{302, "Found"},
	{303, "See Other"},
	{304, "Not Modified"},
	{307, "Temporary Redirect"},
	{308, "Permanent Redirect"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{406, "Not Acceptable"},
	{408, "Request Timeout"},
	{409, "Conflict"},
	{410, "Gone"},
	{412, "Precondition Failed"},
	{413, "Content Too Large"},
	{414, "URI Too Long"},
	{415, "Unsupported Media Type"},
	{416, "Range Not Satisfiable"},
	{417, "Expectation Failed"},
	{422, "Unprocessable Content"},
	{428, "Precondition Required"},
	{429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{503, "Service Unavailable"},
	{505, "HTTP Version Not Supported"},
};

const char *response_reason(int status)
{
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "";
}

struct http_response *response_new(struct arena *a, int status)
{
	struct http_response *r = arena_alloc(a, sizeof *r);
	if (r)
		r->status = status;
	return r;
}

static bool value_clean(struct slice v)
{
	for (size_t i = 0; i < v.n; i++) {
		unsigned char c = (unsigned char)v.p[i];
		if (c < 0x20 || c == 0x7f)
			return false;
	}
	return true;
}

void response_header(struct http_response *r, const char *name, struct slice value)
{
	if (r->n_fields == RESPONSE_FIELDS_MAX || !value_clean(value)) {
		r->failed = true;
		return;
	}
	r->fields[r->n_fields++] = (struct http_field){slice_of(name), value};
}

static void field(struct buf *out, struct slice name, struct slice value)
{
	buf_add(out, name);
	buf_add(out, SLICE(": "));
	buf_add(out, value);
	buf_add(out, SLICE("\r\n"));
}

static void status_line(struct buf *out, int status)
{
	if (status == 200) {
		buf_add(out, SLICE("HTTP/1.1 200 OK\r\n"));
		return;
	}
	buf_add(out, SLICE("HTTP/1.1 "));
	buf_addu(out, (uint64_t)status);
	buf_addc(out, ' ');
	buf_adds(out, response_reason(status));
	buf_add(out, SLICE("\r\n"));
}

static void manner_fields(const struct http_response *r, const struct response_manner *m,
                          struct buf *out)
{
	if (m->date.n)
		field(out, SLICE("Date"), m->date);
	if (m->request_id.n)
		field(out, SLICE("X-Request-Id"), m->request_id);
	if (!m->keep_alive || r->close)
		buf_add(out, SLICE("Connection: close\r\n"));
	else if (m->minor == 0)
		buf_add(out, SLICE("Connection: keep-alive\r\n"));
	buf_add(out, SLICE("X-Content-Type-Options: nosniff\r\n"));
	if (m->secure)
		buf_add(out, SLICE("Strict-Transport-Security: max-age=31536000\r\n"));
}

/* RFC 9110 section 8.6: no Content-Length in a 204, and a 304 has no content of its own. */
static bool has_content(int status)
{
	return status != 204 && status != 304 && status >= 200;
}

static void content_fields(const struct http_response *r, struct buf *out)
{
	if (r->cache_control)
		field(out, SLICE("Cache-Control"), slice_of(r->cache_control));
	else
		buf_add(out, SLICE("Cache-Control: no-store\r\n"));
	if (!has_content(r->status))
		return;
	if (r->content_type)
		field(out, SLICE("Content-Type"), slice_of(r->content_type));
	buf_add(out, SLICE("Content-Length: "));
	buf_addu(out, r->body.n);
	buf_add(out, SLICE("\r\n"));
}

int response_write(const struct http_response *r, const struct response_manner *m,
                   struct buf *out)
{
	if (r->failed)
		return E_REFUSED;
	/* One growth instead of several. */
	buf_reserve(out, 1024 + r->body.n);
	status_line(out, r->status);
	content_fields(r, out);
	for (size_t i = 0; i < r->n_fields; i++)
		field(out, r->fields[i].name, r->fields[i].value);
	manner_fields(r, m, out);
	buf_add(out, SLICE("\r\n"));
	if (!m->head_only && has_content(r->status))
		buf_add(out, r->body);
	return buf_failed(out) ? E_LIMIT : 0;
}

void http_date_format(int64_t unix_seconds, char out[static HTTP_DATE_TEXT])
{
	static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
	                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	int64_t day = unix_seconds / 86400, rest = unix_seconds % 86400;
	if (rest < 0) {
		rest += 86400;
		day--;
	}
	int year, month, dom;
	day_to_civil((struct day){(int32_t)day}, &year, &month, &dom);
	/* 1970-01-01 was a Thursday. Reduced modulo what fits, so that it never overflows. */
	snprintf(out, HTTP_DATE_TEXT, "%s, %02u %s %04u %02u:%02u:%02u GMT",
	         days[((day % 7) + 7) % 7], (unsigned)dom % 100u, months[(month - 1) % 12],
	         (unsigned)year % 10000u, (unsigned)(rest / 3600) % 100u,
	         (unsigned)(rest / 60 % 60), (unsigned)(rest % 60));
}
