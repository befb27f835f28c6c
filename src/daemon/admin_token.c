/* daemon/admin_token.c - one call of a function that only the owner may call. */
#include "daemon/admin_token.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/outcome.h"
#include "base/uuid.h"
#include "crypt/random.h"
#include "sql/administrators_begin.h"

static const char not_needed[] =
	"two named administrators hold tokens or client certificates that work: they let others in "
	"(talentctl staff invite)";

static int store(PGconn *db, struct crypt *crypt, const char *const names[static ADMIN_TOKEN_PEOPLE],
                 char tokens[static ADMIN_TOKEN_PEOPLE][TOKEN_TEXT], char why[static ADMIN_TOKEN_WHY])
{
	struct uuid staff[ADMIN_TOKEN_PEOPLE], ids[ADMIN_TOKEN_PEOPLE];
	uint8_t hash[ADMIN_TOKEN_PEOPLE][SHA256_SIZE];
	struct administrators_begin_row row = {0};
	PGresult *res;
	for (int i = 0; i < ADMIN_TOKEN_PEOPLE; i++) {
		token_make(SLICE("administrator"), tokens[i]);
		token_hash(crypt, slice_of(tokens[i]), hash[i]);
		staff[i] = uuid_v7(instant_now());
		ids[i] = uuid_v7(instant_now());
	}
	int r = session_ask(db,
	                    ADMINISTRATORS_BEGIN_CALL(slice_of(names[0]), slice_of(names[1]), staff[0], staff[1], ids[0], ids[1],
	                                              slice_from(hash[0], SHA256_SIZE), slice_from(hash[1], SHA256_SIZE)),
	                    &res, why, ADMIN_TOKEN_WHY);
	if (r == 0)
		administrators_begin_read(res, 0, &row);
	bool made = r == 0 && slice_is(row.outcome, "made");
	if (r == 0 && !made)
		snprintf(why, ADMIN_TOKEN_WHY, "%s", not_needed);
	PQclear(res);
	return made ? 0 : E_REFUSED;
}

int admin_token_make(const char *conninfo, const char *const names[static ADMIN_TOKEN_PEOPLE],
                     char tokens[static ADMIN_TOKEN_PEOPLE][TOKEN_TEXT], char why[static ADMIN_TOKEN_WHY])
{
	PGconn *db = PQconnectdb(conninfo);
	struct crypt *crypt = crypt_new();
	int r = E_REFUSED;
	if (strcmp(names[0], names[1]) == 0)
		snprintf(why, ADMIN_TOKEN_WHY, "these are two people: name them differently");
	else if (!crypt)
		snprintf(why, ADMIN_TOKEN_WHY, "OpenSSL lacks an algorithm");
	else if (PQstatus(db) == CONNECTION_OK)
		r = store(db, crypt, names, tokens, why);
	else
		snprintf(why, ADMIN_TOKEN_WHY, "%.200s", PQerrorMessage(db));
	crypt_free(crypt);
	PQfinish(db);
	return r;
}
