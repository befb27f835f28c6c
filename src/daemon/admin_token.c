/* daemon/admin_token.c - one call of the same write function that the API uses. */
#include "daemon/admin_token.h"

#include <libpq-fe.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/outcome.h"
#include "base/uuid.h"
#include "crypt/encode.h"
#include "crypt/random.h"

static bool hash_text(const char *token, char out[static 2 * SHA256_SIZE + 3])
{
	uint8_t hash[SHA256_SIZE];
	struct crypt *crypt = crypt_new();
	if (!crypt)
		return false;
	token_hash(crypt, slice_of(token), hash);
	crypt_free(crypt);
	out[0] = '\\';
	out[1] = 'x';
	hex_format(slice_from(hash, sizeof hash), out + 2);
	return true;
}

static int store(PGconn *db, const char *token, char why[static ADMIN_TOKEN_WHY])
{
	char id[UUID_TEXT], hash[2 * SHA256_SIZE + 3];
	const char *const values[] = {id, hash};
	if (!hash_text(token, hash)) {
		snprintf(why, ADMIN_TOKEN_WHY, "OpenSSL lacks an algorithm");
		return E_LIBRARY;
	}
	uuid_format(uuid_v7(instant_now()), id);
	PGresult *r = PQexecParams(db,
	                           "SELECT outcome FROM talent.token_create(NULL, 'admin-token', NULL, "
	                           "NULL, $1::uuid, 'administrator', NULL, '{}', 'admin-token', "
	                           "$2::bytea, now() + interval '365 days')",
	                           2, NULL, values, NULL, NULL, 0);
	bool created = PQresultStatus(r) == PGRES_TUPLES_OK &&
	               strcmp(PQgetvalue(r, 0, 0), "created") == 0;
	if (!created)
		snprintf(why, ADMIN_TOKEN_WHY, "%.200s",
		         PQresultStatus(r) == PGRES_TUPLES_OK ? PQgetvalue(r, 0, 0)
		                                              : PQresultErrorMessage(r));
	PQclear(r);
	return created ? 0 : E_REFUSED;
}

int admin_token_make(const char *conninfo, char token[static TOKEN_TEXT],
                     char why[static ADMIN_TOKEN_WHY])
{
	PGconn *db = PQconnectdb(conninfo);
	int r = E_REFUSED;
	token_make(SLICE("administrator"), token);
	if (PQstatus(db) == CONNECTION_OK)
		r = store(db, token, why);
	else
		snprintf(why, ADMIN_TOKEN_WHY, "%.200s", PQerrorMessage(db));
	PQfinish(db);
	return r;
}
