/* api/organisation_export.c - all records of an organisation, for whoever takes them along when it leaves: its staff who
 * manage it, also when it is suspended or has ended, and administrators. A page of one part is an answer, and a row of
 * the audit; where the next one begins is said with it. Only here ID numbers that the organisation once sent are
 * opened again, on their way out. */
#include "api/api.h"
#include "api/organisation.h"
#include "api/outcome.h"
#include "api/person.h"
#include "base/outcome.h"
#include "sql/organisation_export.h"

/* A page: the answer's buffer takes twice the bytes, and an item more. */
enum { EXPORT_ITEMS = 200, EXPORT_BYTES = 400 * 1000, EXPORT_KEY_MAX = 80 };

struct export_body {
	struct slice purpose, note, part, after;
};

static const char *const purposes[] = {
#define X(code, zh) #code,
#include "domain/export_purpose_list.h"
#undef X
	NULL,
};
static const char *const parts[] = {
#define X(code, zh) #code,
#include "domain/export_part_list.h"
#undef X
	NULL,
};

static const struct decode_field export_fields[] = {
	{.name = "purpose", .kind = DECODE_CHOICE, .required = true, .offset = offsetof(struct export_body, purpose),
	 .choices = purposes},
	{.name = "note", .kind = DECODE_PROSE, .nullable = true, .offset = offsetof(struct export_body, note), .max = 1000},
	{.name = "part", .kind = DECODE_CHOICE, .nullable = true, .offset = offsetof(struct export_body, part),
	 .choices = parts},
	{.name = "after", .kind = DECODE_STRING, .nullable = true, .offset = offsetof(struct export_body, after),
	 .min = 1, .max = EXPORT_KEY_MAX},
};
static const struct decode_table export_table = {export_fields, ARRAY_LEN(export_fields), sizeof(struct export_body)};

/* ---- what is answered ---- */

struct export_place {
	struct slice part, after;
};

struct export_page {
	struct slice part;
	struct slice items; /* JSON */
	struct export_place next; /* none: there is no more */
};

static const struct view_field next_fields[] = {
	VIEW_FIELD(struct export_page, next.part, "part"),
	VIEW_FIELD(struct export_page, next.after, "after", .nullable = true),
};
static const struct view next_view = VIEW(export_next, struct export_page, next_fields);

static const struct view_field page_fields[] = {
	VIEW_FIELD(struct export_page, part, "part"),
	VIEW_FIELD(struct export_page, items, "items", .as = VIEW_JSON),
	VIEW_SELF(next_view, "next", .nullable = true),
};
static const struct view page_view = VIEW(organisation_export, struct export_page, page_fields);

/* ---- POST /v1/organisations/{slug}/export ---- */

static step_fn export_begin, export_done;

const struct route route_organisation_export = {
	.name = "organisation_export",
	.method = HTTP_POST,
	.path = "/v1/organisations/{slug}/export",
	.roles = ROLE_INSTITUTION | ROLE_COMPANY | ROLE_ADMINISTRATOR,
	.right = RIGHT_MANAGES,
	.own = OWN_ORG,
	.object = &organisation_object,
	.media = "application/json",
	.body_max = 8 * KIB,
	.body = &export_table,
	.deadline = INIT_SECONDS(30),
	.shows_numbers = true,
	.while_suspended = true,
	.answers = ANSWERS(JSON_VIEW(200, page_view)),
	.write = &organisation_export_statement,
	.first = export_begin,
};

static struct step export_begin(struct request *rq, const struct db_result *rows)
{
	struct export_body *b = rq->state;
	if (!b->part.p)
		b->part = slice_of(parts[0]);
	return AWAIT_WRITE(rq, export_done,
	                   ORGANISATION_EXPORT_CALL(request_context(rq)->actor, slice_of(rq->id), rq->param[0].text,
	                                            b->part, b->after, b->purpose, b->note, EXPORT_ITEMS,
	                                            EXPORT_BYTES));
}

/* The item with the number in front of its other members. False: the box does not open. */
static bool add_item(struct request *rq, const struct organisation_export_row *row, struct buf *out)
{
	char number[ID_NUMBER_MAX + 1];
	if (!row->id_cipher.p) {
		buf_add(out, row->item);
		return true;
	}
	if (!person_number(rq, row->person, row->id_cipher, number))
		return false;
	buf_addf(out, "{\"id_number\":\"%s\",%.*s", number, SLICE_ARGS(slice_skip(row->item, 1)));
	explicit_bzero(number, sizeof number);
	return true;
}

/* Behind the last item; behind the last item of a part, and of an empty one, the next part begins. */
static struct export_place next_of(struct slice part, struct slice last)
{
	size_t i = 0;
	if (last.p)
		return (struct export_place){part, last};
	while (!slice_is(part, parts[i]))
		i++;
	return (struct export_place){.part = parts[i + 1] ? slice_of(parts[i + 1]) : SLICE_NONE};
}

static struct step export_done(struct request *rq, const struct db_result *rows)
{
	const struct export_body *b = rq->state;
	struct organisation_export_row row;
	struct buf items = BUF_INIT(2 * EXPORT_BYTES);
	struct slice last = SLICE_NONE;
	for (int i = 0; i < rows_n(rows->res[0]); i++) {
		organisation_export_read(rows->res[0], i, rq->arena, &row);
		if (row.outcome != ORGANISATION_EXPORT_TOLD)
			return reply_outcome(rq, row.outcome);
		if (!row.item.p)
			continue;
		buf_addc(&items, last.p ? ',' : '[');
		if (!add_item(rq, &row, &items)) {
			buf_free(&items);
			return reply_sealed(rq, row.person, row.id_key.v);
		}
		last = row.key;
	}
	buf_addc(&items, last.p ? ']' : '[');
	if (!last.p)
		buf_addc(&items, ']');
	if (buf_failed(&items)) {
		buf_free(&items);
		return reply_out_of_memory(rq);
	}
	struct step answer = reply_view(rq, 200, &page_view,
	                                &(struct export_page){b->part, buf_slice(&items), next_of(b->part, last)});
	buf_free(&items);
	return answer;
}
