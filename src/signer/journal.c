/* signer/journal.c - jobs as lines. */
#include "signer/journal.h"

#include "base/outcome.h"

void journal_hash(struct crypt *c, const struct sign_job *job, uint8_t out[static SHA256_SIZE])
{
	uint8_t both[2 * SHA256_SIZE];
	if (job->kind == SIGNER_P256) {
		sha256(c, job->document, out);
		return;
	}
	sha256(c, job->proof, both);
	sha256(c, job->document, both + SHA256_SIZE);
	sha256(c, slice_from(both, sizeof both), out);
}

static bool add_entry(struct buf *entries, struct crypt *c, const struct sign_job *job,
                      uint32_t process)
{
	const struct sign_about *about = &job->about;
	struct journal_signed s = {
		.what = slice_of(sign_what_code(about->what)),
		.issuer = job->issuer,
		.key_id = job->key_id,
		.version = about->version,
		.subject = about->subject,
		.list = about->list,
		.index = about->index,
		.indexed = about->indexed,
		.process = process,
	};
	journal_hash(c, job, s.hash);
	bool good = journal_add_signed(entries, &s);
	buf_addc(entries, '\n');
	return good;
}

int journal_add_jobs(struct journal *j, struct crypt *c, struct instant now,
                     const struct sign_job *jobs, size_t n, uint32_t process)
{
	struct buf entries = BUF_INIT((size_t)SIGNER_JOBS_MAX * JOURNAL_LINE_MAX);
	int r = 0;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_entry(&entries, c, &jobs[i], process) ? 0 : E_SYNTAX;
	if (r == 0)
		r = buf_failed(&entries) ? E_NOMEM : journal_add(j, now, buf_slice(&entries));
	buf_free(&entries);
	return r;
}

int journal_add_end(struct journal *j, struct instant now, uint32_t process)
{
	struct buf entry = BUF_INIT(JOURNAL_LINE_MAX);
	journal_add_ended(&entry, process);
	int r = buf_failed(&entry) ? E_NOMEM : journal_add(j, now, buf_slice(&entry));
	buf_free(&entry);
	return r;
}
