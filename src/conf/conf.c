/* conf/conf.c - libconfuse does the grammar (sections, quoting, comments); every value reaches
 * us as a text and is checked here against the option table, at its own line, so that units and
 * ranges have one owner. libconfuse's callbacks carry no argument: the parse in progress is the
 * one static of this file, set only while conf_parse runs. */
#include "conf/conf.h"

#include <assert.h>
#include <confuse.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/outcome.h"
#include "conf/options.h"

/* Appended to every text: libconfuse accepts a file that ends inside a section; in one, this
 * name is unknown. */
#define END_MARK "end_of_configuration"

enum { OPTIONS_MAX = 16, ALL_OPTIONS_MAX = 128, NEAR = 3, NAME_MAX_LEN = 40 };

struct parse {
	const char *name;
	struct slice text;
	struct conf *conf;
	struct buf *errors;
	struct buf warnings;
	bool failed;
	int *lines; /* by index in CONF_OPTIONS and listener; 0 = not given */
	bool taken[ALL_OPTIONS_MAX]; /* by index, by a former option */
};

static struct parse *in_progress;

/* Edit distance (Levenshtein), for the nearest name; NAME_MAX_LEN when one is longer. */
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_LEN + 1], n = strlen(b), m = strlen(a);
	if (n >= NAME_MAX_LEN || m >= NAME_MAX_LEN)
		return NAME_MAX_LEN;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; i <= m; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t change = diagonal + (a[i - 1] != b[j - 1]);
			diagonal = row[j];
			size_t step = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
			row[j] = change < step ? change : step;
		}
	}
	return row[n];
}

static void consider(const char *wanted, const char *have, const char **best, size_t *at)
{
	size_t d = distance(wanted, have);
	if (d < *at) {
		*at = d;
		*best = have;
	}
}

static const char *nearest(enum conf_section s, const char *wanted)
{
	const char *best = NULL;
	size_t at = NEAR + 1;
	for (size_t i = 0; i < CONF_OPTION_COUNT; i++)
		if (CONF_OPTIONS[i].section == s)
			consider(wanted, CONF_OPTIONS[i].name, &best, &at);
	for (int i = IN_TOP + 1; s == IN_TOP && i < CONF_SECTIONS; i++)
		consider(wanted, conf_section_name((enum conf_section)i), &best, &at);
	return best;
}

static enum conf_section section_of(const cfg_t *cfg)
{
	for (int i = IN_TOP + 1; i < CONF_SECTIONS; i++)
		if (strcmp(cfg->name, conf_section_name((enum conf_section)i)) == 0)
			return (enum conf_section)i;
	return IN_TOP;
}

static bool has_comment(struct slice line)
{
	char quote = '\0';
	for (size_t i = 0; i < line.n; i++) {
		if (quote && line.p[i] == '\\')
			i++;
		else if (quote && line.p[i] == quote)
			quote = '\0';
		else if (!quote && (line.p[i] == '"' || line.p[i] == '\''))
			quote = line.p[i];
		else if (!quote && line.p[i] == '#')
			return true;
	}
	return false;
}

/* libconfuse 3.3 counts a line with a comment three times. */
static int real_line(int counted)
{
	struct slice rest = in_progress->text;
	int line = 1;
	for (int count = 1; rest.n && count < counted; line++)
		count += has_comment(slice_cut(&rest, '\n')) ? 3 : 1;
	return line;
}

/* line: of the file; 0 = none in particular. */
static void complain_at(int line, const char *text)
{
	if (line)
		buf_addf(in_progress->errors, "%s:%d: %s\n", in_progress->name, line, text);
	else
		buf_addf(in_progress->errors, "%s: %s\n", in_progress->name, text);
	in_progress->failed = true;
}

/* line: as libconfuse counts. */
static void complain(int line, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void complain(int line, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	complain_at(line ? real_line(line) : 0, text);
}

/* libconfuse's own messages: syntax, and names it does not know ("no such option 'x'"). */
static void on_error(cfg_t *cfg, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
static void on_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	char text[256], *name = text;
	vsnprintf(text, sizeof text, fmt, ap);
	if (strncmp(text, "no such option '", 16) != 0) {
		complain(cfg->line, "%s", text);
		return;
	}
	name = text + 16;
	name[strcspn(name, "'")] = '\0';
	if (strcmp(name, END_MARK) == 0) {
		complain(cfg->line, "the file ends inside a section: } is missing");
		return;
	}
	const char *near = nearest(section_of(cfg), name);
	complain(cfg->line, near ? "unknown option \"%s\"; did you mean \"%s\"?" : "unknown option \"%s\"",
	         name, near);
}

static bool listener_of(const cfg_t *cfg, enum conf_listener *ret)
{
	for (int l = 0; l < LISTENERS; l++) {
		if (strcmp(cfg->title, conf_listener_name((enum conf_listener)l)) == 0) {
			*ret = (enum conf_listener)l;
			return true;
		}
	}
	return false;
}

static int take_value(const cfg_t *cfg, cfg_opt_t *opt, const struct conf_option *o,
                      enum conf_listener l)
{
	const char *problem = conf_value_parse(o, slice_of(cfg_opt_getnstr(opt, 0)),
	                                       conf_field(in_progress->conf, o, l), in_progress->conf->_arena);
	in_progress->lines[(o - CONF_OPTIONS) * LISTENERS + l] = real_line(cfg->line);
	if (problem)
		complain(cfg->line, "%s %s", opt->name, problem);
	return problem ? -1 : 0;
}

/* A file with a former option was written for the last version: what it says of the option that
 * takes its value meant something else then, or is a second word for the same. */
static int on_former(cfg_t *cfg, cfg_opt_t *opt)
{
	const struct conf_former *f = conf_former_find(section_of(cfg), opt->name);
	const struct conf_option *o = f->now ? conf_option_find(f->section, f->now) : NULL;
	const char *section = conf_section_name(f->section);
	buf_addf(&in_progress->warnings, "%s:%d: %s%s%s is a former option, which the next version refuses: %s\n",
	         in_progress->name, real_line(cfg->line), section, *section ? "." : "", f->name, f->why);
	if (!o)
		return 0;
	in_progress->taken[o - CONF_OPTIONS] = true;
	return take_value(cfg, opt, o, LISTEN_PUBLIC);
}

/* Runs for each value at its own line. */
static int on_value(cfg_t *cfg, cfg_opt_t *opt)
{
	enum conf_section s = section_of(cfg);
	enum conf_listener l = LISTEN_PUBLIC;
	const struct conf_option *o = conf_option_find(s, opt->name);
	if (s == IN_LISTEN && !listener_of(cfg, &l)) {
		complain(cfg->line, "unknown listener \"%s\": public, client or ops", cfg->title);
		return -1;
	}
	if (s == IN_LISTEN && !conf_listen_has(o, l)) {
		complain(cfg->line, "listen %s has no %s", conf_listener_name(l), o->name);
		return -1;
	}
	return in_progress->taken[o - CONF_OPTIONS] ? 0 : take_value(cfg, opt, o, l);
}

static void fill_options(cfg_opt_t *to, enum conf_section s)
{
	size_t n = 0;
	for (size_t i = 0; i < CONF_OPTION_COUNT; i++) {
		if (CONF_OPTIONS[i].section != s)
			continue;
		to[n] = (cfg_opt_t)CFG_STR(CONF_OPTIONS[i].name, NULL, CFGF_NODEFAULT);
		to[n++].validcb = on_value;
	}
	for (size_t i = 0; i < CONF_FORMER_COUNT; i++) {
		if (CONF_FORMER[i].section != s)
			continue;
		to[n] = (cfg_opt_t)CFG_STR(CONF_FORMER[i].name, NULL, CFGF_NODEFAULT);
		to[n++].validcb = on_former;
	}
	to[n] = (cfg_opt_t)CFG_END();
}

static cfg_t *grammar(cfg_opt_t options[static CONF_SECTIONS][2 * OPTIONS_MAX])
{
	for (int s = 0; s < CONF_SECTIONS; s++)
		fill_options(options[s], (enum conf_section)s);
	cfg_opt_t *top = options[IN_TOP];
	while (top->name)
		top++;
	*top++ = (cfg_opt_t)CFG_STR(END_MARK, NULL, CFGF_NODEFAULT);
	for (int s = IN_TOP + 1; s < CONF_SECTIONS; s++)
		*top++ = (cfg_opt_t)CFG_SEC(conf_section_name((enum conf_section)s), options[s],
		                            s == IN_LISTEN ? CFGF_TITLE | CFGF_MULTI | CFGF_NO_TITLE_DUPES : CFGF_NONE);
	*top = (cfg_opt_t)CFG_END();
	cfg_t *cfg = cfg_init(options[IN_TOP], CFGF_NONE);
	if (cfg)
		cfg_set_error_function(cfg, on_error);
	return cfg;
}

/* Defaults; a listener is off until its section names a port, so its default port is 0. */
static void set_initial(struct conf *c)
{
	for (size_t i = 0; i < CONF_OPTION_COUNT; i++) {
		const struct conf_option *o = &CONF_OPTIONS[i];
		bool listen = o->section == IN_LISTEN;
		for (int l = 0; l < (listen ? LISTENERS : 1); l++) {
			void *field = conf_field(c, o, (enum conf_listener)l);
			const char *text = conf_initial(o, (enum conf_listener)l);
			if (listen && o->type == CONF_PATH)
				*(const char **)field = "";
			else if (listen && o->type == CONF_INT)
				*(int64_t *)field = 0;
			else if (conf_value_parse(o, slice_of(text), field, c->_arena))
				complain(0, "the default of %s is not valid", o->name);
		}
	}
}

/* About a value of the file, at its line. */
static void complain_of(const void *field, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void complain_of(const void *field, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	conf_say(in_progress->conf, in_progress->name, field, "", in_progress->errors);
	buf_addf(in_progress->errors, "%s\n", text);
	in_progress->failed = true;
}

static void check_listener(const struct conf *c, enum conf_listener l)
{
	const struct conf_listen *listen = &c->listen[l];
	const char *name = conf_listener_name(l);
	if (!listen->port)
		return;
	if (l != LISTEN_OPS && (!*listen->certificate || !*listen->key))
		complain(0, "listen %s needs a certificate and a key", name);
	if (l == LISTEN_CLIENT && !*listen->client_ca)
		complain(0, "listen client needs client_ca");
}

/* What listens at a wildcard address has the port at every address. */
static bool is_any(const char *address)
{
	return strcmp(address, "0.0.0.0") == 0 || strcmp(address, "::") == 0;
}

static void check_ports(const struct conf *c)
{
	for (int b = 1; b < LISTENERS; b++)
		for (int a = 0; a < b; a++) {
			const struct conf_listen *one = &c->listen[a], *other = &c->listen[b];
			if (other->port && one->port == other->port &&
			    (strcmp(one->address, other->address) == 0 || is_any(one->address) ||
			     is_any(other->address)))
				complain_of(&other->port, "%d is the port of listen %s already; give each its own",
				            (int)other->port, conf_listener_name((enum conf_listener)a));
		}
}

static void check_databases(const struct conf *c)
{
	if (!*c->database_jobs && strstr(c->database, "://"))
		complain_of(&c->database, "a URI cannot be used with another user: give database_jobs too, "
		                          "the same with the user talent_jobs");
}

static void check_required(void)
{
	assert(CONF_OPTION_COUNT <= ALL_OPTIONS_MAX);
	for (size_t i = 0; i < CONF_OPTION_COUNT; i++)
		if (conf_option_required(&CONF_OPTIONS[i]) && !in_progress->lines[i * LISTENERS])
			complain(0, "%s is missing: it has no default", CONF_OPTIONS[i].name);
}

static void check_whole(const struct conf *c)
{
	check_required();
	struct slice url = slice_of(c->public_url);
	if (!slice_starts(url, SLICE("https://")) || url.p[url.n - 1] == '/')
		complain(0, "public_url must begin with https:// and must not end in /");
	for (int l = 0; l < LISTENERS; l++)
		check_listener(c, (enum conf_listener)l);
	check_ports(c);
	check_databases(c);
}

static void parse_text(const char *text)
{
	cfg_opt_t options[CONF_SECTIONS][2 * OPTIONS_MAX];
	cfg_t *cfg = grammar(options);
	if (!cfg) {
		complain(0, "no memory to parse");
		return;
	}
	int rc = cfg_parse_buf(cfg, text);
	if (rc != CFG_SUCCESS && !in_progress->failed)
		complain(cfg->line, "cannot be parsed");
	cfg_free(cfg);
	if (!in_progress->failed)
		check_whole(in_progress->conf);
}

int conf_parse(struct slice text, const char *name, struct conf **ret, struct buf *errors)
{
	struct arena *arena = arena_new(MIB);
	struct conf *c = arena ? arena_alloc(arena, sizeof *c) : NULL;
	int *lines = c ? arena_alloc(arena, CONF_OPTION_COUNT * LISTENERS * sizeof *lines) : NULL;
	char *copy = lines ? arena_printf(arena, "%.*s\n" END_MARK " = 1\n", SLICE_ARGS(text)) : NULL;
	if (!copy) {
		arena_free(arena);
		return E_NOMEM;
	}
	struct parse p = {.name = name, .text = text, .conf = c, .errors = errors, .warnings = BUF_INIT(16 * KIB)};
	c->_arena = arena;
	c->_lines = p.lines = lines;
	in_progress = &p;
	set_initial(c);
	if (memchr(text.p, '\0', text.n))
		complain(0, "contains a NUL byte");
	else
		parse_text(copy);
	in_progress = NULL;
	c->warnings = arena_printf(arena, "%.*s", SLICE_ARGS(buf_slice(&p.warnings)));
	buf_free(&p.warnings);
	if (p.failed || !c->warnings) {
		int r = p.failed ? E_SYNTAX : E_NOMEM;
		conf_free(c);
		return r;
	}
	*ret = c;
	return 0;
}

void conf_free(struct conf *c)
{
	if (c)
		arena_free(c->_arena);
}

/* ---- saying what is wrong with a value ---- */

/* The option whose value in c is this field. */
static const struct conf_option *option_of(const struct conf *c, const void *field,
                                           enum conf_listener *ret)
{
	for (size_t i = 0; i < CONF_OPTION_COUNT; i++) {
		const struct conf_option *o = &CONF_OPTIONS[i];
		for (int l = 0; l < (o->section == IN_LISTEN ? LISTENERS : 1); l++) {
			*ret = (enum conf_listener)l;
			if (conf_field_of(c, o, *ret) == field)
				return o;
		}
	}
	return NULL;
}

void conf_say(const struct conf *c, const char *name, const void *field, const char *mark,
              struct buf *out)
{
	enum conf_listener l;
	const struct conf_option *o = option_of(c, field, &l);
	assert(o);
	int line = c->_lines ? c->_lines[(o - CONF_OPTIONS) * LISTENERS + l] : 0;
	const char *section = conf_section_name(o->section);
	buf_adds(out, name);
	if (line)
		buf_addf(out, ":%d", line);
	buf_addf(out, ": %s", mark);
	if (o->section == IN_LISTEN)
		buf_addf(out, "listen %s: %s: ", conf_listener_name(l), o->name);
	else
		buf_addf(out, "%s%s%s: ", section, *section ? "." : "", o->name);
}

const char *conf_example_url(void)
{
	return conf_option_find(IN_TOP, "public_url")->initial;
}

/* In a keyword string a later user= takes the place of an earlier one. */
const char *conf_database_jobs(const struct conf *c, char text[static CONF_CONNINFO_TEXT])
{
	if (*c->database_jobs)
		return c->database_jobs;
	snprintf(text, CONF_CONNINFO_TEXT, "%s user=talent_jobs", c->database);
	return text;
}

int conf_read_file(const char *path, struct buf *out, struct buf *errors)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;
	size_t total = 0;
	while (fd >= 0) {
		char *p = buf_reserve(out, 4 * KIB);
		n = p && total <= CONF_FILE_MAX ? read(fd, p, 4 * KIB) : -2;
		if (n <= 0)
			break;
		buf_commit(out, (size_t)n);
		total += (size_t)n;
	}
	if (n == -1)
		buf_addf(errors, "%s: %s\n", path, strerror(errno));
	if (n == -2)
		buf_addf(errors, "%s: larger than %d bytes\n", path, CONF_FILE_MAX);
	if (fd >= 0)
		close(fd);
	return n == -1   ? E_SYSTEM
	       : n == -2 ? E_LIMIT
	                 : 0;
}

size_t conf_workers(const struct conf *c)
{
	cpu_set_t mine;
	if (c->workers > 0)
		return (size_t)c->workers;
	if (sched_getaffinity(0, sizeof mine, &mine) < 0)
		return 1;
	return (size_t)CPU_COUNT(&mine);
}

/* A listener's option has a value for each listener that knows it, any other has one. */
static bool has_value(const struct conf_option *o, int l)
{
	return o->section == IN_LISTEN ? conf_listen_has(o, (enum conf_listener)l) : l == 0;
}

static void add_name(const struct conf_option *o, struct buf *out)
{
	const char *section = conf_section_name(o->section);
	buf_addf(out, "%s%s%s%s", out->n ? ", " : "", section, *section ? "." : "", o->name);
}

void conf_restart_needed(const struct conf *was, const struct conf *is, struct buf *out)
{
	for (size_t i = 0; i < CONF_OPTION_COUNT; i++) {
		const struct conf_option *o = &CONF_OPTIONS[i];
		for (int l = 0; l < LISTENERS && !o->reloadable; l++)
			if (has_value(o, l) &&
			    !conf_value_equal(o, conf_field_of(was, o, (enum conf_listener)l),
			                      conf_field_of(is, o, (enum conf_listener)l)))
				add_name(o, out);
	}
}

int conf_keep_started(struct conf *c, const struct conf *was)
{
	for (size_t i = 0; i < CONF_OPTION_COUNT; i++) {
		const struct conf_option *o = &CONF_OPTIONS[i];
		for (int l = 0; l < LISTENERS && !o->reloadable; l++)
			if (has_value(o, l) &&
			    !conf_value_copy(o, conf_field(c, o, (enum conf_listener)l),
			                     conf_field_of(was, o, (enum conf_listener)l), c->_arena))
				return E_NOMEM;
	}
	return 0;
}
