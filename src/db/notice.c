/* db/notice.c - what the operator is told of the server: that it went or came, that it has no room. */
#include <stdio.h>
#include <string.h>

#include "db/cause.h"
#include "db/pool_impl.h"

static bool is_news(const struct pool *p, bool up, const char *cause)
{
	if (p->told != (up ? TOLD_UP : TOLD_AWAY))
		return true;
	return !up && strncmp(p->told_cause, cause, sizeof(p->told_cause) - 1) != 0 &&
	       mono_since(mono_now(), p->told_at).us >= p->settings.tell_again.us;
}

void notice_change(struct pool *p, bool up, const char *cause)
{
	if (!is_news(p, up, cause))
		return;
	p->told = up ? TOLD_UP : TOLD_AWAY;
	p->told_at = mono_now();
	snprintf(p->told_cause, sizeof(p->told_cause), "%s", cause);
	if (p->settings.notice)
		p->settings.notice(p->settings.notice_arg, up, cause);
}

static const char *failed_statement(const struct pool *p, const struct segment *s)
{
	int stmt = s->failed_call < s->n_calls ? s->calls[s->failed_call].stmt : -1;
	return stmt >= 0 ? p->settings.statements[stmt].name : "commit";
}

void notice_full(const struct link *k, const struct segment *s)
{
	const struct pool *p = k->pool;
	char label[HOST_TEXT + 96], cause[CAUSE_TEXT];
	if (!p->settings.full)
		return;
	host_label(hosts_at(p->hosts, k->host), label, sizeof(label));
	cause_of_state(s->sqlstate, label, cause, sizeof(cause));
	p->settings.full(p->settings.notice_arg,
	                 &(struct pool_full){failed_statement(p, s), s->sqlstate, s->message, cause});
}
