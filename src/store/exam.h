/* store/exam.h - what one result's decision needs to know about its exam (sql/queries/exam_load). */
#pragma once

#include <libpq-fe.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/uuid.h"

/* One of the two issuers of an exam. */
struct exam_issuer {
	struct uuid id; /* nil: there is none */
	struct slice slug, name;
	struct slice key_id, wrapped; /* active issuing key; key_id.p NULL: none yet */
};

struct exam {
	struct instant now; /* the database's clock */
	struct day today;
	struct uuid id;
	struct uuid site; /* nil: the body had none when the exam was announced */
	struct slice district;
	struct slice occupation, edition, occupation_name, work_type;
	struct slice level, level_digit; /* level.p NULL: a special-skill item */
	bool has_review;
	struct day held_on;
	int64_t publicity_days, window_days;
	struct exam_issuer body, company;
	struct slice numbers;       /* minted, supplied, either or later */
	struct slice number_prefix; /* the site's 13 characters: class, ministry code, province, sequence */
	struct slice title;         /* of the skill-grade certificate */
	struct slice company_title, company_code;
	int64_t company_validity_months; /* 0 = no end */
	struct slice standing;           /* "ok", or why no results are taken */
	struct uuid person;              /* known already; nil = not */
	struct uuid assessment;          /* this person's result in this exam; nil = none */
	/* What storing a result would refuse now; text.p NULL: nothing. */
	struct slice person_name; /* under which the registry knows the person */
	struct slice certified;   /* number of the certificate that stands in the way of another */
	bool number_taken;        /* the supplied number */
	bool off_roster;          /* it is not on the roster that the exam asks for */
	struct slice seen;        /* the Idempotency-Key was used: "replayed", or for another request */
};

/* Copies into the arena. False when the row set is empty or the arena is full. */
bool exam_from_rows(const PGresult *res, struct arena *arena, struct exam *ret);
