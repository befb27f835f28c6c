/* ctl/table.h - lists for people: columns aligned by what a terminal shows, where a Chinese
 * character takes two cells. */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "base/clock.h"
#include "ctl/lang.h"

/* pointer: the member's name, "a.b" for a member of a member. */
struct column_spec {
	const char *name;
	const char *en, *zh;
};

/* One header line, then one line an item; absent and null members are "-". Code words
 * are shown by their names (ctl/word.h), and what does not show - control characters, direction marks - as
 * "?", so that a stored text cannot drive the terminal. */
void table_print(FILE *out, enum lang lang, const struct column_spec *columns, size_t n,
		 const json_t *items);

/* Whether a line has the member. */
bool table_has(const json_t *items, const char *name);

/* One item as "label  value" lines, absent members left out. */
void table_print_item(FILE *out, enum lang lang, const struct column_spec *columns, size_t n,
		      const json_t *item);

/* The instant that the member is, by the clock of Shanghai as in tables, for a sentence; "-" when it is none. */
void table_instant(const json_t *item, const char *member, char out[static INSTANT_LOCAL_TEXT]);

/* Cells of a terminal that the UTF-8 text takes. */
size_t table_width(const char *text);
