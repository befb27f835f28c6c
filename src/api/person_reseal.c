/* api/person_reseal.c - after a change of the key that encrypts ID numbers: an administrator says that every host has
 * the new one, then a background job opens what is older and seals it anew, a portion at a time, while serving goes
 * on. What was done stays done. */
#include "api/api.h"
#include "api/job_items.h"
#include "api/outcome.h"
#include "api/person.h"
#include "crypt/aead.h"
#include "crypt/encode.h"
#include "crypt/secret.h"
#include "db/array.h"
#include "sql/person_boxes.h"
#include "sql/person_key_raise.h"
#include "sql/person_reseal.h"
#include "web/request.h"

/* ---- POST /v1/people/reseal ---- */

static const struct view_field raised_fields[] = {
	VIEW_FIELD(struct person_key_raise_row, version.v, "key_version"),
};
static const struct view raised_view = VIEW(person_key, struct person_key_raise_row, raised_fields);

static step_fn raise_begin, raise_done;

const struct route route_person_key_raise = {
	.name = "person_key_raise",
	.method = HTTP_POST,
	.path = "/v1/people/reseal",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(202, raised_view)),
	.problems = PROBLEMS(P_NUMBER_NOT_OPENED),
	.write = &person_key_raise_statement,
	.first = raise_begin,
};

static struct step raise_begin(struct request *rq, const struct db_result *none)
{
	const struct registry *registry = request_app(rq);
	if (registry->keys.cipher_version > 1 && !registry->keys.has_previous)
		return reply_problem(rq, P_NUMBER_NOT_OPENED); /* what is older could not be opened */
	return AWAIT_WRITE(rq, raise_done,
	                   PERSON_KEY_RAISE_CALL(request_context(rq), registry->keys.cipher_version));
}

static struct step raise_done(struct request *rq, const struct db_result *rows)
{
	struct person_key_raise_row row;
	person_key_raise_read(rows->res[0], 0, &row);
	if (row.outcome == PERSON_KEY_RAISE_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != PERSON_KEY_RAISE_RAISED)
		return reply_outcome(rq, row.outcome);
	return reply_view(rq, 202, &raised_view, &row);
}

/* ---- the job ---- */

struct reseal {
	struct job_items asked; /* ids of people, and of corrections that wait */
	bool left;              /* some do not open */
	struct buf ids, old, anew; /* array literals of equal length */
};

static step_fn reseal_begin, reseal_opened, reseal_stored;

static int check_items(struct request *rq, void *state, struct fields *errors)
{
	const struct reseal *st = state;
	struct uuid id;
	for (size_t i = 0; !fields_any(errors) && i < st->asked.items.n; i++)
		if (!uuid_parse(job_item(&st->asked, i), &id))
			fields_add(errors, "/items", "uuid");
	return 0;
}

const struct route route_person_reseal = {
	.name = "person_reseal",
	.method = HTTP_POST,
	.path = "/jobs/reseal",
	.media = "application/json",
	.body_max = JOB_BODY_MAX,
	.body = &job_many_table,
	.check = check_items,
	.state_size = sizeof(struct reseal),
	.deadline = INIT_SECONDS(30),
	.open = true,
	.internal = true,
	.answers = ANSWERS(JSON_VIEW(200, job_done_view)),
	.problems = PROBLEMS(P_NUMBER_NOT_OPENED),
	.first = reseal_begin,
};

static struct step reseal_begin(struct request *rq, const struct db_result *none)
{
	const struct reseal *st = rq->state;
	struct buf ids = BUF_INIT(8 * KIB);
	db_array_begin(&ids);
	for (size_t i = 0; i < st->asked.items.n; i++)
		db_array_text(&ids, job_item(&st->asked, i));
	db_array_end(&ids);
	struct slice array = arena_slice(rq->arena, buf_slice(&ids));
	bool failed = buf_failed(&ids) || arena_failed(rq->arena);
	buf_free(&ids);
	if (failed)
		return reply_out_of_memory(rq);
	return AWAIT_READ(rq, reseal_opened, PERSON_BOXES_CALL(array));
}

static void add_box(struct buf *array, struct slice box)
{
	char hex[2 * (AEAD_OVERHEAD + ID_NUMBER_MAX) + 1];
	hex_format(box, hex);
	db_array_text(array, slice_of(hex));
}

static bool is_box(struct slice box)
{
	return box.n > AEAD_OVERHEAD && box.n <= AEAD_OVERHEAD + ID_NUMBER_MAX;
}

static void reseal_one(struct request *rq, struct reseal *st, const struct person_boxes_row *row)
{
	char number[ID_NUMBER_MAX + 1];
	if (!is_box(row->id_cipher) || !person_number(rq, row->sealed_for, row->id_cipher, number)) {
		st->left = true;
		return;
	}
	struct slice box = person_seal(rq, row->sealed_for, slice_of(number));
	secret_wipe(number, sizeof number);
	if (!box.p)
		return; /* the arena is full, which is asked for once */
	db_array_uuid(&st->ids, row->person);
	add_box(&st->old, row->id_cipher);
	add_box(&st->anew, box);
}

/* In the arena; p == NULL when there is no memory. */
static struct slice taken(struct request *rq, struct buf *array)
{
	db_array_end(array);
	struct slice s = buf_failed(array) ? SLICE_NONE : arena_slice(rq->arena, buf_slice(array));
	buf_free(array);
	return s;
}

static struct step reseal_opened(struct request *rq, const struct db_result *rows)
{
	const struct registry *registry = request_app(rq);
	struct reseal *st = rq->state;
	const struct buf empty = BUF_INIT(32 * KIB);
	struct buf *const arrays[] = {&st->ids, &st->old, &st->anew};
	for (size_t i = 0; i < ARRAY_LEN(arrays); i++) {
		*arrays[i] = empty;
		db_array_begin(arrays[i]);
	}
	for (int i = 0; i < rows_n(rows->res[0]); i++) {
		struct person_boxes_row row;
		person_boxes_read(rows->res[0], i, rq->arena, &row);
		if (row.version != registry->keys.cipher_version)
			st->left = true; /* a host that has not got this key, or a newer one */
		else
			reseal_one(rq, st, &row);
	}
	struct slice ids = taken(rq, &st->ids), old = taken(rq, &st->old), anew = taken(rq, &st->anew);
	if (!ids.p || !old.p || !anew.p || arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	return AWAIT_WRITE(rq, reseal_stored,
	                   PERSON_RESEAL_CALL(slice_of(rq->id), ids, old, anew, registry->keys.cipher_version));
}

/* What does not open is tried again, and given up with this reason. */
static struct step reseal_stored(struct request *rq, const struct db_result *none)
{
	const struct reseal *st = rq->state;
	return st->left ? reply_problem(rq, P_NUMBER_NOT_OPENED) : reply_job(rq, "resealed", SLICE_NONE);
}
