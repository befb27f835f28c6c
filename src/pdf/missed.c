/* pdf/missed.c - see missed.h. Whoever only prints the file must not take it for the whole. */
#include "pdf/missed.h"

#include <stdio.h>

#include "pdf/ornament.h"

#define LEFT 78.0
#define WIDTH (PAGE_WIDTH - 2 * LEFT)

enum { TOP = 170, LINE = 14, LINES_MAX = 40, LINE_TEXT = 256 };

static int line(struct pen *pen, double y, const char *text)
{
	const struct box box = {LEFT, y, WIDTH, LINE, 9, 5, PANGO_ALIGN_LEFT, PANGO_WEIGHT_NORMAL,
	                        palette_of(KIND_SKILL_GRADE)->ink, false, 5};
	return pen_text(pen, &box, slice_of(text), "words", NULL);
}

static int one(struct pen *pen, double y, const struct missed *m)
{
	char text[LINE_TEXT];
	if (m->fault.character)
		snprintf(text, sizeof text, "%.*s　字符 U+%04X 没有字形　no font has the character (%s)",
		         SLICE_ARGS(m->number), (unsigned)m->fault.character, m->fault.field);
	else
		snprintf(text, sizeof text, "%.*s　文字过长或无法排印　a text that cannot be set (%s)",
		         SLICE_ARGS(m->number), m->fault.field);
	return line(pen, y, text);
}

int missed_draw(struct pen *pen, const struct missed *missed, size_t n)
{
	static const struct colour ink = {0, 0, 0};
	const struct box head = {LEFT, 90, WIDTH, 30, 20, 10, PANGO_ALIGN_LEFT, PANGO_WEIGHT_BOLD, ink, false, 10};
	const struct box note = {LEFT, 124, WIDTH, 36, 9, 5, PANGO_ALIGN_LEFT, PANGO_WEIGHT_NORMAL, ink, false, 0};
	char more[LINE_TEXT];
	int r = pen_text(pen, &head, SLICE("未能打印　Not printed"), "words", NULL);
	if (r == 0)
		r = pen_text(pen, &note, SLICE("下列证书不在本文件中，其余均已打印。这些证书本身仍然有效，可用编号核验。"
		                               "These certificates are not in this file, all others are. They are "
		                               "valid nevertheless, and can be verified by their numbers."),
		             "words", NULL);
	for (size_t i = 0; r == 0 && i < n && i < LINES_MAX; i++)
		r = one(pen, TOP + (double)i * LINE, &missed[i]);
	if (r || n <= LINES_MAX)
		return r;
	snprintf(more, sizeof more, "另有 %zu 张　and %zu more", n - LINES_MAX, n - LINES_MAX);
	return line(pen, TOP + LINES_MAX * LINE, more);
}
