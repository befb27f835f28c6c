/* net/exchange.c - one request on a connection, from its head to the written response.
 *
 * An exchange and everything the app hangs on it live in one arena, taken when the head is complete and
 * given back when the response has been copied to the connection's buffer. What net itself has to
 * answer (malformed, too large, too slow) never reaches the app, or takes the exchange away from
 * it first. */
#include "net/connection.h"

#include "base/magic.h"
#include "base/outcome.h"
#include "http/problem.h"

static struct net_exchange *net_exchange_of(struct exchange *x)
{
	return CONTAINER_OF(x, struct net_exchange, x);
}

static void count_refusal(struct connection *c, enum problem_id why)
{
	if (why == P_TOO_MANY_CONNECTIONS)
		net_event(c->net, NET_TURNED_AWAY);
	else if (why != P_REQUEST_TIMEOUT)
		net_event(c->net, NET_MALFORMED);
}

/* ---- net's own answers ---- */

/* Best effort on bytes that did not parse: the value of a line "Accept-Language: ...". */
static struct slice raw_header(struct slice in, const char *lower_name)
{
	while (in.p) {
		struct slice value = slice_cut(&in, '\n');
		struct slice name = slice_cut(&value, ':');
		if (!slice_eq_nocase(name, slice_of(lower_name)))
			continue;
		if (value.n && value.p[value.n - 1] == '\r')
			value.n--;
		return slice_trim(value);
	}
	return SLICE_NONE;
}

static struct slice header_of(const struct connection *c, const struct http_head *head, const char *lower_name)
{
	return head ? http_header(head, lower_name) : raw_header(buf_slice(&c->in), lower_name);
}

static struct slice query_of(const struct connection *c, const struct http_head *head)
{
	struct slice in = buf_slice(&c->in);
	if (head)
		return head->query;
	if (slice_starts(in, SLICE("\r\n")))
		in = slice_skip(in, 2);
	in = slice_cut(&in, '\r');
	slice_cut(&in, '?');
	return in.p ? slice_cut(&in, ' ') : in;
}

/* ?lang= of pages' own links, or what the client says. */
static enum lang language_of(const struct connection *c, const struct http_head *head)
{
	enum lang named;
	struct slice query = query_of(c, head);
	while (query.p) {
		struct slice value = slice_cut(&query, '&');
		struct slice name = slice_cut(&value, '=');
		if (slice_is(name, "lang") && language_named(value, &named))
			return named;
	}
	return language_pick(header_of(c, head, "accept-language"), LANG_EN);
}

static bool asks_for_head_only(const struct connection *c, const struct http_head *head)
{
	struct slice in = buf_slice(&c->in);
	if (head)
		return head->method == HTTP_HEAD;
	if (slice_starts(in, SLICE("\r\n")))
		in = slice_skip(in, 2);
	return slice_starts(in, SLICE("HEAD "));
}

/* Where TLS is spoken, in the words of the address to go to. */
static struct slice plain_detail(const struct connection *c, enum lang lang, struct arena *a)
{
	bool zh = lang == LANG_ZH;
	return slice_of(arena_printf(a, "%s%.*s/", zh ? "此端口仅支持 HTTPS，请访问 " : "This port speaks HTTPS only. Go to ",
	                             SLICE_ARGS(c->net->base_url)));
}

static bool write_problem(struct connection *c, enum problem_id why, const struct http_head *head,
                          struct slice id, struct arena *a)
{
	struct problem_report report = {
		.problem = &problems[why],
		.lang = language_of(c, head),
		.base_url = c->net->base_url,
		.request_id = id,
	};
	if (why == P_PLAIN_HTTP)
		report.detail = plain_detail(c, report.lang, a);
	const struct exchange_app *app = c->net->app;
	struct http_response *r = app->problem ? app->problem(&report, header_of(c, head, "accept"), a, app->arg)
	                                       : problem_response(&report, a);
	struct response_manner m = {
		.request_id = id,
		.date = net_date(c->net),
		.head_only = asks_for_head_only(c, head),
		.secure = c->stream.ssl != NULL,
	};
	return r && response_write(r, &m, &c->out) == 0;
}

void net_exchange_refuse(struct connection *c, enum problem_id why, const struct http_head *head)
{
	char made[REQUEST_ID_TEXT];
	const char *id = c->exchange ? c->exchange->x.id : made;
	if (!c->exchange)
		request_id_make(&c->net->ids, made);
	count_refusal(c, why);
	struct arena *a = net_take_arena(c->net);
	bool written = a && write_problem(c, why, head, slice_of(id), a);
	net_give_arena(c->net, a);
	net_exchange_end(c);
	c->closing = true;
	connection_enter(c, written ? C_WRITE : C_DEAD);
}

/* ---- the exchange's operations ---- */

static void on_read_body(struct exchange *x, size_t max)
{
	struct connection *c = net_exchange_of(x)->c;
	assert(c->state == C_WAIT && !net_exchange_of(x)->body_read);
	net_exchange_of(x)->body.max = max;
	c->since = mono_now();
	c->received = 0;
	connection_enter(c, C_BODY);
	if (x->head->expect_continue && c->in.n == 0 && x->head->content_length <= max)
		buf_add(&c->out, SLICE("HTTP/1.1 100 Continue\r\n\r\n"));
	if (!c->pumping)
		connection_kick(c);
}

/* After an unread body nobody knows where the next request begins, unless it is here already. */
static bool body_is_past(struct connection *c, const struct net_exchange *t)
{
	const struct http_head *h = t->x.head;
	if (!h->has_body || t->body_read)
		return true;
	if (h->chunked || h->expect_continue || h->content_length > c->in.n)
		return false;
	buf_consume(&c->in, (size_t)h->content_length);
	return true;
}

static bool write_response(struct connection *c, const struct net_exchange *t,
                           const struct http_response *r)
{
	struct response_manner m = {
		.request_id = slice_of(t->x.id),
		.date = net_date(c->net),
		.head_only = t->x.head->method == HTTP_HEAD,
		.keep_alive = !c->closing,
		.minor = t->x.head->minor,
		.secure = c->stream.ssl != NULL,
	};
	connection_take_buffer(c);
	int e = response_write(r, &m, &c->out);
	if (e == E_REFUSED) {
		c->closing = true;
		return write_problem(c, P_INTERNAL, t->x.head, slice_of(t->x.id), t->x.arena);
	}
	return e == 0;
}

static void on_reply(struct exchange *x, const struct http_response *r)
{
	struct net_exchange *t = net_exchange_of(x);
	struct connection *c = t->c;
	assert(c->state == C_WAIT && !t->replied);
	t->replied = true;
	c->closing = r->close || c->net->draining || !x->head->keep_alive || !body_is_past(c, t);
	connection_enter(c, write_response(c, t, r) ? C_WRITE : C_DEAD);
	if (c->pumping)
		return;
	if (c->state == C_WRITE && connection_flush(c) == STREAM_CLOSED)
		connection_enter(c, C_DEAD);
	connection_kick(c);
}

const struct exchange_ops net_exchange_ops = {
	.read_body = on_read_body,
	.reply = on_reply,
};

/* ---- beginning, body, end ---- */

static struct net_exchange *make(struct connection *c, struct arena *a)
{
	struct net_exchange *t = arena_alloc(a, sizeof *t);
	if (!t)
		return NULL;
	t->c = c;
	t->x = (struct exchange){
		.ops = &net_exchange_ops, .up = c->net->app, .peer = &c->peer, .arena = a};
	return t;
}

void net_exchange_begin(struct connection *c, size_t n)
{
	struct arena *a = net_take_arena(c->net);
	struct net_exchange *t = a ? make(c, a) : NULL;
	char *text = t ? arena_copy(a, slice_from(c->in.p, n)) : NULL;
	if (!text) {
		net_give_arena(c->net, a);
		connection_enter(c, C_DEAD);
		return;
	}
	enum problem_id why = P_INTERNAL;
	struct http_head *head = NULL;
	enum http_result r = http_parser_head(&t->parser, text, n, a, &head, &why);
	if (r == HTTP_READY && (c->plain || c->surplus)) {
		why = c->plain ? P_PLAIN_HTTP : P_TOO_MANY_CONNECTIONS;
		r = HTTP_REFUSED;
	}
	if (r != HTTP_READY) {
		net_exchange_refuse(c, why, head);
		net_give_arena(c->net, a);
		return;
	}
	buf_consume(&c->in, n);
	t->x.head = head;
	request_id_choose(&c->net->ids, http_header(head, "x-request-id"), t->x.id);
	c->exchange = t;
	connection_enter(c, C_WAIT);
	c->net->app->head(&t->x, c->net->app->arg);
}

bool net_exchange_body(struct connection *c)
{
	struct net_exchange *t = c->exchange;
	const struct http_head *h = t->x.head;
	enum problem_id why = P_BODY_TOO_LARGE;
	enum http_result r = h->has_body ? HTTP_MORE : HTTP_READY;
	size_t used = 0;
	if (h->content_length > t->body.max)
		r = HTTP_REFUSED;
	else if (h->has_body)
		r = http_parser_body(&t->parser, h, buf_slice(&c->in), &t->body, &used, &why);
	if (r == HTTP_REFUSED) {
		net_exchange_refuse(c, why, h);
		return true;
	}
	buf_consume(&c->in, used);
	if (r == HTTP_MORE)
		return false;
	t->body_read = true;
	t->x.body = t->body.n ? buf_slice(&t->body) : SLICE("");
	connection_enter(c, C_WAIT);
	c->net->app->body(&t->x);
	return true;
}

void net_exchange_end(struct connection *c)
{
	struct net_exchange *t = c->exchange;
	if (!t)
		return;
	c->exchange = NULL;
	if (!t->replied)
		c->net->app->gone(&t->x);
	buf_free(&t->body);
	net_give_arena(c->net, t->x.arena);
}
