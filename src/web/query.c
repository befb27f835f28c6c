/* web/query.c - the query of an address, by the table of its route.
 *
 * What a parameter that the route knows says must be decodable, and be said once: a filter that is
 * not understood must never become no filter. One that it does not know is refused under /v1, for
 * the same reason; pages and public documents ignore what applications append to addresses. */
#include "base/outcome.h"
#include "net/exchange.h"
#include "text/decode.h"
#include "text/field_text.h"
#include "web/request.h"
#include "web/run.h"

/* Longer names are not repeated. */
enum { NAME_SHOWN_MAX = 64, NAMES_MAX = 63 };

/* Every address takes it; a language that we do not speak is as good as none (request_language). */
static const struct decode_field lang_field = {.name = "lang", .kind = DECODE_ANY_STRING};

struct reading {
	struct request *rq;
	const struct decode_table *table; /* NULL: none but lang */
	struct fields *errors;
	uint64_t seen; /* bit i: field i; the last bit: lang */
	struct slice lang;
};

static void complain(struct reading *r, const char *name, const char *code)
{
	fields_put(r->errors, (struct field){.pointer = name, .code = code, .parameter = true});
}

static const struct decode_field *find(struct reading *r, struct slice name, size_t *ret_bit)
{
	size_t n = r->table ? r->table->n : 0;
	for (*ret_bit = 0; *ret_bit < n; (*ret_bit)++)
		if (slice_is(name, r->table->fields[*ret_bit].name))
			return &r->table->fields[*ret_bit];
	*ret_bit = NAMES_MAX;
	return slice_is(name, lang_field.name) ? &lang_field : NULL;
}

static void read_value(struct reading *r, const struct decode_field *field, struct slice raw)
{
	char *out = field == &lang_field ? (char *)&r->lang : (char *)r->rq->query + field->offset;
	struct slice text = raw;
	int rc = http_decode(raw.p ? raw : SLICE(""), true, r->rq->arena, &text);
	if (rc == E_NOMEM)
		return;
	const char *code = rc < 0 ? "encoding" : decode_text(field, text, out);
	if (code)
		decode_refuse(r->errors,
		              (struct field){.pointer = field->name, .code = code, .parameter = true}, field,
		              text);
}

static void read_one(struct reading *r, struct slice raw_name, struct slice raw)
{
	struct slice name = raw_name;
	size_t bit;
	if (http_decode(raw_name, true, r->rq->arena, &name) == E_NOMEM)
		return;
	const struct decode_field *field = find(r, name, &bit);
	if (!field && route_is_strict(r->rq->route->path)) {
		bool shown = name.n <= NAME_SHOWN_MAX && http_is_text(name);
		const char *copy = shown ? arena_copy(r->rq->arena, name) : "";
		complain(r, copy ? copy : "", "unknown_parameter");
	} else if (field && (r->seen & UINT64_C(1) << bit)) {
		complain(r, field->name, "repeated_parameter");
	} else if (field) {
		r->seen |= UINT64_C(1) << bit;
		read_value(r, field, raw);
	}
}

static void read_all(struct reading *r, struct slice rest)
{
	while (rest.p) {
		struct slice value = slice_cut(&rest, '&');
		if (value.n) {
			struct slice name = slice_cut(&value, '=');
			read_one(r, name, value);
		}
	}
	for (size_t i = 0; r->table && i < r->table->n; i++)
		if (r->table->fields[i].required && !(r->seen & UINT64_C(1) << i))
			complain(r, r->table->fields[i].name, "required");
}

/* "after,limit,lang" */
static struct slice names_of(const struct decode_table *table, struct arena *arena)
{
	struct buf b = BUF_INIT(4 * KIB);
	for (size_t i = 0; table && i < table->n; i++)
		buf_addf(&b, "%s,", table->fields[i].name);
	buf_adds(&b, lang_field.name);
	struct slice names = arena_slice(arena, buf_slice(&b));
	buf_free(&b);
	return names;
}

/* All are told in errors; the first one in words. */
static struct step refuse(struct request *rq, const struct fields *errors)
{
	const struct field *first = &errors->at[0];
	const char *what = field_detail(first, rq->lang, rq->arena);
	const struct problem_member allowed = {
		.name = "allowed", .kind = PROBLEM_LIST, .text = names_of(rq->route->query, rq->arena)};
	char *detail = arena_printf(rq->arena,
	                            rq->lang == LANG_ZH ? "查询参数 %s：%s可用参数：%.*s。"
	                                                : "Query parameter %s: %s Allowed: %.*s.",
	                            first->pointer, what ? what : "", SLICE_ARGS(allowed.text));
	return reply_query(rq, slice_of(detail), errors, &allowed);
}

bool request_read_query(struct request *rq, struct step *refused)
{
	const struct decode_table *table = rq->route->query;
	struct fields errors;
	rq->query = table ? arena_alloc(rq->arena, table->size) : NULL;
	fields_init(&errors, rq->arena);
	struct reading r = {.rq = rq, .table = table, .errors = &errors};
	if (!arena_failed(rq->arena))
		read_all(&r, rq->x->head->query);
	if (arena_failed(rq->arena))
		*refused = reply_out_of_memory(rq);
	else if (fields_any(&errors))
		*refused = refuse(rq, &errors);
	return !arena_failed(rq->arena) && !fields_any(&errors);
}

struct step reply_parameter(struct request *rq, const char *name, const char *code)
{
	struct fields errors;
	fields_init(&errors, rq->arena);
	fields_put(&errors, (struct field){.pointer = name, .code = code, .parameter = true});
	return refuse(rq, &errors);
}

static bool is_one_of(struct slice name, const char *const *names)
{
	for (; *names; names++)
		if (slice_is(name, *names))
			return true;
	return false;
}

/* As they came, since what was decoded may have been escaped. */
void request_add_query(struct request *rq, const char *const *except, struct buf *out)
{
	struct reading known = {.rq = rq, .table = rq->route->query};
	struct slice rest = rq->x->head->query;
	while (rest.p) {
		struct slice whole = slice_cut(&rest, '&'), value = whole, name;
		size_t bit;
		if (http_decode(slice_cut(&value, '='), true, rq->arena, &name) == 0 &&
		    find(&known, name, &bit) && !is_one_of(name, except)) {
			buf_add(out, whole);
			buf_addc(out, '&');
		}
	}
}
