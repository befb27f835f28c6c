/* bench/credentials/credentials.c - what a credential, a status list and a printed document cost,
 * in CPU time, beside the bare signature and beside other people's issuer (tests/node), all in this run.
 *
 *   credentials [ROUNDS]     rounds alternate; the median of each counts
 *
 * A credential is built, put into canonical form, signed by the signer's vault, and given its
 * proof: everything but the database. Ed25519 alone signs as many bytes, with the key at hand. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "credential/did.h"
#include "credential/credential.h"
#include "credential/proof.h"
#include "credential/status_list.h"
#include "crypt/random.h"
#include "pdf/document.h"
#include "signer/vault.h"

#define URL SLICE("https://localhost:8443")

enum { ROUNDS_MAX = 25 };

static struct arena *arena;
static struct crypt *crypto;
static struct vault *vault;
static struct generated_key key;
static EVP_PKEY *bare;
static struct slice did;
static uint8_t bits[STATUS_LIST_BYTES_MAX];
static struct pdf_fonts *fonts;

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "credentials: %s\n", what);
	exit(1);
}

static double cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static struct instant at(const char *text)
{
	struct instant t = {0};
	must(instant_parse(slice_of(text), &t), text);
	return t;
}

static struct slice attach(const struct unsecured_document *d, struct instant created)
{
	struct proof_options o = {.did = did, .key_id = slice_of(key.id), .created = created};
	struct sign_job job = {
		.issuer = SLICE("shili"), .key_id = o.key_id, .document = d->canonical,
		.wrapped = slice_from(key.wrapped, key.wrapped_n),
	};
	uint8_t signature[64];
	struct slice text = SLICE_NONE;
	must(proof_canonical(arena, &o, &job.proof) == 0 && vault_sign(vault, &job, signature) == 0 &&
	     proof_attach(arena, d->json, &o, signature, &text) == 0, "signing");
	return text;
}

static struct unsecured_document build(void)
{
	const struct credential_facts f = {
		.kind = KIND_SKILL_GRADE, .id = uuid_v4(), .subject = uuid_v4(),
		.title = SLICE("互联网营销师 直播销售员 四级/中级工"),
		.number = SLICE("S000031000123264000001"), .holder = SLICE("张伟"),
		.issuer_slug = SLICE("shili"), .issuer_name = SLICE("上海示例技能评价中心"),
		.occupation = SLICE("4-01-06-02"), .edition = SLICE("2022"),
		.work_type = SLICE("livestream-sales"), .level = SLICE("4"),
		.narrative = SLICE("theory and skill each at least 60"),
		.valid_from = at("2026-11-20T02:15:07Z"), .public_url = URL, .list = 1, .index = 73911,
	};
	struct unsecured_document d;
	must(credential_build(arena, &f, &d) == 0, "building");
	return d;
}

static void credential(void)
{
	struct unsecured_document d = build();
	attach(&d, at("2026-11-20T02:15:07Z"));
}

static void signature(void)
{
	unsigned char hashes[64] = {1}, out[64];
	size_t size = sizeof out;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	must(ctx && EVP_DigestSignInit(ctx, NULL, NULL, NULL, bare) == 1 &&
	     EVP_DigestSign(ctx, out, &size, hashes, sizeof hashes) == 1, "Ed25519");
	EVP_MD_CTX_free(ctx);
}

static void list(size_t n_bytes)
{
	const struct status_list_facts f = {
		.public_url = URL, .issuer_slug = SLICE("shili"), .purpose = SLICE("revocation"),
		.list = 1, .changed = at("2026-11-20T02:15:07Z"), .now = at("2026-11-22T03:04:05Z"),
		.ttl = SECONDS(300), .bits = bits, .n_bytes = n_bytes,
	};
	struct unsecured_document d;
	struct instant created;
	must(status_list_build(arena, &f, &d, &created) == 0, "building a list");
	attach(&d, created);
}

static void list_small(void)
{
	list(STATUS_LIST_BYTES);
}

static void list_large(void)
{
	list(STATUS_LIST_BYTES_MAX);
}

/* A page alone, or one of a hundred in one file; fonts are warm. */
static void print(size_t pages)
{
	const struct pdf_facts f = {
		.kind = KIND_SKILL_GRADE, .holder = SLICE("张伟"),
		.number = SLICE("S000031000123264000001"),
		.title = SLICE("互联网营销师 直播销售员 四级/中级工"), .occupation = SLICE("互联网营销师"),
		.occupation_en = SLICE("internet marketing specialist"),
		.work_type = SLICE("直播销售员"), .work_type_en = SLICE("livestream salesperson"),
		.level = SLICE("四级/中级工"), .level_en = SLICE("intermediate worker"),
		.issuer = SLICE("上海示例技能评价中心"),
		.issuer_en = SLICE("Shanghai Example Skill Evaluation Centre"),
		.issued_on = SLICE("2026-11-20"),
		.url = SLICE("HTTPS://LOCALHOST:8443/V/4R8ZN0V3KX5T7YHQ2MCB6JDW9E"),
		.code = SLICE("4R8ZN0V3KX5T7YHQ2MCB6JDW9E"), .host = SLICE("localhost:8443"),
		.credential = build().json,
	};
	struct pdf_fault fault;
	struct buf out = BUF_INIT(32 * MIB);
	struct pdf_document *d = pdf_document_new(fonts);
	must(d, "a document");
	for (size_t i = 0; i < pages; i++)
		must(pdf_document_add(d, &f, &fault) == 0, "a page");
	must(pdf_document_finish(d, &out) == 0, "printing");
	pdf_document_free(d);
	buf_free(&out);
}

static void print_one(void)
{
	print(1);
}

static void print_batch(void)
{
	print(100);
}

/* CPU microseconds of each, over about a quarter of a second. */
static double each_us(void (*once)(void))
{
	double from = cpu_us(), took;
	unsigned n = 0;
	do {
		arena_reset(arena);
		once();
		n++;
		took = cpu_us() - from;
	} while (took < 250e3);
	return took / n;
}

/* 0 when there is no Node.js with its packages. */
static double peer_us(void)
{
	static char name[] = "/tmp/talent-bench-XXXXXX";
	double us = 0;
	char command[128];
	int fd = mkstemp(name);
	must(fd >= 0, "a file");
	struct unsecured_document d = build();
	must(write(fd, d.json.p, d.json.n) == (ssize_t)d.json.n, "a file");
	close(fd);
	snprintf(command, sizeof command, "node tests/node/issue_rate.mjs %s 1", name);
	FILE *f = popen(command, "r");
	if (!f || fscanf(f, "%lf", &us) != 1)
		us = 0;
	if (f)
		pclose(f);
	unlink(name);
	memcpy(name + sizeof name - 7, "XXXXXX", 6);
	return us;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof *v, by_value);
	return v[n / 2];
}

static void set_up(void)
{
	static const uint8_t kek[VAULT_KEY] = "key-encryption key of this bench";
	arena = arena_new(16 * MIB);
	crypto = crypt_new();
	vault = crypto ? vault_new(crypto, kek, NULL) : NULL;
	bare = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	fonts = pdf_fonts_new();
	must(arena && vault && bare && fonts, "memory");
	must(vault_generate(vault, SIGNER_ED25519, SLICE("shili"), &key) == 0, "a key");
	static char text[128];
	struct slice made;
	must(did_web(arena, URL, SLICE("shili"), &made) == 0 && made.n < sizeof text, "an identifier");
	memcpy(text, made.p, made.n);
	did = slice_from(text, made.n);
	/* One in a hundred, spread at random. */
	for (size_t i = 0; i < STATUS_LIST_SIZE_MAX / 100; i++) {
		uint32_t index;
		random_bytes(&index, sizeof index);
		status_bit_set(bits, index % STATUS_LIST_SIZE_MAX);
	}
}

int main(int argc, char **argv)
{
	double ours[ROUNDS_MAX], signing[ROUNDS_MAX], peer[ROUNDS_MAX], small[ROUNDS_MAX],
		large[ROUNDS_MAX], one[ROUNDS_MAX], batch[ROUNDS_MAX];
	size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 5;
	must(rounds > 0 && rounds <= ROUNDS_MAX, "1 to 25 rounds");
	set_up();
	for (size_t i = 0; i < rounds; i++) {
		ours[i] = each_us(credential);
		signing[i] = each_us(signature);
		small[i] = each_us(list_small);
		large[i] = each_us(list_large);
		one[i] = each_us(print_one);
		batch[i] = each_us(print_batch) / 100;
		arena_reset(arena);
		peer[i] = peer_us();
	}
	double us = median(ours, rounds), sign_us = median(signing, rounds);
	double other = median(peer, rounds);
	printf("%-52s %9.1f us %9.0f a second and core\n", "credential built and signed", us, 1e6 / us);
	printf("%-52s %9.1f us %9.2f x its rate (0.75 wanted)\n", "Ed25519 signature alone", sign_us,
	       sign_us / us);
	if (other > 0)
		printf("%-52s %9.1f us %9.0f x its rate (60 wanted)\n", "Digital Bazaar's issuer", other,
		       other / us);
	else
		printf("%-52s left out: no Node.js, or no packages in tests/node\n",
		       "Digital Bazaar's issuer");
	printf("%-52s %9.2f ms\n", "status list of 131,072, 1 in 100 set, signed",
	       median(small, rounds) / 1e3);
	printf("%-52s %9.2f ms\n", "status list of 1,048,576, 1 in 100 set, signed",
	       median(large, rounds) / 1e3);
	double one_us = median(one, rounds), batch_us = median(batch, rounds);
	printf("%-52s %9.1f ms %9.0f a second and core\n", "document printed (PDF)", one_us / 1e3,
	       1e6 / one_us);
	printf("%-52s %9.1f ms %9.0f a second and core\n", "page of a batch of 100", batch_us / 1e3,
	       1e6 / batch_us);
	pdf_fonts_free(fonts);
	EVP_PKEY_free(bare);
	vault_free(vault);
	crypt_free(crypto);
	arena_free(arena);
	return 0;
}
