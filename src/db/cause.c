/* db/cause.c - libpq asked for its verbose messages puts the SQLSTATE into them ("FATAL:  28P01:
 * ..."), which does not depend on the server's language. Where there was no server to answer, the
 * message is libpq's own or the system's. */
#include "db/cause.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"

struct cause {
	const char *sign;   /* SQLSTATE (or its first letters), or a part of the message */
	const char *remedy; /* what it means and what to do; %s is the endpoint */
};

static const struct cause by_state[] = {
	{"28P01", "%s refused the password: correct it in the passfile or in database"},
	{"28", "%s refused the role: it does not exist or pg_hba.conf does not admit it; run "
	       "sql/bootstrap.sql as a superuser, or add a pg_hba.conf line"},
	{"3D", "%s has no such database: create it, run sql/bootstrap.sql and `talentd migrate`"},
	{"57P03", "%s is starting up or shutting down: nothing to do if it comes back by itself"},
	{"57P01", "%s is being shut down by its administrator: start PostgreSQL again"},
	{"57P02", "%s crashed and is recovering: nothing to do if it comes back by itself"},
	{"53300", "%s has no connection slot left: raise max_connections or lower the number of "
	          "connections in talentd.conf"},
	{"53100", "%s has a full disk: make room where its data, its WAL or the tablespace is"},
	{"53200", "%s is out of memory: lower work_mem or max_connections, or give it more"},
	{"53400", "%s is at a limit of its configuration: see PostgreSQL's log for which"},
	{"53", "%s has no resources left (memory, disk or slots): see PostgreSQL's log"},
	{"42501", "%s does not let the role connect: GRANT CONNECT ON DATABASE, or run "
	          "sql/bootstrap.sql"},
};

static const struct cause by_text[] = {
	{"standby", "%s is a standby: nothing to do if a primary is among the hosts, otherwise "
	            "promote one"},
	{"read-only", "%s accepts no writes (default_transaction_read_only): set it to off"},
	{"in_hot_standby", "%s is older than PostgreSQL 14: upgrade it"},
	{"older timeline", "%s is a former primary, another server was promoted since: stop it and make "
	                   "it a standby (pg_rewind), or run `talentd recover` if it was restored"},
	{"other system identifier", "%s belongs to another cluster than the one in use: correct the hosts "
	                            "in database, or restart talentd if it was replaced"},
	{"not remembered", "%s was promoted, which state_directory cannot keep: make room there or "
	                   "correct its owner, this host does not use the server before"},
	{"timeout", "%s does not answer (frozen, overloaded or cut off): look at that host"},
	{"Connection refused", "no server listens at %s: start PostgreSQL or correct host and port "
	                       "in database"},
	{"No such file", "no server at %s: start PostgreSQL or correct host in database"},
	{"Permission denied", "%s may not be opened by this user: correct the folder's permissions"},
	{"resolve", "the name of %s cannot be resolved: correct host in database, or DNS"},
	{"translate host name", "the name of %s cannot be resolved: correct host in database, or DNS"},
	{"no password", "%s wants a password and none is set: put it into the passfile"},
	{"certificate", "%s presents a TLS certificate that is not trusted: correct sslrootcert"},
	{"server closed the connection", "%s closed the connection: see PostgreSQL's log"},
	{"No route", "%s cannot be reached over the network: look at routes and firewalls"},
	{"unreachable", "%s cannot be reached over the network: look at routes and firewalls"},
};

/* The five characters after "FATAL:  " or another severity, when they look like an SQLSTATE. */
static bool find_state(const char *text, char state[static 6])
{
	for (const char *p = strstr(text, ":  "); p; p = strstr(p + 1, ":  ")) {
		size_t n = 0;
		while (n < 5 && (isdigit((unsigned char)p[3 + n]) ||
		                 (p[3 + n] >= 'A' && p[3 + n] <= 'Z')))
			n++;
		if (n == 5 && p[8] == ':') {
			memcpy(state, p + 3, 5);
			state[5] = '\0';
			return true;
		}
	}
	return false;
}

/* The formats are the two tables above: each has exactly one %s. */
static void say(const char *remedy, const char *where, char *out, size_t out_n)
{
	const char *at = strstr(remedy, "%s");
	snprintf(out, out_n, "%.*s%s%s", (int)(at - remedy), remedy, where, at + 2);
}

static const struct cause *find_cause(const char *state)
{
	for (size_t i = 0; i < ARRAY_LEN(by_state); i++)
		if (strncmp(state, by_state[i].sign, strlen(by_state[i].sign)) == 0)
			return &by_state[i];
	return NULL;
}

void cause_of_state(const char *state, const char *where, char *out, size_t out_n)
{
	const struct cause *c = find_cause(state);
	if (c)
		say(c->remedy, where, out, out_n);
	else
		snprintf(out, out_n, "%s refused it: see PostgreSQL's log", where);
}

void cause_of_connect(const char *text, const char *where, char *out, size_t out_n)
{
	char state[6];
	if (find_state(text, state)) { /* a server answered: what follows speaks of none */
		cause_of_state(state, where, out, out_n);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(by_text); i++) {
		if (strstr(text, by_text[i].sign)) {
			say(by_text[i].remedy, where, out, out_n);
			return;
		}
	}
	/* libpq's message may have several lines; the first says most. */
	snprintf(out, out_n, "%s cannot be used: %.*s", where, (int)strcspn(text, "\n"), text);
}
