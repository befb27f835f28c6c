/* credential/credential_read.c - from a credential back to its facts.
 *
 * The facts are taken from where they stand, then all values are made from them again. Only when
 * every one is what stood there, the credential is one of ours. */
#include "credential/credential_table.h"

#include "base/outcome.h"
#include "credential/did.h"

static bool read_urn(struct slice text, struct uuid *ret)
{
	return slice_starts(text, SLICE("urn:uuid:")) &&
	       uuid_parse(slice_skip(text, sizeof "urn:uuid:" - 1), ret);
}

static bool read_u32(struct slice text, uint32_t *ret)
{
	uint64_t v;
	if (!slice_to_u64(text, &v) || v > UINT32_MAX)
		return false;
	*ret = (uint32_t)v;
	return true;
}

static struct slice after_last_slash(struct slice s)
{
	const char *slash = s.n ? memrchr(s.p, '/', s.n) : NULL;
	return slash ? slice_skip(s, (size_t)(slash - s.p) + 1) : SLICE_NONE;
}

/* Takes prefix away from the front of *s. */
static bool strip(struct slice *s, struct slice prefix)
{
	if (!slice_starts(*s, prefix))
		return false;
	*s = slice_skip(*s, prefix.n);
	return true;
}

/* ".../achievements/owner/code" of a code that is the owner's own; or
 * ".../achievements[/owner]/occupation/edition[/work type][/level]", where the human code
 * "occupation[/level]" tells whether there is a level. */
static bool read_codes(const struct slice *v, struct credential_facts *f)
{
	struct slice path = v[V_ACHIEVEMENT], level = v[V_HUMAN_CODE];
	if (kind_row(f->kind)->own_achievements && level.n && level.p[0] >= 'A' && level.p[0] <= 'Z') {
		f->code = level;
		return true; /* where it stands else is compared */
	}
	f->occupation = slice_cut(&level, '/');
	f->level = level.p ? level : SLICE("");
	if (!strip(&path, f->public_url) || !strip(&path, SLICE("/achievements/")))
		return false;
	if (kind_row(f->kind)->own_achievements)
		slice_cut(&path, '/');
	slice_cut(&path, '/');
	f->edition = slice_cut(&path, '/');
	f->work_type = slice_cut(&path, '/');
	if (!f->work_type.p || (level.p && !path.p)) /* one part left, and it is the level */
		f->work_type = SLICE("");
	return true;
}

static bool read_facts(const struct slice *v, struct credential_facts *f)
{
	f->title = v[V_TITLE];
	f->number = v[V_NUMBER];
	f->holder = v[V_HOLDER];
	f->issuer_name = v[V_ISSUER_NAME];
	f->narrative = v[V_NARRATIVE];
	f->expires = v[V_VALID_UNTIL].p != NULL;
	return kind_described(v[V_DESCRIPTION], &f->kind) && read_urn(v[V_ID], &f->id) && read_urn(v[V_SUBJECT], &f->subject) &&
	       instant_parse(v[V_VALID_FROM], &f->valid_from) &&
	       (!f->expires || instant_parse(v[V_VALID_UNTIL], &f->valid_until)) &&
	       read_u32(after_last_slash(v[V_STATUS_LIST]), &f->list) &&
	       read_u32(v[V_STATUS_INDEX], &f->index) && read_codes(v, f);
}

/* E_SYNTAX when the facts do not give these values. */
static int compare(struct arena *a, const struct credential_facts *f, const struct slice *v)
{
	struct slice again[CREDENTIAL_VALUES];
	int r = credential_values(a, f, again);
	for (size_t i = 0; r == 0 && i < CREDENTIAL_VALUES; i++)
		if (!slice_eq(v[i], again[i]) || (v[i].p == NULL) != (again[i].p == NULL))
			r = E_SYNTAX;
	return r;
}

int credential_read(struct arena *a, const json_t *json, struct credential_facts *ret,
                    struct unsecured_document *ret_document, enum template_op *ret_at)
{
	struct slice v[CREDENTIAL_VALUES];
	struct credential_facts f = {0};
	struct unsecured_document d;
	int r = template_read(a, credential_rows, credential_n_rows, json, V_ID, v,
	                      CREDENTIAL_VALUES, ret_at);
	if (r)
		return r;
	*ret_at = T_TEXT;
	r = did_parse(a, v[V_DID], &f.public_url, &f.issuer_slug);
	if (r == 0 && !read_facts(v, &f))
		r = E_SYNTAX;
	if (r == 0)
		r = compare(a, &f, v);
	if (r == 0)
		r = template_fill(a, credential_rows, credential_n_rows, v, V_ID, &d);
	if (r)
		return arena_failed(a) ? E_NOMEM
		       : r == E_NOMEM  ? r
		                       : E_SYNTAX;
	*ret = f;
	*ret_document = d;
	return 0;
}
