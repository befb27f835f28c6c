/* jobs/standby.c - one question on a timer. What is found twice running is told: a standby connects
 * a moment after its primary has been started. */
#include "jobs/standby.h"

#include <stdlib.h>

#include "db/db.h"
#include "sql/standby_awaited.h"

enum { PAUSE_MS = 5000, SEND_LIMIT_S = 5 };

struct standby {
	struct loop *loop;
	struct db *db;
	const struct log_ctx *log;
	struct loop_timer timer;
	struct db_ticket *ticket;
	bool awaited, told;
};

static void report(struct standby *s, const struct standby_awaited_row *row)
{
	bool again = s->awaited && row->awaited;
	s->awaited = row->awaited;
	if (again && !s->told) {
		log_error(s->log, "standby_awaited", LOG_SLICE("synchronous_standby_names", row->standbys),
		          LOG_S("meanwhile", "nothing can be issued or revoked, on any host (503 outcome_unknown)"),
		          LOG_S("remedy", "start or mend the standby; is there none any more: take it out of "
		                          "synchronous_standby_names and reload PostgreSQL"));
		s->told = true;
	}
	if (!row->awaited && s->told) {
		log_notice(s->log, "standby_answers");
		s->told = false;
	}
}

static void answered(void *arg, const struct db_result *r)
{
	struct standby *s = arg;
	struct standby_awaited_row row;
	s->ticket = NULL;
	if (r->outcome == DB_OK && rows_n(r->res[0]) == 1) {
		standby_awaited_read(r->res[0], 0, &row);
		report(s, &row);
	}
	loop_timer_after(&s->timer, MILLIS(PAUSE_MS));
}

static void ask(void *arg)
{
	struct standby *s = arg;
	const struct db_call call = STANDBY_AWAITED_CALL();
	if (db_send(s->db, DB_READ, &call, 1, SECONDS(SEND_LIMIT_S), answered, s, &s->ticket) < 0)
		loop_timer_after(&s->timer, MILLIS(PAUSE_MS));
}

struct standby *standby_new(struct loop *loop, struct db *db, const struct log_ctx *log)
{
	struct standby *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	*s = (struct standby){.loop = loop, .db = db, .log = log};
	loop_timer_init(&s->timer, loop, ask, s);
	loop_timer_after(&s->timer, MILLIS(0));
	return s;
}

bool standby_is_awaited(const struct standby *s)
{
	return s->awaited;
}

void standby_free(struct standby *s)
{
	if (!s)
		return;
	loop_timer_stop(&s->timer);
	if (s->ticket)
		db_cancel(s->db, s->ticket);
	free(s);
}
