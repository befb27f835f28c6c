/* tests/lib/fake_db.h - a struct db whose answers the test writes, for handlers without a server.
 *
 * Every send is kept with its calls. What answers it is, in this order: the next scripted answer
 * for its first statement, else the default of that statement, else DB_ERROR. Answers are given
 * when the test says fake_db_run, as the loop would: never from inside db_send. */
#pragma once

#include "db/db.h"

struct fake_db; /* opaque */

struct fake_db *fake_db_new(void);
void fake_db_free(struct fake_db *f); /* the struct db with it; NULL is allowed */
struct db *fake_db_of(struct fake_db *f);

/* From now on results are handed over as the test wrote them. Otherwise each gets the columns of its
 * statement's header in their order, those that the test left out with any value (null where that
 * may be), and one that the header does not promise ends in DB_ERROR, as the pool's does. */
void fake_db_plain(struct fake_db *f);

/* A result in the server's form. columns: names separated by spaces. cells: rows * columns texts in
 * reading order, NULL for NULL. */
PGresult *fake_rows(const char *columns, int rows, const char *const *cells);

/* fake_rows for one row given in place: FAKE_ROW("outcome id", "stored", NULL). */
#define FAKE_ROW(columns, ...) fake_rows((columns), 1, (const char *const[]){__VA_ARGS__})
#define FAKE_NONE(columns) fake_rows((columns), 0, (const char *const[]){NULL})

/* given (taken over) as the statement would return it: see fake_db_plain. */
PGresult *fake_conform(int stmt, PGresult *given);

/* The next send whose first call is stmt succeeds with these results, one for each of its calls
 * (taken over); what there is none for is answered as fake_db_always says of it. Answers queue up. */
void fake_db_answer(struct fake_db *f, int stmt, int n, PGresult *const *results);
void fake_db_answer_one(struct fake_db *f, int stmt, PGresult *result);

/* The next such send ends with this outcome instead; constraint may be NULL. */
void fake_db_fail(struct fake_db *f, int stmt, enum db_outcome outcome, const char *constraint);

/* Every such send without a queued answer gets this result, in place of an earlier
 * one. */
void fake_db_always(struct fake_db *f, int stmt, PGresult *result);

/* db_send itself returns this from now on (E_FULL, ...); 0 ends it. */
void fake_db_refuse(struct fake_db *f, int failure);

/* Answers what is waiting, including what the answers' callbacks send; returns how many. */
int fake_db_run(struct fake_db *f);

/* Answers only the oldest; false when nothing waits. */
bool fake_db_step(struct fake_db *f);

/* What was sent so far, cancelled or not: how often a statement (-1: any), and argument k of its
 * latest call, p == NULL for NULL. */
int fake_db_sent(const struct fake_db *f, int stmt);
struct slice fake_db_arg(const struct fake_db *f, int stmt, int k);
enum db_lane fake_db_lane(const struct fake_db *f, int stmt);
int fake_db_n_args(const struct fake_db *f, int stmt);

/* The same of the which-th sending of a statement, from 0; and the statement of the nth call of
 * all, -1 behind the last. */
struct slice fake_db_arg_of(const struct fake_db *f, int stmt, int which, int k);
int fake_db_statement(const struct fake_db *f, int nth);
