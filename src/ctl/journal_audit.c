/* ctl/journal_audit.c - two sorted arrays of hashes, walked together. Keys are few and are kept
 * once, so a million signatures take some 150 MB. */
#include "ctl/journal_audit.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/outcome.h"
#include "crypt/encode.h"

struct entry {
	uint8_t hash[SHA256_SIZE];
	struct instant time;
	const char *key, *kind, *object; /* as struct audit_finding */
	struct uuid version;    /* of a line; nil: none */
	uint32_t process;       /* of a line: who asked; 0: not known */
	struct instant ended;   /* likewise: when it was seen to have; 0: not */
	bool outlived;          /* likewise: asked again more than AUDIT_MARGIN later */
	bool unreadable;
	enum audit_verdict verdict;
};

struct entries {
	struct entry *p;
	size_t n, size;
};

enum { SIGNED_OBJECT_MAX = 160 }; /* an issuer, a purpose and a number */

struct word {
	struct word *next;
	char text[];
};

struct journal_audit {
	struct entries lines, stored, abandoned, noted, misnoted, explained;
	struct entries acknowledged; /* by version */
	struct entries receipts;     /* acknowledged, too: by hash */
	struct word *words;   /* each once: keys and kinds */
	struct word *objects; /* each as often as it comes: they are many */
	bool registrys; /* the journal that is read now is the registry's */
	bool started; /* a line of the journal that is read now has been seen */
	size_t begin; /* the first line of the journal that is read now */
	struct instant first, from; /* of this journal; from when on all of them run */
};

const char *audit_code(enum audit_verdict v)
{
	static const char *const codes[AUDIT_VERDICTS] = {
		"stored",
		"abandoned",
		"young",
		"noted",
		"explained",
		"lost",
		"left",
		"unstored",
		"outside",
		"unsigned",
		"altered",
		"misnoted",
	};
	return codes[v];
}

struct journal_audit *journal_audit_new(void)
{
	struct journal_audit *a = calloc(1, sizeof *a);
	if (a)
		a->from.us = INT64_MIN;
	return a;
}

static void words_free(struct word *w)
{
	while (w) {
		struct word *next = w->next;
		free(w);
		w = next;
	}
}

void journal_audit_free(struct journal_audit *a)
{
	if (!a)
		return;
	words_free(a->words);
	words_free(a->objects);
	free(a->lines.p);
	free(a->stored.p);
	free(a->abandoned.p);
	free(a->noted.p);
	free(a->misnoted.p);
	free(a->explained.p);
	free(a->acknowledged.p);
	free(a->receipts.p);
	free(a);
}

static const char *keep(struct word **list, struct slice text)
{
	struct word *w = malloc(sizeof *w + text.n + 1);
	if (!w)
		return NULL;
	if (text.n)
		memcpy(w->text, text.p, text.n);
	w->text[text.n] = '\0';
	w->next = *list;
	*list = w;
	return w->text;
}

/* The one copy of a text. NULL when out of memory. */
static const char *word(struct journal_audit *a, struct slice text)
{
	for (struct word *w = a->words; w; w = w->next)
		if (slice_is(text, w->text))
			return w->text;
	return keep(&a->words, text);
}

static const char *object(struct journal_audit *a, struct slice text)
{
	return text.n ? keep(&a->objects, text) : "";
}

static int add(struct entries *list, const struct entry *e)
{
	if (!e->key || !e->kind || !e->object)
		return E_NOMEM;
	if (list->n == list->size) {
		size_t size = list->size ? 2 * list->size : 256;
		struct entry *p = reallocarray(list->p, size, sizeof *p);
		if (!p)
			return E_NOMEM;
		list->p = p;
		list->size = size;
	}
	list->p[list->n++] = *e;
	return 0;
}

/* Of the registry's journal: "stored: VERSION …" and "receipt: HASH …" are all that matters here. */
static int acknowledge(struct journal_audit *a, struct slice entry)
{
	struct entry e = {.key = "", .kind = "", .object = ""};
	struct slice what = slice_cut(&entry, ' ');
	if (slice_is(what, "receipt:"))
		return hex_decode(slice_cut(&entry, ' '), e.hash, sizeof e.hash) ? add(&a->receipts, &e) : E_SYNTAX;
	if (!slice_is(what, "stored:"))
		return 0;
	return uuid_parse(slice_cut(&entry, ' '), &e.version) ? add(&a->acknowledged, &e) : E_SYNTAX;
}

/* What it asked for before; its number is another process's from here on. */
/* Between signing and storing is less than AUDIT_MARGIN: what a process left is among the last that it
 * had signed. Of anything before, its end explains nothing. */
static int end_process(struct journal_audit *a, const struct journal_line *line)
{
	struct instant last = {INT64_MIN};
	for (size_t i = a->begin; i < a->lines.n; i++) {
		const struct entry *e = &a->lines.p[i];
		if (e->process == line->ended && !e->ended.us && !e->outlived && e->time.us > last.us)
			last = e->time;
	}
	for (size_t i = a->begin; i < a->lines.n; i++) {
		struct entry *e = &a->lines.p[i];
		if (e->process != line->ended || e->ended.us || e->outlived)
			continue;
		e->outlived = e->time.us < last.us - AUDIT_MARGIN.us;
		if (!e->outlived)
			e->ended = line->time;
	}
	return 0;
}

/* Of what it was: a list has its place, a certificate its number or at least its version. */
static const char *object_of(struct journal_audit *a, const struct journal_signed *s)
{
	char text[SIGNED_OBJECT_MAX];
	if (slice_is(s->what, "status_list"))
		snprintf(text, sizeof text, "%.*s/%.*s/%u", SLICE_ARGS(s->issuer), SLICE_ARGS(s->subject),
		         (unsigned)s->list);
	else if (s->subject.n || uuid_is_nil(s->version))
		return object(a, s->subject);
	else
		uuid_format(s->version, text);
	return object(a, slice_of(text));
}

int journal_audit_line(void *arg, const struct journal_line *line)
{
	struct journal_audit *a = arg;
	const struct journal_signed *s = &line->signature;
	if (line->ended)
		return end_process(a, line);
	if (!line->is_signed) {
		a->registrys = true;
		return acknowledge(a, line->entry);
	}
	struct entry e = {
		.time = line->time,
		.key = word(a, s->key_id),
		.version = s->version,
		.process = s->process,
		.kind = word(a, s->what),
		.object = object_of(a, s),
	};
	memcpy(e.hash, s->hash, sizeof e.hash);
	if (!a->started)
		a->first = line->time;
	a->started = true;
	return add(&a->lines, &e);
}

/* An empty journal has missed everything so far. */
void journal_audit_end(struct journal_audit *a)
{
	if (!a->started && !a->registrys)
		a->from.us = INT64_MAX;
	else if (a->started && a->first.us > a->from.us)
		a->from = a->first;
	a->started = a->registrys = false;
	a->begin = a->lines.n;
}

static int add_row(struct journal_audit *a, struct entries *list, const struct audit_row *row)
{
	struct entry e = {
		.time = row->at,
		.key = word(a, row->key),
		.kind = word(a, row->kind),
		.object = object(a, row->object),
		.unreadable = !row->hash,
	};
	if (row->hash)
		memcpy(e.hash, row->hash, sizeof e.hash);
	return add(list, &e);
}

int journal_audit_stored(struct journal_audit *a, const struct audit_row *row)
{
	return add_row(a, &a->stored, row);
}

int journal_audit_abandoned(struct journal_audit *a, const struct audit_row *row)
{
	return add_row(a, &a->abandoned, row);
}

int journal_audit_noted(struct journal_audit *a, const struct audit_row *row, bool older)
{
	return add_row(a, older ? &a->noted : &a->misnoted, row);
}

int journal_audit_explain(struct journal_audit *a, struct slice text, size_t *ret_line)
{
	*ret_line = 0;
	while (text.n) {
		struct slice line = slice_trim(slice_cut(&text, '\n'));
		struct entry e = {.key = "", .kind = "", .object = ""};
		++*ret_line;
		if (!line.n || line.p[0] == '#')
			continue;
		struct slice hash = slice_cut(&line, ' ');
		if (!hex_decode(hash, e.hash, sizeof e.hash) || !slice_trim(line).n)
			return E_SYNTAX;
		int r = add(&a->explained, &e);
		if (r)
			return r;
	}
	return 0;
}

/* ---- judging ---- */

static int by_hash(const void *a, const void *b)
{
	return memcmp(((const struct entry *)a)->hash, ((const struct entry *)b)->hash, SHA256_SIZE);
}

static int by_version(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	return memcmp(x->version.b, y->version.b, sizeof x->version.b);
}

static int by_time(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	return x->time.us != y->time.us ? (x->time.us < y->time.us ? -1 : 1) : by_hash(a, b);
}

static void sort(struct entries *list, int (*order)(const void *, const void *))
{
	if (list->n)
		qsort(list->p, list->n, sizeof *list->p, order);
}

static const struct entry *find(const struct entries *list, const struct entry *e)
{
	return list->n ? bsearch(e, list->p, list->n, sizeof *e, by_hash) : NULL;
}

/* The same bytes signed by another key than the stored one's are another signature. */
static bool stored_with(const struct entries *stored, const struct entry *line)
{
	const struct entry *e = find(stored, line), *end = stored->p + stored->n;
	while (e && e > stored->p && by_hash(e - 1, line) == 0)
		e--;
	for (; e && e < end && by_hash(e, line) == 0; e++)
		if (!e->unreadable && strcmp(e->key, line->key) == 0)
			return true;
	return false;
}

static enum audit_verdict judge_line(const struct journal_audit *a, const struct entry *e,
                                     struct instant read)
{
	if (stored_with(&a->stored, e))
		return AUDIT_STORED;
	if (stored_with(&a->abandoned, e))
		return AUDIT_ABANDONED;
	if (stored_with(&a->noted, e))
		return AUDIT_NOTED;
	if (find(&a->explained, e))
		return AUDIT_EXPLAINED;
	if (!uuid_is_nil(e->version) && strcmp(e->kind, "credential") == 0 && a->acknowledged.n &&
	    bsearch(e, a->acknowledged.p, a->acknowledged.n, sizeof *e, by_version))
		return AUDIT_LOST;
	if (strcmp(e->kind, "receipt") == 0 && find(&a->receipts, e))
		return AUDIT_LOST;
	if (e->time.us > read.us - AUDIT_MARGIN.us && e->time.us <= read.us + AUDIT_MARGIN.us)
		return AUDIT_YOUNG;
	return e->ended.us ? AUDIT_LEFT : AUDIT_UNSTORED;
}

static enum audit_verdict judge_stored(const struct journal_audit *a, const struct entry *e,
                                       struct instant read)
{
	if (e->unreadable)
		return AUDIT_ALTERED;
	if (stored_with(&a->lines, e))
		return AUDIT_STORED;
	/* noted when it is about to be signed, and following from committed state */
	if (strcmp(e->kind, "status_list") == 0)
		return AUDIT_OUTSIDE;
	if (a->from.us == INT64_MAX || e->time.us < a->from.us + AUDIT_MARGIN.us ||
	    e->time.us > read.us - AUDIT_MARGIN.us)
		return AUDIT_OUTSIDE;
	return find(&a->explained, e) ? AUDIT_EXPLAINED : AUDIT_UNSIGNED;
}

static void report(struct entries *list, audit_each *each, void *arg)
{
	sort(list, by_time);
	for (size_t i = 0; i < list->n; i++) {
		const struct entry *e = &list->p[i];
		const struct audit_finding f = {
			e->verdict,
			e->time,
			e->unreadable ? NULL : e->hash,
			e->process,
			e->ended,
			e->key,
			e->kind,
			e->object,
		};
		if (e->verdict != AUDIT_STORED && e->verdict != AUDIT_ABANDONED &&
		    e->verdict != AUDIT_NOTED && e->verdict != AUDIT_OUTSIDE)
			each(arg, &f);
	}
}

bool journal_audit_judge(struct journal_audit *a, struct instant read,
                         size_t counts[static AUDIT_VERDICTS], audit_each *each, void *arg)
{
	memset(counts, 0, AUDIT_VERDICTS * sizeof *counts);
	sort(&a->lines, by_hash);
	sort(&a->stored, by_hash);
	sort(&a->abandoned, by_hash);
	sort(&a->noted, by_hash);
	sort(&a->explained, by_hash);
	sort(&a->acknowledged, by_version);
	sort(&a->receipts, by_hash);
	for (size_t i = 0; i < a->lines.n; i++) {
		a->lines.p[i].verdict = judge_line(a, &a->lines.p[i], read);
		counts[a->lines.p[i].verdict]++;
	}
	for (size_t i = 0; i < a->stored.n; i++) {
		a->stored.p[i].verdict = judge_stored(a, &a->stored.p[i], read);
		if (a->stored.p[i].verdict != AUDIT_STORED)
			counts[a->stored.p[i].verdict]++;
	}
	for (size_t i = 0; i < a->misnoted.n; i++) {
		struct entry *e = &a->misnoted.p[i];
		e->verdict = find(&a->explained, e) ? AUDIT_EXPLAINED : AUDIT_MISNOTED;
		counts[e->verdict]++;
	}
	report(&a->lines, each, arg);
	report(&a->stored, each, arg);
	report(&a->misnoted, each, arg);
	return !counts[AUDIT_LEFT] && !counts[AUDIT_UNSTORED] && !counts[AUDIT_UNSIGNED] && !counts[AUDIT_ALTERED] &&
	       !counts[AUDIT_MISNOTED];
}
