/* api/policy.c - what the authority decides and may decide anew from a day on. A value is text: a whole number of
 * the policy's unit, or one of its words. What was done under a value stays as it was. */
#include "api/listing.h"
#include "api/outcome.h"
#include "base/outcome.h"
#include "crypt/random.h"
#include "sql/policy_list.h"
#include "sql/policy_preview.h"
#include "sql/policy_set.h"
#include "sql/policy_versions.h"
#include "web/request.h"

/* ---- as they are shown ---- */

static const struct view_field summary_fields[] = {
	VIEW_COLUMN(policy_list_row, name, "policy"),
	VIEW_COLUMN(policy_list_row, title, "title"),
	VIEW_COLUMN(policy_list_row, title_en, "title_en"),
	VIEW_COLUMN(policy_list_row, value, "value"),
	VIEW_COLUMN(policy_list_row, unit, "unit"),
	VIEW_COLUMN(policy_list_row, since, "from"),
	VIEW_COLUMN(policy_list_row, next_value, "next_value"),
	VIEW_COLUMN(policy_list_row, next_from, "next_from"),
	VIEW_COLUMN(policy_list_row, least, "least", .omitted = true),
	VIEW_COLUMN(policy_list_row, most, "most", .omitted = true),
	VIEW_COLUMN(policy_list_row, words, "words", .as = VIEW_WORDS, .omitted = true),
	VIEW_COLUMN(policy_list_row, applies_to, "applies_to"),
	VIEW_COLUMN(policy_list_row, applies_to_en, "applies_to_en"),
};
static const struct view summary_view = VIEW(policy_summary, struct policy_list_row, summary_fields);

static const struct view_field version_fields[] = {
	VIEW_COLUMN(policy_versions_row, policy, "policy"),
	VIEW_COLUMN(policy_versions_row, version, "version"),
	VIEW_COLUMN(policy_versions_row, value, "value"),
	VIEW_COLUMN(policy_versions_row, since, "from"),
	VIEW_COLUMN(policy_versions_row, reason, "reason"),
	VIEW_COLUMN(policy_versions_row, set_by, "set_by"),
	VIEW_COLUMN(policy_versions_row, set_by_name, "set_by_name"),
	VIEW_COLUMN(policy_versions_row, set_at, "set_at"),
};
static const struct view version_view = VIEW(policy_version, struct policy_versions_row, version_fields);

struct policy {
	struct policy_list_row row;
	struct view_list versions;
};

static const struct view_field policy_fields[] = {
	VIEW_INCLUDE_STRUCT(struct policy, row, summary_view),
	VIEW_FIELD(struct policy, versions, "versions", .view = &version_view),
};
static const struct view policy_view = VIEW(policy, struct policy, policy_fields);

/* ---- GET /v1/policies ---- */

static int read_summary(struct request *rq, const PGresult *res, int row, void *item)
{
	policy_list_read(res, row, item);
	return 1;
}

static const struct listed policy_list = {
	.key = {"policy", 1, {CURSOR_KEY(struct policy_list_row, name)}},
	.view = &summary_view,
	.read = read_summary,
};
LISTING_TABLE(list_query, policy_list);

static step_fn list_begin, list_done;

const struct route route_policy_list = {
	.name = "policy_list",
	.method = HTTP_GET,
	.path = "/v1/policies",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &list_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(summary_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct listing *l = rq->query;
	return AWAIT_READ(rq, list_done, POLICY_LIST_CALL(SLICE_NONE, l->after.key[0].text, listing_rows(l)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &policy_list, rq->query, rows->res[0]);
}

/* ---- GET /v1/policies/{policy}: with every value it was given ---- */

static step_fn view_begin, view_done;

const struct route route_policy_view = {
	.name = "policy_view",
	.method = HTTP_GET,
	.path = "/v1/policies/{policy}",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, policy_view)),
	.problems = PROBLEMS(P_NOT_FOUND),
	.first = view_begin,
};

static struct step view_begin(struct request *rq, const struct db_result *none)
{
	const struct slice name = rq->param[0].text;
	return AWAIT_READ(rq, view_done, POLICY_LIST_CALL(name, SLICE_NONE, 1),
	                  POLICY_VERSIONS_CALL(name, (struct uuid){{0}}));
}

static struct step view_done(struct request *rq, const struct db_result *rows)
{
	const size_t n = (size_t)rows_n(rows->res[1]);
	struct policy_versions_row *versions = arena_alloc(rq->arena, (n + 1) * sizeof *versions);
	struct policy policy = {.versions = {versions, n}};
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	if (!versions)
		return reply_out_of_memory(rq);
	policy_list_read(rows->res[0], 0, &policy.row);
	for (size_t i = 0; i < n; i++)
		policy_versions_read(rows->res[1], (int)i, &versions[i]);
	return reply_view(rq, 200, &policy_view, &policy);
}

/* ---- what is wanted, for setting it and for a look at what that would do ---- */

struct wanted {
	struct slice value, reason;
	struct opt_day from; /* not given: today */
};

static const struct decode_field wanted_fields[] = {
	{.name = "value", .kind = DECODE_STRING, .required = true, .offset = offsetof(struct wanted, value), .min = 1,
	 .max = 40},
	{.name = "from", .kind = DECODE_DAY, .nullable = true, .offset = offsetof(struct wanted, from)},
	{.name = "reason", .kind = DECODE_PROSE, .required = true, .offset = offsetof(struct wanted, reason), .min = 1,
	 .max = 1000},
};
static const struct decode_table wanted_table = {wanted_fields, ARRAY_LEN(wanted_fields), sizeof(struct wanted)};

/* A whole number within the policy's bounds, written the one way there is. */
static void judge_number(const struct policy_list_row *p, struct slice value, struct fields *errors)
{
	const struct field field = {.pointer = "/value", .limit = {p->least.v, p->most.v}};
	struct field wrong = field;
	uint64_t n;
	if (!slice_to_u64(value, &n) || (value.n > 1 && value.p[0] == '0'))
		wrong.code = "whole_number";
	else if (n < (uint64_t)p->least.v || n > (uint64_t)p->most.v)
		wrong.code = "out_of_range";
	if (wrong.code)
		fields_put(errors, wrong);
}

static void judge_word(struct arena *arena, const struct policy_list_row *p, struct slice value,
                       struct fields *errors)
{
	struct slice rest = p->words;
	while (rest.n)
		if (slice_eq(slice_cut(&rest, ','), value))
			return;
	fields_put(errors, (struct field){.pointer = "/value", .code = "one_of", .what = arena_copy(arena, p->words)});
}

/* Whether the policy of the address can have the value; what is wrong is in rq->errors. */
static bool is_possible(struct request *rq, const PGresult *res)
{
	const struct wanted *w = rq->state;
	struct policy_list_row p;
	policy_list_read(res, 0, &p);
	if (!w->value.p)
		return false;
	if (p.unit.p)
		judge_number(&p, w->value, rq->errors);
	else
		judge_word(rq->arena, &p, w->value, rq->errors);
	return !fields_any(rq->errors);
}

static struct step load(struct request *rq, step_fn *next)
{
	return AWAIT_READ(rq, next, POLICY_LIST_CALL(rq->param[0].text, SLICE_NONE, 1));
}

/* ---- POST /v1/policies/{policy}/versions ---- */

static step_fn set_begin, set_store, set_done, set_shown;

const struct route route_policy_set = {
	.name = "policy_set",
	.method = HTTP_POST,
	.path = "/v1/policies/{policy}/versions",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 8 * KIB,
	.body = &wanted_table,
	.answers_fields = true,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(201, version_view)),
	.write = &policy_set_statement,
	.first = set_begin,
};

static struct step set_begin(struct request *rq, const struct db_result *none)
{
	return load(rq, set_store);
}

static struct step set_store(struct request *rq, const struct db_result *rows)
{
	const struct wanted *w = rq->state;
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	if (!is_possible(rq, rows->res[0]))
		return reply_fields(rq, rq->errors);
	return AWAIT_WRITE(rq, set_done,
	                   POLICY_SET_CALL(request_context(rq), uuid_v7(instant_now()), rq->param[0].text, w->value,
	                                   w->from, w->reason));
}

static struct step set_done(struct request *rq, const struct db_result *rows)
{
	struct policy_set_row row;
	policy_set_read(rows->res[0], 0, &row);
	if (row.outcome == POLICY_SET_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != POLICY_SET_SET)
		return reply_outcome(rq, row.outcome);
	return AWAIT_READ(rq, set_shown, POLICY_VERSIONS_CALL(rq->param[0].text, row.version));
}

static struct step set_shown(struct request *rq, const struct db_result *rows)
{
	struct policy_versions_row version;
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_INTERNAL);
	policy_versions_read(rows->res[0], 0, &version);
	return reply_view(rq, 201, &version_view, &version);
}

/* ---- POST /v1/policies/{policy}/versions/preview ---- */

static step_fn preview_begin, preview_ask, preview_done;

struct preview {
	struct slice policy, value;
	struct policy_preview_row row;
	struct policy_list_row of;
};

static const struct view_field preview_fields[] = {
	VIEW_FIELD(struct preview, policy, "policy"),
	VIEW_FIELD(struct preview, value, "value"),
	VIEW_FIELD(struct preview, row.since, "from"),
	VIEW_FIELD(struct preview, row.until, "until"),
	VIEW_FIELD(struct preview, row.before, "instead_of"),
	VIEW_FIELD(struct preview, of.applies_to, "applies_to"),
	VIEW_FIELD(struct preview, of.applies_to_en, "applies_to_en"),
};
static const struct view preview_view = VIEW(policy_preview, struct preview, preview_fields);

const struct route route_policy_preview = {
	.name = "policy_preview",
	.method = HTTP_POST,
	.path = "/v1/policies/{policy}/versions/preview",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 8 * KIB,
	.body = &wanted_table,
	.answers_fields = true,
	.question = true,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, preview_view)),
	.problems = PROBLEMS(P_NOT_FOUND),
	.write = &policy_set_statement,
	.first = preview_begin,
};

static struct step preview_begin(struct request *rq, const struct db_result *none)
{
	return load(rq, preview_ask);
}

static struct step preview_ask(struct request *rq, const struct db_result *rows)
{
	const struct wanted *w = rq->state;
	const struct slice name = rq->param[0].text;
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	if (!is_possible(rq, rows->res[0]))
		return reply_fields(rq, rq->errors);
	return AWAIT_READ(rq, preview_done, POLICY_PREVIEW_CALL(name, w->value, w->from),
	                  POLICY_LIST_CALL(name, SLICE_NONE, 1));
}

static struct step preview_done(struct request *rq, const struct db_result *rows)
{
	const struct wanted *w = rq->state;
	struct preview preview = {.policy = rq->param[0].text, .value = w->value};
	policy_preview_read(rows->res[0], 0, &preview.row);
	policy_list_read(rows->res[1], 0, &preview.of);
	if (preview.row.refusal.p)
		return reply_outcome(rq, (int)outcome_word(preview.row.refusal));
	return reply_view(rq, 200, &preview_view, &preview);
}
