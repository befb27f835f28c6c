/* tests/integration/test_ctl_keys.c - the life of issuing keys as two administrators lead it at
 * their terminals: the real talentctl against a real registry. What was signed before a rotation
 * verifies after it; a revoked key's certificates are reissued; every refusal says what to do. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "../lib/witness.h"

static struct daemon *d;
static char said[32768];   /* by the last command, both outputs */
static const char *locale = "C.UTF-8";

/* ---- running talentctl ---- */

static void become_talentctl(int out, const char *const *argv)
{
	const char *program = getenv("TALENTCTL_BIN");
	setenv("LC_ALL", locale, 1);
	setenv("HOME", d->dir, 1);
	setenv("TALENT_URL", d->url[PORT_PUBLIC], 1);
	setenv("TALENT_CA", d->pki.ca, 1);
	setenv("TALENT_TOKEN", d->token[BY_ADMIN], 1);
	setenv("TALENT_SECOND_TOKEN", d->token[BY_SECOND], 1);
	setenv("TALENT_DISTRICT_TOKEN", d->token[BY_DISTRICT], 1);
	dup2(out, 1);
	dup2(out, 2);
	execvp(program ? program : "build/test/talentctl", (char *const *)(uintptr_t)argv);
	_exit(127);
}

static int run(const char *const *argv)
{
	int pipes[2], status;
	size_t n = 0;
	ssize_t got;
	fflush(NULL);
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		become_talentctl(pipes[1], argv);
	close(pipes[1]);
	while ((got = read(pipes[0], said + n, sizeof said - 1 - n)) > 0)
		n += (size_t)got;
	said[n] = '\0';
	close(pipes[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void expect(int want, const char *text, const char *const *argv)
{
	int code = run(argv);
	if (code != want || !strstr(said, text))
		fail_msg("%s %s: exit %d instead of %d, or no \"%s\" in:\n%s", argv[1], argv[2], code, want,
		         text, said);
}

/* Runs a command, wants this exit code and this text in what it prints. */
#define CTL(want, text, ...) expect((want), (text), (const char *[]){"talentctl", __VA_ARGS__, NULL})

/* A member of the JSON that the last command printed. In one of eight buffers. */
static const char *member(const char *name)
{
	static char texts[8][128];
	static int turn;
	char *text = texts[turn++ % 8];
	json_t *json = json_loads(said, 0, NULL);
	const char *value = json_string_value(json_object_get(json, name));
	if (!value)
		fail_msg("no \"%s\" in: %s", name, said);
	snprintf(text, sizeof texts[0], "%s", value);
	json_decref(json);
	return text;
}

/* ---- what the tests begin with ---- */

struct issued {
	char number[2][40], code[2][40]; /* of the body, of the company */
};

static struct issued issue(const char *name, unsigned person)
{
	struct issued is;
	const struct answer *a = expect_status(
		daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", "xingbo"), name, person,
	                      "\"theory\":80,\"skill\":80"), 201);
	for (int i = 0; i < 2; i++) {
		char at[48];
		snprintf(at, sizeof at, "certificates.%d.number", i);
		snprintf(is.number[i], sizeof is.number[i], "%s", answer_text(a, at));
		snprintf(at, sizeof at, "certificates.%d.verification_code", i);
		snprintf(is.code[i], sizeof is.code[i], "%s", answer_text(a, at));
	}
	return is;
}

static const char *in_dir(const char *name)
{
	static char paths[4][160];
	static int turn;
	char *p = paths[turn++ % 4];
	snprintf(p, sizeof paths[0], "%s/%s", d->dir, name);
	return p;
}

static void download(const char *number, const char *name)
{
	char address[128];
	snprintf(address, sizeof address, "/v1/certificates/%s/credential", number);
	const struct answer *a =
		expect_status(ASK(d->https, .path = address, .token = d->token[BY_ADMIN]), 200);
	FILE *f = fopen(in_dir(name), "w");
	assert_non_null(f);
	assert_int_equal(fwrite(a->body, 1, a->n, f), a->n);
	assert_int_equal(fclose(f), 0);
}

/* ---- tests ---- */

static void test_second_administrator(void **state)
{
	CTL(0, "", "key", "list", "--issuer", "shili", "--as", "second");
}

static void what_is_pasted_is_verified(const struct issued *is)
{
	char typed[200];
	snprintf(typed, sizeof typed, "https://talent.example/V/%s。", is->code[0]);
	CTL(0, "VALID", "verify", typed);
	snprintf(typed, sizeof typed, "查验：%s%%0A", is->code[1]);
	CTL(0, "VALID", "verify", typed);
	snprintf(typed, sizeof typed, "证书编号：%s。", is->number[0]);
	CTL(0, "VALID", "verify", typed, "吴一");
	CTL(2, "full name", "verify", typed);
	/* What was checked has a reference, or it is said that there is none. */
	CTL(0, "  V-", "verify", typed, "吴一");
	cluster_sql(d->cluster, d->database,
	            "REVOKE EXECUTE ON FUNCTION talent.verification_records_add FROM talent_worker");
	CTL(0, "No record of this check could be kept", "verify", typed, "吴一");
	assert_null(strstr(said, "V-"));
	cluster_sql(d->cluster, d->database,
	            "GRANT EXECUTE ON FUNCTION talent.verification_records_add TO talent_worker");
	snprintf(typed, sizeof typed, "https://talent.example/v/%.25s", is->code[0]);
	CTL(2, "not a complete code or number", "verify", typed);
}

static void test_rotation(void **state)
{
	CTL(0, "z6Mk", "key", "generate", "--issuer", "shili", "--json");
	const char *first = member("key_id");
	struct issued before = issue("吴一", 1);
	download(before.number[0], "before.json");

	CTL(0, "talentctl key approve ", "key", "rotate", "--issuer", "shili");
	CTL(0, "awaiting_approval", "key", "rotate", "--issuer", "shili", "--json");
	const char *id = member("id"); /* asked again: the same request */
	CTL(3, "second_person_needed", "key", "approve", id);
	assert_non_null(strstr(said, "Another administrator must approve with a token of his own"));
	CTL(3, "forbidden", "key", "approve", id, "--as", "district");
	CTL(0, "awaiting_approval", "key", "actions");
	assert_non_null(strstr(said, id));
	CTL(0, "The new keys are published and sign from ", "key", "approve", id, "--as", "second");
	assert_non_null(strstr(said, "+08:00 on; until then"));
	CTL(0, "\"state\":\"approved\"", "key", "approve", id, "--as", "second", "--json");
	assert_string_not_equal(member("new_key_id"), first);
	CTL(0, "published", "key", "list", "--issuer", "shili");
	daemon_keys_begin(d);
	CTL(3, "action_over", "key", "reject", id);
	assert_non_null(strstr(said, "`talentctl key actions` or"));

	CTL(0, first, "key", "list", "--issuer", "shili");
	assert_non_null(strstr(said, "retired"));
	CTL(0, "", "verify", before.code[0]);
	what_is_pasted_is_verified(&before);
	CTL(0, "", "bundle", "--issuer", "shili,xingbo", in_dir("after.bundle"));
	CTL(0, "VALID", "verify", "--offline", in_dir("before.json"), "--bundle",
	    in_dir("after.bundle"), "--name", "吴一");
	CTL(0, "", "verify", issue("吴二", 2).code[0]);
}

static void test_rejection(void **state)
{
	CTL(0, "", "key", "rotate", "--issuer", "yunxuan", "--json");
	const char *id = member("id");
	locale = "zh_CN.UTF-8";
	CTL(3, "须由另一位管理员使用其本人的令牌批准", "key", "approve", id);
	CTL(0, "已驳回", "key", "reject", id);
	CTL(3, "talentctl key actions 可查看处理结果", "key", "approve", id, "--as", "second");
	CTL(2, "缺少 --issuer", "key", "rotate");
	locale = "C.UTF-8";
}

static void test_retirement(void **state)
{
	CTL(3, "talentctl key generate --issuer", "key", "rotate", "--issuer", "qihang");
	CTL(0, "", "key", "generate", "--issuer", "pujiang", "--json");
	const char *key = member("key_id"), *jwt_key = member("jwt_key_id");
	CTL(0, "", "key", "retire", "--issuer", "pujiang", key, "--json");
	const char *id = member("id");
	CTL(0, "talentctl key generate --issuer pujiang", "key", "approve", id, "--as", "second");
	assert_non_null(strstr(said, "issues nothing"));
	assert_non_null(strstr(said, jwt_key)); /* what becomes of the other one */
	assert_null(strstr(said, "reissue")); /* what it signed stays valid */
	CTL(3, "wrong_state", "key", "retire", "--issuer", "pujiang", key);
	CTL(0, "", "key", "generate", "--issuer", "pujiang", "--json");
	assert_string_not_equal(member("key_id"), key);
	assert_string_equal(member("jwt_key_id"), jwt_key);
	/* the issuer needs the other one only for JWT forms */
	key = member("key_id");
	const char *list_key = member("list_key_id");
	CTL(0, key, "key", "retire", "--issuer", "pujiang", jwt_key);
	assert_null(strstr(said, "issues nothing"));
	CTL(0, "", "key", "retire", "--issuer", "pujiang", jwt_key, "--json");
	CTL(0, "The issuer goes on issuing", "key", "approve", member("id"), "--as", "second");
	assert_non_null(strstr(said, key));
	assert_null(strstr(said, "issues nothing"));
	CTL(0, "", "key", "revoke", "--issuer", "pujiang", list_key, "--from", "today", "--json");
	const char *id_of_list = member("id");
	CTL(0, "No certificate is concerned", "key", "approve", id_of_list, "--as", "second");
	assert_non_null(strstr(said, "until then the issuer's key for certificates signs its status lists"));
	/* Without that one nothing else can. */
	CTL(0, "", "key", "approve", id_of_list, "--as", "second", "--json");
	list_key = member("new_key_id");
	CTL(0, "", "key", "revoke", "--issuer", "pujiang", key, "--from", "today", "--json");
	CTL(0, "", "key", "approve", member("id"), "--as", "second");
	CTL(0, "", "key", "revoke", "--issuer", "pujiang", list_key, "--from", "today", "--json");
	CTL(0, "signs at once: no other key can", "key", "approve", member("id"), "--as", "second");
	assert_null(strstr(said, "until then"));
}

static void test_revocation_and_reissue(void **state)
{
	char instant[40];
	struct issued made = issue("郑二", 3);
	CTL(0, "", "key", "generate", "--issuer", "xingbo", "--json");
	const char *key = member("key_id");
	CTL(2, "--from is missing", "key", "revoke", "--issuer", "xingbo", key);
	CTL(2, "--from soon", "key", "revoke", "--issuer", "xingbo", key, "--from", "soon");
	CTL(3, "from_in_future", "key", "revoke", "--issuer", "xingbo", key, "--from", "today+2");
	CTL(3, "not_found", "key", "revoke", "--issuer", "shili", key, "--from", "today");
	snprintf(instant, sizeof instant, "%sT00:00:01+08:00", daemon_day(0));
	CTL(0, "\"action\":\"revocation\"", "key", "revoke", "--issuer", "xingbo", key, "--from", instant,
	    "--json");
	const char *id = member("id");
	CTL(0, "", "verify", made.code[1]); /* nothing has happened yet */
	CTL(0, daemon_day(0), "key", "actions");
	CTL(0, "talentctl reissue NUMBER", "key", "approve", id, "--as", "second");
	CTL(5, "", "verify", made.code[1]);
	CTL(0, "", "verify", made.code[0]); /* the body's half of the pair */

	CTL(3, "issuer_not_ready", "reissue", made.number[1]);
	assert_non_null(strstr(said, "talentctl key generate --issuer SLUG"));
	CTL(0, "z6Mk", "key", "generate", "--issuer", "xingbo");
	CTL(0, "Give the holder the new document", "reissue", made.number[1]);
	CTL(0, "", "reissue", made.number[1], "--json");
	assert_string_equal(member("number"), made.number[1]);
	const char *code = member("verification_code");
	CTL(0, "", "verify", code);
	CTL(1, "", "verify", made.code[1]);
	CTL(3, "not_found", "reissue", "NO-SUCH-NUMBER");
}

/* Under the same key-encryption key there is nothing to do, however often. */
static void test_rewrap(void **state)
{
	CTL(0, "sealed anew: 0, already under the present key: ", "key", "rewrap");
	CTL(0, "\"rewrapped\":0", "key", "rewrap", "--json");
}

static void test_logs(void **state)
{
	daemon_expect_clean_logs(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_second_administrator),
		cmocka_unit_test(test_rotation),
		cmocka_unit_test(test_rejection),
		cmocka_unit_test(test_retirement),
		cmocka_unit_test(test_revocation_and_reissue),
		cmocka_unit_test(test_rewrap),
		cmocka_unit_test(test_logs),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){0});
	int failed = cmocka_run_group_tests_name("ctl keys", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
