/* api/rule.c - the counting rules that goals name: each version with its text, and which goals count by it. */
#include "api/listing.h"
#include "sql/rule_list.h"
#include "web/request.h"

static const struct view_field rule_fields[] = {
	VIEW_COLUMN(rule_list_row, name, "rule"),
	VIEW_COLUMN(rule_list_row, version, "version"),
	VIEW_COLUMN(rule_list_row, text_zh, "text"),
	VIEW_COLUMN(rule_list_row, text_en, "text_en"),
	VIEW_COLUMN(rule_list_row, goals, "goals", .as = VIEW_WORDS),
};
static const struct view rule_view = VIEW(counting_rule, struct rule_list_row, rule_fields);

static int read_rule(struct request *rq, const PGresult *res, int row, void *item)
{
	rule_list_read(res, row, item);
	return 1;
}

static const struct listed rule_list = {
	.key = {"rule", 2, {CURSOR_KEY(struct rule_list_row, name), CURSOR_KEY(struct rule_list_row, version)}},
	.view = &rule_view,
	.read = read_rule,
};
LISTING_TABLE(rule_query, rule_list);

static step_fn list_begin, list_done;

const struct route route_rule_list = {
	.name = "rule_list",
	.method = HTTP_GET,
	.path = "/v1/rules",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &rule_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(rule_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct listing *l = rq->query;
	return AWAIT_READ(rq, list_done,
	                  RULE_LIST_CALL(l->after.key[0].text, cursor_number(&l->after, 1), listing_rows(l)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &rule_list, rq->query, rows->res[0]);
}
