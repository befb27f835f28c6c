/* daemon/recorder.c - the process that writes the registry's journal: what was acknowledged, outside
 * the database. Workers and jobs find it by a socket that the supervisor made before it forked, so
 * that it can die and come back without their noticing more than a pause.
 *
 * The first line of each of its files gives it a name, by which the database knows it: older files may be
 * archived. */
#include "daemon/recorder.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/outcome.h"
#include "crypt/random.h"
#include "daemon/boot.h"
#include "daemon/exit.h"
#include "daemon/life.h"
#include "daemon/process.h"
#include "journal/read.h"
#include "pdf/jail.h"
#include "recorder/codec.h"
#include "recorder/server.h"

int recorder_path(const struct conf *c, char out[static RECORDER_PATH])
{
	int n = snprintf(out, RECORDER_PATH, "%s/registry-journal", c->state_directory);
	return n < RECORDER_PATH ? 0 : E_LIMIT;
}

static int failed(const struct child *child, int r, const char *path)
{
	log_error(&child->ctx, "registry_journal_refused", LOG_S("path", path),
	          LOG_S("cause", r == E_FULL     ? "another process writes it"
	                         : r == E_SYNTAX ? "its first or its last line is none of a journal"
	                         : r == E_SYSTEM ? strerror(errno)
	                                         : "out of memory"),
	          LOG_S("remedy", "it belongs to the daemon's user; keep whatever is there for "
	                          "`talentd recover`"));
	return r == E_SYNTAX ? EXIT_CONF : EXIT_TROUBLE;
}

struct name {
	char entry[JOURNAL_ENTRY_MAX];
	size_t n;
};

static int take_name(void *arg, const struct journal_line *line)
{
	struct name *name = arg;
	if (!slice_starts(line->entry, SLICE("journal: ")) || line->entry.n > sizeof name->entry)
		return E_SYNTAX;
	memcpy(name->entry, line->entry.p, line->entry.n);
	name->n = line->entry.n;
	return 1; /* one line is enough */
}

static int old_name(const char *path, struct name *name)
{
	uint64_t line;
	int r = journal_read(path, 0, take_name, name, &line);
	return r == 1 ? 0
	       : r    ? r
	              : E_SYNTAX;
}

static void new_name(struct name *name)
{
	char id[UUID_TEXT], host[HOST_NAME_MAX + 1] = "";
	uuid_format(uuid_v4(), id);
	if (gethostname(host, sizeof host - 1) != 0 || !*host)
		snprintf(host, sizeof host, "unnamed");
	name->n = (size_t)snprintf(name->entry, sizeof name->entry, "journal: %s %s", id, host);
}

static int name_it(struct journal *j, const char *path)
{
	struct name name;
	bool is_new = journal_last(j) == 0;
	int r = 0;
	if (is_new)
		new_name(&name);
	else
		r = old_name(path, &name);
	if (r == 0 && is_new)
		r = journal_add(j, instant_now(), slice_from(name.entry, name.n));
	if (r == 0)
		r = journal_set_head(j, slice_from(name.entry, name.n));
	return r ? r : journal_sync(j);
}

static int open_journal(const struct child *child, struct journal **ret)
{
	char path[RECORDER_PATH];
	const struct journal_conf conf = {.path = path};
	int r = recorder_path(child->conf, path);
	if (r == 0)
		r = journal_open(&conf, ret);
	if (r == 0 && (r = name_it(*ret, path)) != 0)
		journal_free(*ret);
	return r ? failed(child, r, path) : 0;
}

static int serve(struct life *life, const struct boot *boot, struct journal *journal)
{
	const uid_t uids[] = {boot->daemon_uid, geteuid()};
	const struct recorder_server_conf conf = {
		.loop = life->loop,
		.journal = journal,
		.uids = uids,
		.n_uids = ARRAY_LEN(uids),
		.log = &life->child->ctx,
	};
	struct recorder_server *server = recorder_server_new(&conf, boot_socket(boot, &recorder_service));
	if (!server) {
		log_error(&life->child->ctx, "not_started", LOG_S("cause", "out of memory"));
		return EXIT_TROUBLE;
	}
	if (pdf_jail() != 0)
		log_warning(&life->child->ctx, "recorder_not_confined",
		            LOG_S("cause", "the system does not filter system calls"));
	life_ready(life);
	int status = life_run(life);
	recorder_server_free(server);
	return status;
}

static int run(struct child *child)
{
	static const struct life_ops OPS = {.reload = NULL};
	struct journal *journal = NULL;
	struct life life;
	int status = open_journal(child, &journal);
	if (status != 0)
		return status;
	if (life_start(&life, child, &OPS, NULL) != 0) {
		journal_free(journal);
		return EXIT_TROUBLE;
	}
	status = serve(&life, child->kind->arg, journal);
	life_finish(&life);
	journal_free(journal);
	return status;
}

const struct process recorder_process = {
	.name = "recorder",
	.run = run,
	.serves = &recorder_service,
	.announces = true,
	.stop_round = 1,
};
