/* tests/lib/key_sql.h - what the tests of issuing keys say to PostgreSQL, and who does: NINA asks, OTTO decides. */
#pragma once

#define SHILI "'0d000000-0000-4000-8000-000000000001'"
#define NINA "'0d0000ff-0000-4000-8000-000000000001'"
#define OTTO "'0d0000ff-0000-4000-8000-000000000002'"
#define ONE "'0d0000aa-0000-4000-8000-000000000001'"
#define TWO "'0d0000aa-0000-4000-8000-000000000002'"
#define THREE "'0d0000aa-0000-4000-8000-000000000003'"
#define FOUR "'0d0000aa-0000-4000-8000-000000000004'"
#define REQUEST(who, id, action, key, from) \
	"SELECT outcome, id FROM talent.key_action_request(" who ", 't', NULL, NULL, " id ", 'shili', '" \
	action "', " key ", " from ")"
#define APPROVE(who, id) \
	"SELECT outcome, key, new_key, jwt_key FROM talent.key_action_approve(" who ", 't', NULL, NULL, " id \
	", NULL, NULL, NULL, NULL, NULL, NULL)"
#define ROTATE(who, id) \
	"SELECT outcome, key, new_key, jwt_key FROM talent.key_action_approve(" who ", 't', NULL, NULL, " id \
	", 'z6MkNew', sha256('n'), sha512('n'), 'zDnNew', sha512('n'), sha512('n'))"
#define REJECT(who, id) \
	"SELECT outcome FROM talent.key_action_reject(" who ", 't', NULL, NULL, " id ")"
#define KEYS \
	"SELECT string_agg(key || ' ' || state, ',' ORDER BY key) FROM talent.issuer_key" \
	" WHERE organisation = " SHILI

/* What waits for its time does not wait any more. */
#define TIME_COMES "UPDATE talent.issuer_key SET signs_from = now() WHERE state = 'published'"
#define BEGIN_SIGNING "SELECT begun FROM talent.keys_begin(100)"

#define VERSION \
	"(SELECT version FROM talent.certificate_state WHERE kind = 'skill_grade' AND person =" \
	" (SELECT id FROM talent.person WHERE id_hash = test.hash('A')))"
#define JWT(key, middle) \
	"SELECT outcome, split_part(jwt, '.', 2) FROM talent.certificate_jwt_store('t', " VERSION \
	", '" key "', 'e30." middle ".' || repeat('A', 86))"
