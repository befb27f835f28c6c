/* db/sqlstate.c - one table, longest match first. */
#include "db/sqlstate.h"

#include <string.h>

#include "base/attr.h"

static const struct {
	const char *prefix;
	struct sqlstate_meaning meaning;
} table[] = {
	{"0A000", {DB_ERROR, REPEAT_PLAN, true, false}},     /* cached plan must not change */
	{"26000", {DB_ERROR, REPEAT_PLAN, true, false}},     /* prepared statement is missing */
	{"42P05", {DB_ERROR, REPEAT_PLAN, true, false}},     /* prepared statement is there already */
	{"42804", {DB_ERROR, REPEAT_PLAN, true, false}},     /* type is not that of a function's plan */
	{"40001", {DB_TIMEOUT, REPEAT_SERIAL, false, false}}, /* serialization failure */
	{"40P01", {DB_TIMEOUT, REPEAT_SERIAL, false, false}}, /* deadlock */
	{"55P03", {DB_TIMEOUT, REPEAT_NEVER, false, false}}, /* lock_timeout */
	{"57014", {DB_TIMEOUT, REPEAT_NEVER, false, false}}, /* statement_timeout */
	{"23", {DB_CONSTRAINT, REPEAT_NEVER, false, false}},
	{"TA", {DB_CONSTRAINT, REPEAT_NEVER, false, false}}, /* raised by our own functions */
	{"53", {DB_FULL, REPEAT_NEVER, false, false}},
	{"25006", {DB_AWAY, REPEAT_NEVER, true, false}}, /* became read-only: another host now */
	{"08", {DB_UNKNOWN, REPEAT_NEVER, true, true}},
	{"57P0", {DB_UNKNOWN, REPEAT_NEVER, true, true}}, /* shutdown, crash, database dropped */
	{"25P03", {DB_UNKNOWN, REPEAT_NEVER, true, true}}, /* idle in transaction too long */
};

struct sqlstate_meaning sqlstate_meaning(const char *code)
{
	if (!code || strlen(code) != 5)
		return (struct sqlstate_meaning){DB_UNKNOWN, REPEAT_NEVER, true, true};
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (strncmp(code, table[i].prefix, strlen(table[i].prefix)) == 0)
			return table[i].meaning;
	}
	return (struct sqlstate_meaning){DB_ERROR, REPEAT_NEVER, false, false};
}

bool sqlstate_message_is_safe(const char *code)
{
	return strncmp(code, "22", 2) != 0 && strncmp(code, "23", 2) != 0;
}
