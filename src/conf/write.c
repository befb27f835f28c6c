/* conf/write.c - the sample file and the dump: two walks over the option table. */
#include "conf/conf.h"

#include "base/arena.h"
#include "conf/options.h"

/* What a walk writes for one option. */
typedef void write_fn(const struct conf_option *o, const struct conf *c, enum conf_listener l,
	struct buf *out);

static void write_options(enum conf_section s, const struct conf *c, enum conf_listener l,
                          const char *indent, write_fn *write, struct buf *out)
{
	for (size_t i = 0; i < CONF_OPTION_COUNT; i++) {
		const struct conf_option *o = &CONF_OPTIONS[i];
		if (o->section != s || (s == IN_LISTEN && !conf_listen_has(o, l)))
			continue;
		buf_adds(out, indent);
		write(o, c, l, out);
		buf_addc(out, '\n');
	}
}

static void write_all(const struct conf *c, write_fn *write, struct buf *out)
{
	write_options(IN_TOP, c, LISTEN_PUBLIC, "", write, out);
	for (int l = 0; l < LISTENERS; l++) {
		buf_addf(out, "listen %s {\n", conf_listener_name((enum conf_listener)l));
		write_options(IN_LISTEN, c, (enum conf_listener)l, "\t", write, out);
		buf_adds(out, "}\n");
	}
	for (int s = IN_LISTEN + 1; s < CONF_SECTIONS; s++) {
		buf_addf(out, "%s {\n", conf_section_name((enum conf_section)s));
		write_options((enum conf_section)s, c, LISTEN_PUBLIC, "\t", write, out);
		buf_adds(out, "}\n");
	}
}

static void write_value(const struct conf_option *o, const struct conf *c, enum conf_listener l,
                        bool mask, struct buf *out)
{
	buf_addf(out, "%s = ", o->name);
	conf_value_write(o, conf_field_of(c, o, l), mask, out);
}

static void write_plain(const struct conf_option *o, const struct conf *c, enum conf_listener l,
                        struct buf *out)
{
	write_value(o, c, l, false, out);
}

static void write_masked(const struct conf_option *o, const struct conf *c, enum conf_listener l,
                         struct buf *out)
{
	write_value(o, c, l, true, out);
}

void conf_write(const struct conf *c, struct buf *out)
{
	write_all(c, write_plain, out);
}

void conf_dump(const struct conf *c, struct buf *out)
{
	write_all(c, write_masked, out);
}

static void write_doc(const struct conf_option *o, const char *indent, struct buf *out)
{
	struct slice rest = slice_of(o->doc);
	while (rest.p) {
		struct slice line = slice_cut(&rest, '\n');
		buf_adds(out, "# ");
		buf_add(out, line);
		buf_addf(out, "\n%s", indent);
	}
}

static bool is_text(enum conf_type t)
{
	return t == CONF_TEXT || t == CONF_PATH || t == CONF_CHOICE || t == CONF_ADDRESS ||
	       t == CONF_CONNINFO;
}

static void write_sample_option(const struct conf_option *o, const struct conf *c UNUSED,
                                enum conf_listener l, struct buf *out)
{
	const char *quote = is_text(o->type) || o->type == CONF_RATE ? "\"" : "";
	const char *indent = o->section == IN_TOP ? "" : "\t";
	if (o->section != IN_LISTEN || l == LISTEN_PUBLIC || o->offset == offsetof(struct conf_listen, client_ca))
		write_doc(o, indent, out);
	if (o->choices)
		buf_addf(out, "# One of: %s.\n%s", o->choices, indent);
	buf_addf(out, "%s = %s%s%s", o->name, quote, conf_initial(o, l), quote);
	if (o->section == IN_TOP)
		buf_addc(out, '\n');
}

void conf_write_sample(struct buf *out)
{
	buf_adds(out,
	         "# talentd.conf - every option of talentd with its default (paths and listeners: an\n"
	         "# example). `talentd -t -c FILE` checks a file, `talentd -T -c FILE` prints what is in\n"
	         "# force, SIGHUP applies certificates, limits and log; the rest needs a restart.\n\n");
	write_all(NULL, write_sample_option, out);
}
