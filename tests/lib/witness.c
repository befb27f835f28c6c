/* tests/lib/witness.c - a list without repetitions, and a search of each text in a whole file. */
#include "witness.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct seen {
	enum witness_kind kind;
	char *text;
};

struct witness {
	struct seen *at;
	size_t n, size;
};

struct witness *witness_new(void)
{
	struct witness *w = calloc(1, sizeof *w);
	assert(w);
	return w;
}

void witness_free(struct witness *w)
{
	for (size_t i = 0; w && i < w->n; i++)
		free(w->at[i].text);
	if (w)
		free(w->at);
	free(w);
}

void witness_note(struct witness *w, enum witness_kind kind, const char *text)
{
	if (!text || strlen(text) < 4)
		return;
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->at[i].text, text) == 0 && w->at[i].kind == kind)
			return;
	if (w->n == w->size) {
		w->size = w->size ? 2 * w->size : 64;
		w->at = realloc(w->at, w->size * sizeof *w->at);
		assert(w->at);
	}
	w->at[w->n++] = (struct seen){kind, strdup(text)};
}

static void note_member(struct witness *w, const char *key, const json_t *value)
{
	static const struct {
		const char *key;
		enum witness_kind kind;
	} secret[] = {{"id_number", WITNESS_PERSON},
	              {"id_number", WITNESS_NUMBER},
	              {"token", WITNESS_TOKEN},
	              {"code", WITNESS_CODE},
	              {"verification_code", WITNESS_CODE}};
	const char *text = json_string_value(value);
	/* "code" is also what problems, levels and occupations have; a real one has 26 characters */
	for (size_t i = 0; text && i < sizeof secret / sizeof *secret; i++)
		if (strcmp(key, secret[i].key) == 0 &&
		    (secret[i].kind != WITNESS_CODE || strlen(text) == 26) && !strchr(text, '*'))
			witness_note(w, secret[i].kind, text);
}

void witness_note_json(struct witness *w, json_t *json)
{
	const char *key;
	json_t *value;
	size_t i;
	if (json_is_array(json))
		json_array_foreach(json, i, value)
			witness_note_json(w, value);
	/* a person's name stands beside the document, the number or the code */
	if (json_object_get(json, "id_number") || json_object_get(json, "number") ||
	    json_object_get(json, "code"))
		if (!json_object_get(json, "edition") && !json_object_get(json, "name_en"))
			witness_note(w, WITNESS_PERSON,
			             json_string_value(json_object_get(json, "name")));
	json_object_foreach(json, key, value)
	{
		note_member(w, key, value);
		witness_note_json(w, value);
	}
}

size_t witness_count(const struct witness *w, unsigned kinds)
{
	size_t n = 0;
	for (size_t i = 0; i < w->n; i++)
		n += (kinds & (unsigned)w->at[i].kind) != 0;
	return n;
}

static char *read_whole(const char *path, size_t *n)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;
	*n = 0;
	while (f) {
		if (*n + 65536 > size)
			text = realloc(text, size = 2 * size + 65536);
		assert(text);
		size_t got = fread(text + *n, 1, size - *n - 1, f);
		if (got == 0)
			break;
		*n += got;
	}
	if (f)
		fclose(f);
	return text;
}

static void lower(char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] = (char)(text[i] + 32);
}

const char *witness_find_in(const struct witness *w, unsigned kinds, const char *bytes, size_t n)
{
	const char *found = NULL;
	char *text = malloc(n + 1);
	assert(text);
	memcpy(text, bytes, n);
	lower(text, n);
	for (size_t i = 0; i < w->n && !found; i++) {
		if (!(kinds & (unsigned)w->at[i].kind))
			continue;
		char *wanted = strdup(w->at[i].text);
		lower(wanted, strlen(wanted));
		if (memmem(text, n, wanted, strlen(wanted)))
			found = w->at[i].text;
		free(wanted);
	}
	free(text);
	return found;
}

const char *witness_find(const struct witness *w, unsigned kinds, const char *path)
{
	size_t n;
	char *text = read_whole(path, &n);
	if (!text)
		return path;
	const char *found = witness_find_in(w, kinds, text, n);
	free(text);
	return found;
}
