/* credential/credential.c - the table of the certificate's credential, and the values it takes.
 *
 * Addresses in it (achievement, criteria, status) are made here from the registry's public
 * address; they are signed, so their form is final. A company's achievement has its issuer in
 * the address: two companies may certify the same work by different titles. What it certifies has its own
 * code, in place of the occupation, edition, work type and level that its credentials had at first; both
 * forms are made and read. */
#include "credential/credential_table.h"

#include <assert.h>

#include "base/outcome.h"
#include "credential/did.h"
#include "credential/vocabulary.h"

/* Indented as the JSON is. */
const struct template_row credential_rows[] = {
	{.op = T_CONTEXT, .json = "[\"" CONTEXT_CREDENTIALS "\",\"" CONTEXT_OPEN_BADGES "\"]"},
	{.op = T_ID},
	{.op = T_TYPE, .json = "[\"VerifiableCredential\",\"OpenBadgeCredential\"]",
	 .iri = VC_("VerifiableCredential")},
	{.op = T_TYPE, .iri = OB_("OpenBadgeCredential")},
	{.op = T_TEXT, .key = "name", .iri = SCHEMA_("name"), .value = V_TITLE},
	{.op = T_TEXT, .key = "validFrom", .iri = VC_("validFrom"), .datatype = XSD_DATETIME,
	 .value = V_VALID_FROM},
	{.op = T_TEXT, .key = "validUntil", .iri = VC_("validUntil"), .datatype = XSD_DATETIME,
	 .value = V_VALID_UNTIL, .optional = true},
	{.op = T_OPEN, .key = "issuer", .iri = VC_("issuer"), .value = V_DID},
		{.op = T_ID},
		{.op = T_TYPE, .json = "[\"Profile\"]", .iri = OB_("Profile")},
		{.op = T_TEXT, .key = "name", .iri = SCHEMA_("name"), .value = V_ISSUER_NAME},
	{.op = T_CLOSE},
	{.op = T_OPEN, .key = "credentialSubject", .iri = VC_("credentialSubject"),
	 .value = V_SUBJECT},
		{.op = T_ID},
		{.op = T_TYPE, .json = "[\"AchievementSubject\"]",
		 .iri = OB_("AchievementSubject")},
		{.op = T_TEXT, .key = "licenseNumber", .iri = OB_("licenseNumber"),
		 .value = V_NUMBER},
		{.op = T_OPEN_BLANK, .key = "identifier", .iri = OB_("identifier")},
			{.op = T_TYPE, .json = "\"IdentityObject\"", .iri = OB_("IdentityObject")},
			{.op = T_RAW, .key = "hashed", .iri = OB_("hashed"),
			 .datatype = XSD_BOOLEAN_OF_OPEN_BADGES, .text = "false"},
			{.op = T_TEXT, .key = "identityType", .iri = OB_("identityType"),
			 .text = "name"},
			{.op = T_TEXT, .key = "identityHash", .iri = OB_("identityHash"),
			 .value = V_HOLDER},
		{.op = T_CLOSE},
		{.op = T_OPEN, .key = "achievement", .iri = OB_("achievement"),
		 .value = V_ACHIEVEMENT},
			{.op = T_ID},
			{.op = T_TYPE, .json = "[\"Achievement\"]", .iri = OB_("Achievement")},
			{.op = T_TEXT, .key = "name", .iri = SCHEMA_("name"), .value = V_TITLE},
			{.op = T_TEXT, .key = "description", .iri = SCHEMA_("description"),
			 .value = V_DESCRIPTION},
			{.op = T_TEXT, .key = "humanCode", .iri = OB_("humanCode"),
			 .value = V_HUMAN_CODE},
			{.op = T_OPEN, .key = "criteria", .iri = OB_("Criteria"),
			 .value = V_CRITERIA},
				{.op = T_ID},
				{.op = T_TEXT, .key = "narrative", .iri = OB_("narrative"),
				 .value = V_NARRATIVE},
			{.op = T_CLOSE},
		{.op = T_CLOSE},
	{.op = T_CLOSE},
	{.op = T_OPEN, .key = "credentialStatus", .iri = VC_("credentialStatus"),
	 .value = V_STATUS},
		{.op = T_ID},
		{.op = T_TYPE, .json = "\"BitstringStatusListEntry\"",
		 .iri = STATUS_("BitstringStatusListEntry")},
		{.op = T_TEXT, .key = "statusPurpose", .iri = STATUS_("statusPurpose"),
		 .text = "revocation"},
		{.op = T_TEXT, .key = "statusListIndex", .iri = STATUS_("statusListIndex"),
		 .value = V_STATUS_INDEX},
		{.op = T_LINK, .key = "statusListCredential",
		 .iri = STATUS_("statusListCredential"), .value = V_STATUS_LIST},
	{.op = T_CLOSE},
};

const size_t credential_n_rows = ARRAY_LEN(credential_rows);

/* What may stand between two slashes of our addresses. */
static bool segment_ok(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];
		bool ok = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
		          (ch >= 'A' && ch <= 'Z') || ch == '-' || ch == '.' || ch == '_';
		if (!ok)
			return false;
	}
	return true;
}

/* The national dictionary's codes begin with a digit, an issuer's own with a letter: so they are told apart
 * when they are read. */
static bool own_code_ok(struct slice code)
{
	return code.n && code.p[0] >= 'A' && code.p[0] <= 'Z' && segment_ok(code);
}

static bool codes_ok(const struct credential_facts *f)
{
	if (f->code.n)
		return kind_row(f->kind)->own_achievements && own_code_ok(f->code);
	return f->occupation.n && f->edition.n && segment_ok(f->occupation) && segment_ok(f->edition) &&
	       segment_ok(f->work_type) && segment_ok(f->level);
}

static bool facts_ok(const struct credential_facts *f)
{
	return f->issuer_slug.n && f->title.n && f->number.n && f->holder.n && f->issuer_name.n &&
	       f->narrative.n && f->list > 0 && segment_ok(f->issuer_slug) && codes_ok(f);
}

static struct slice urn(struct arena *a, struct uuid u)
{
	char text[UUID_TEXT];
	uuid_format(u, text);
	return ARENA_JOIN(a, SLICE("urn:uuid:"), slice_of(text));
}

static struct slice instant(struct arena *a, struct instant t)
{
	char text[INSTANT_TEXT];
	instant_format(t, text);
	return arena_slice(a, slice_of(text));
}

/* "/part", or nothing for an empty part. */
#define PART(s) (s).n ? SLICE("/") : SLICE_NONE, (s)

/* Achievement, criteria and code as the national dictionary has them; a kind whose achievements are its
 * issuer's has its slug in the first only. */
static void fill_codes(struct arena *a, const struct credential_facts *f, struct slice *v)
{
	struct slice owner = kind_row(f->kind)->own_achievements ? f->issuer_slug : SLICE_NONE;
	v[V_ACHIEVEMENT] = ARENA_JOIN(a, f->public_url, SLICE("/achievements"), PART(owner), PART(f->occupation),
	                              PART(f->edition), PART(f->work_type), PART(f->level));
	v[V_HUMAN_CODE] = ARENA_JOIN(a, f->occupation, PART(f->level));
	v[V_CRITERIA] = ARENA_JOIN(a, f->public_url, SLICE("/criteria"), PART(f->occupation), PART(f->level));
}

static void fill_own_codes(struct arena *a, const struct credential_facts *f, struct slice *v)
{
	v[V_ACHIEVEMENT] = ARENA_JOIN(a, f->public_url, SLICE("/achievements"), PART(f->issuer_slug), PART(f->code));
	v[V_HUMAN_CODE] = f->code;
	v[V_CRITERIA] = ARENA_JOIN(a, f->public_url, SLICE("/criteria"), PART(f->issuer_slug), PART(f->code));
}

static struct slice decimal(struct arena *a, uint32_t n)
{
	char digits[10], *at = digits + sizeof digits;
	do
		*--at = (char)('0' + n % 10);
	while (n /= 10);
	return arena_slice(a, slice_from(at, (size_t)(digits + sizeof digits - at)));
}

struct slice status_list_url(struct arena *a, struct slice public_url, struct slice slug,
                             struct slice purpose, uint32_t list)
{
	return ARENA_JOIN(a, public_url, SLICE("/issuers"), PART(slug), SLICE("/status"), PART(purpose), SLICE("/"),
	                  decimal(a, list));
}

static void fill_status(struct arena *a, const struct credential_facts *f, struct slice *v)
{
	struct slice list = status_list_url(a, f->public_url, f->issuer_slug, SLICE("revocation"),
	                                    f->list);
	v[V_STATUS_LIST] = list;
	v[V_STATUS_INDEX] = decimal(a, f->index);
	v[V_STATUS] = ARENA_JOIN(a, list, SLICE("#"), v[V_STATUS_INDEX]);
}

static void fill(struct arena *a, const struct credential_facts *f, struct slice *v)
{
	v[V_ID] = urn(a, f->id);
	v[V_SUBJECT] = urn(a, f->subject);
	v[V_TITLE] = f->title;
	v[V_NUMBER] = f->number;
	v[V_HOLDER] = f->holder;
	v[V_ISSUER_NAME] = f->issuer_name;
	v[V_NARRATIVE] = f->narrative;
	v[V_DESCRIPTION] = slice_of(kind_row(f->kind)->description);
	v[V_VALID_FROM] = instant(a, f->valid_from);
	v[V_VALID_UNTIL] = f->expires ? instant(a, f->valid_until) : SLICE_NONE;
	if (f->code.n)
		fill_own_codes(a, f, v);
	else
		fill_codes(a, f, v);
	fill_status(a, f, v);
}

int credential_values(struct arena *a, const struct credential_facts *facts,
                      struct slice values[static CREDENTIAL_VALUES])
{
	if (!facts_ok(facts))
		return E_SYNTAX;
	int r = did_web(a, facts->public_url, facts->issuer_slug, &values[V_DID]);
	if (r)
		return r;
	fill(a, facts, values);
	return arena_failed(a) ? E_NOMEM : 0;
}

int credential_build(struct arena *a, const struct credential_facts *facts, struct unsecured_document *ret)
{
	struct slice v[CREDENTIAL_VALUES];
	int r = credential_values(a, facts, v);
	return r ? r : template_fill(a, credential_rows, credential_n_rows, v, V_ID, ret);
}
