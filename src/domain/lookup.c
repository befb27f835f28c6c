/* domain/lookup.c - a text falls into runs: letters and digits of ASCII (or their full-width forms) with
 * spaces, dots and dashes between them. Whatever else stands there ends a run, so a label, the rest of an
 * address and punctuation fall away by themselves. Of the groups in a run those are taken that together look
 * like a number or a code: all up to the run's end, or else what is written without spaces. */
#include "domain/lookup.h"

#include "base/outcome.h"
#include "domain/number.h"
#include "text/character.h"
#include "text/letters.h"
#include "text/fold.h"

/* A number or code is not written in more groups. What is tried needs memory only meanwhile. */
enum { GROUPS_MAX = 32, SCRATCH_MAX = 64 * 1024 };

struct group {
	struct slice text; /* as typed, invisible characters inside */
	size_t n;          /* letters and digits */
	bool dashed;       /* a dash stands before it, not only spaces and dots */
};

struct run {
	struct group group[GROUPS_MAX];
	size_t n;
};

enum role {
	ROLE_PLAIN, /* may be of a number or code */
	ROLE_GAP,   /* may stand between groups */
	ROLE_DASH,
	ROLE_NONE,  /* is not seen */
	ROLE_OTHER, /* ends a run */
};

static enum role role_of(int32_t c)
{
	int32_t narrow = character_narrow(c);
	if ((narrow >= '0' && narrow <= '9') || (narrow >= 'A' && narrow <= 'Z') || (narrow >= 'a' && narrow <= 'z'))
		return ROLE_PLAIN;
	if (is_space(c) || is_dot(c))
		return ROLE_GAP;
	if (is_dash(c))
		return ROLE_DASH;
	return character_is_hidden(c) ? ROLE_NONE : ROLE_OTHER;
}

static enum role next_role(const struct slice *text, struct slice *ret_rest)
{
	*ret_rest = *text;
	int32_t c = character_next(ret_rest);
	return c < 0 ? ROLE_OTHER : role_of(c);
}

/* Letters and digits, and what is not seen among them. */
static struct group take_group(struct slice *text, bool dashed)
{
	struct group group = {.text = {text->p, 0}, .dashed = dashed};
	struct slice rest;
	for (enum role role; (role = next_role(text, &rest)) == ROLE_PLAIN || role == ROLE_NONE; *text = rest)
		if (role == ROLE_PLAIN) {
			group.n++;
			group.text.n = (size_t)(rest.p - group.text.p);
		}
	return group;
}

/* What stands between two groups; true when a dash is among it. */
static bool take_gap(struct slice *text)
{
	bool dashed = false;
	struct slice rest;
	for (enum role role; (role = next_role(text, &rest)) == ROLE_GAP || role == ROLE_DASH || role == ROLE_NONE;
	     *text = rest)
		dashed |= role == ROLE_DASH;
	return dashed;
}

/* Takes the next run off the text; false at its end. Of a longer run the groups that follow are another. */
static bool next_run(struct slice *text, struct run *run)
{
	struct slice rest;
	bool dashed = false;
	run->n = 0;
	while (text->n && next_role(text, &rest) != ROLE_PLAIN)
		*text = rest;
	while (run->n < GROUPS_MAX && next_role(text, &rest) == ROLE_PLAIN) {
		run->group[run->n++] = take_group(text, dashed);
		dashed = take_gap(text);
	}
	return run->n > 0;
}

/* A company's number is dashed throughout or nowhere: a word before it is no part of it. */
static bool may_be_company(const struct run *run, size_t first, size_t last)
{
	if (run->group[last].n < NUMBER_COMPANY_DIGITS)
		return false;
	for (size_t i = first + 2; i <= last; i++)
		if (run->group[i].dashed != run->group[i - 1].dashed)
			return false;
	return true;
}

/* Most spans of a long text cannot be, by their length. */
static bool may_be_one(const struct run *run, size_t first, size_t last)
{
	size_t n = 0;
	for (size_t i = first; i <= last; i++)
		n += run->group[i].n;
	return n == NUMBER_SKILL_GRADE || n == CODE_TEXT - 1 ||
	       (n < NUMBER_TEXT && may_be_company(run, first, last));
}

/* 1: it is one; 0: not; E_NOMEM. The number is of the scratch. */
static int read_span(struct slice span, struct arena *scratch, struct lookup *ret)
{
	struct slice folded;
	arena_reset(scratch);
	int r = number_fold(span, scratch, &folded);
	if (r == 0 && (number_is_skill_grade(folded) || number_is_company(folded))) {
		*ret = (struct lookup){.kind = LOOKUP_NUMBER, .number = folded, .typed = span};
		return 1;
	}
	if (r == 0)
		r = code_fold(span, scratch, &folded);
	if (r == 0 && code_parse(folded, ret->code)) {
		ret->kind = LOOKUP_CODE;
		ret->typed = span;
		return 1;
	}
	return r == E_NOMEM ? r : 0;
}

static int read_groups(const struct run *run, size_t first, size_t last, struct arena *scratch,
                       struct lookup *ret)
{
	const char *from = run->group[first].text.p;
	const char *to = run->group[last].text.p + run->group[last].text.n;
	if (!may_be_one(run, first, last))
		return 0;
	return read_span(slice_from(from, (size_t)(to - from)), scratch, ret);
}

/* Whether the groups are joined by dashes and neither neighbour is: one word, as it were. */
static bool is_chain(const struct run *run, size_t first, size_t last)
{
	for (size_t i = first + 1; i <= last; i++)
		if (!run->group[i].dashed)
			return false;
	return last + 1 == run->n || !run->group[last + 1].dashed;
}

static int read_run(const struct run *run, struct arena *scratch, struct lookup *ret)
{
	int r = 0;
	for (size_t first = 0; r == 0 && first < run->n; first++)
		if (!run->group[first].dashed)
			r = read_groups(run, first, run->n - 1, scratch, ret);
	for (size_t first = 0; r == 0 && first < run->n; first++)
		for (size_t last = first; r == 0 && !run->group[first].dashed && last < run->n; last++)
			if (is_chain(run, first, last))
				r = read_groups(run, first, last, scratch, ret);
	return r;
}

static int read_text(struct slice typed, struct arena *scratch, struct lookup *ret)
{
	struct slice text = typed;
	struct run run;
	int r = 0;
	while (r == 0 && next_run(&text, &run))
		r = read_run(&run, scratch, ret);
	if (r == 0) /* in forms of letters and digits that only the fold knows */
		r = read_span(typed, scratch, ret);
	return r < 0 ? r : 0;
}

int lookup_read(struct slice typed, struct arena *arena, struct lookup *ret)
{
	*ret = (struct lookup){.kind = LOOKUP_NEITHER, .typed = typed};
	if (typed.n == CODE_TEXT - 1 && code_parse(typed, ret->code)) /* nearly always */
		ret->kind = LOOKUP_CODE;
	if (ret->kind == LOOKUP_CODE || typed.n > LOOKUP_MAX_BYTES)
		return 0;
	struct arena *scratch = arena_new(SCRATCH_MAX);
	int r = scratch ? read_text(typed, scratch, ret) : E_NOMEM;
	if (r == 0 && ret->kind == LOOKUP_NUMBER) {
		ret->number = arena_slice(arena, ret->number);
		r = ret->number.p ? 0 : E_NOMEM;
	}
	arena_free(scratch);
	return r;
}
