/* daemon/admin_token.c - one call of a function that only the owner may call. */
#include "daemon/admin_token.h"

#include <libpq-fe.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/outcome.h"
#include "base/uuid.h"
#include "crypt/encode.h"
#include "crypt/random.h"

enum { HASH_TEXT = 2 * SHA256_SIZE + 3 };

static void hash_text(struct crypt *crypt, const char *token, char out[static HASH_TEXT])
{
	uint8_t hash[SHA256_SIZE];
	token_hash(crypt, slice_of(token), hash);
	out[0] = '\\';
	out[1] = 'x';
	hex_format(slice_from(hash, sizeof hash), out + 2);
}

static const char *explain(const PGresult *r)
{
	if (PQresultStatus(r) != PGRES_TUPLES_OK)
		return PQresultErrorMessage(r);
	if (strcmp(PQgetvalue(r, 0, 0), "not_needed") == 0)
		return "two named administrators hold tokens or client certificates that work: they let others in "
		       "(talentctl staff invite)";
	return PQgetvalue(r, 0, 0);
}

static int store(PGconn *db, struct crypt *crypt, const char *const names[static ADMIN_TOKEN_PEOPLE],
                 char tokens[static ADMIN_TOKEN_PEOPLE][TOKEN_TEXT], char why[static ADMIN_TOKEN_WHY])
{
	char staff[ADMIN_TOKEN_PEOPLE][UUID_TEXT], ids[ADMIN_TOKEN_PEOPLE][UUID_TEXT];
	char hash[ADMIN_TOKEN_PEOPLE][HASH_TEXT];
	for (int i = 0; i < ADMIN_TOKEN_PEOPLE; i++) {
		token_make(SLICE("administrator"), tokens[i]);
		hash_text(crypt, tokens[i], hash[i]);
		uuid_format(uuid_v7(instant_now()), staff[i]);
		uuid_format(uuid_v7(instant_now()), ids[i]);
	}
	const char *const values[] = {names[0], names[1], staff[0], staff[1], ids[0], ids[1], hash[0], hash[1]};
	PGresult *r = PQexecParams(db,
	                           "SELECT talent._administrators_begin(ARRAY[$1, $2]::text[], ARRAY[$3, $4]::uuid[],"
	                           " ARRAY[$5, $6]::uuid[], ARRAY[$7, $8]::bytea[])",
	                           (int)ARRAY_LEN(values), NULL, values, NULL, NULL, 0);
	bool made = PQresultStatus(r) == PGRES_TUPLES_OK && strcmp(PQgetvalue(r, 0, 0), "made") == 0;
	if (!made)
		snprintf(why, ADMIN_TOKEN_WHY, "%.250s", explain(r));
	PQclear(r);
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
