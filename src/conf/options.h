/* conf/options.h - the option table, for this folder and its tests. */
#pragma once

#include "conf/conf.h"

enum conf_type {
	CONF_TEXT,
	CONF_PATH,   /* a text that names a file */
	CONF_CHOICE, /* a text out of `choices` */
	CONF_ADDRESS, /* a text: numeric, IPv4 or IPv6 */
	CONF_CONNINFO,
	CONF_INT,
	CONF_BOOL,     /* true, false, yes, no, on, off */
	CONF_DURATION, /* 500ms, 10s, 5min, 2h */
	CONF_SIZE,     /* 512, 8KiB, 1MiB, 1GiB */
	CONF_RATE,     /* a size per second: 16KiB/s */
};

enum conf_section { IN_TOP, IN_LISTEN, IN_SIGNER, IN_SECRETS, IN_LIMITS, IN_LOG, CONF_SECTIONS };

struct conf_option {
	enum conf_section section;
	const char *name;
	enum conf_type type;
	size_t offset;       /* in struct conf; in struct conf_listen for IN_LISTEN */
	int64_t min, max;    /* CONF_INT as is, CONF_DURATION in us, sizes in bytes; text: length */
	const char *initial; /* as it would be written */
	const char *choices; /* "a b c" */
	bool reloadable;     /* SIGHUP applies it */
	const char *doc;     /* for the sample, lines of at most 90 characters */
};

extern const struct conf_option CONF_OPTIONS[];
extern const size_t CONF_OPTION_COUNT;

/* An option of the last version that is none of this one. A file that still has it is accepted, with
 * one line of warning; the version after this one drops the row, and so refuses it. */
struct conf_former {
	enum conf_section section;
	const char *name;
	const char *now; /* takes its value, whatever the file says of that one itself; NULL = nothing does */
	const char *why; /* what replaces it, for the warning */
};

extern const struct conf_former CONF_FORMER[];
extern const size_t CONF_FORMER_COUNT;

const struct conf_former *conf_former_find(enum conf_section s, const char *name);

/* "" for the top. */
const char *conf_section_name(enum conf_section s);

/* The option of a section, NULL when there is none. */
const struct conf_option *conf_option_find(enum conf_section s, const char *name);

/* Whether a file without it is refused. */
bool conf_option_required(const struct conf_option *o);

/* Where an option's value lives. l matters for IN_LISTEN only. */
void *conf_field(struct conf *c, const struct conf_option *o, enum conf_listener l);
const void *conf_field_of(const struct conf *c, const struct conf_option *o, enum conf_listener l);

/* The initial value of a listener's option: listeners differ in port and address. */
const char *conf_initial(const struct conf_option *o, enum conf_listener l);

/* Whether the option has a meaning for this listener (ops has no certificate). */
bool conf_listen_has(const struct conf_option *o, enum conf_listener l);

/* Reads one value into its field, texts copied into arena. Returns NULL, or why not: a sentence
 * without a file name, allocated in arena. */
const char *conf_value_parse(const struct conf_option *o, struct slice text, void *field,
	struct arena *arena);

/* Copies a value from one configuration to another, texts into the arena. False: out of memory. */
bool conf_value_copy(const struct conf_option *o, void *to, const void *from, struct arena *arena);

/* Writes a value as it would be written in a file; mask hides passwords. */
void conf_value_write(const struct conf_option *o, const void *field, bool mask, struct buf *out);

bool conf_value_equal(const struct conf_option *o, const void *a, const void *b);
