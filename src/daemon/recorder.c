/* daemon/recorder.c - the process that writes the registry's journal: what was acknowledged, outside
 * the database. Workers and clerk find it by a socket that the supervisor made before it forked, so
 * that it can die and come back without their noticing more than a pause.
 *
 * The first line of a new journal gives it a name, by which the database knows it. */
#include "daemon/recorder.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/outcome.h"
#include "crypt/random.h"
#include "daemon/bodies.h"
#include "daemon/boot.h"
#include "daemon/exit.h"
#include "daemon/life.h"
#include "press/jail.h"
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
	                         : r == E_SYNTAX ? "its last line is none of a journal"
	                         : r == E_SYSTEM ? strerror(errno)
	                                         : "out of memory"),
	          LOG_S("remedy", "it belongs to the daemon's user; keep whatever is there for "
	                          "`talentd recover`"));
	return r == E_SYNTAX ? EXIT_CONF : EXIT_TROUBLE;
}

static int name_it(struct journal *j)
{
	char id[UUID_TEXT], host[HOST_NAME_MAX + 1] = "", entry[HOST_NAME_MAX + 64];
	if (journal_last(j) != 0)
		return 0;
	uuid_format(uuid_v4(), id);
	if (gethostname(host, sizeof host - 1) != 0 || !*host)
		snprintf(host, sizeof host, "unnamed");
	int n = snprintf(entry, sizeof entry, "journal: %s %s", id, host);
	int r = journal_add(j, instant_now(), slice_from(entry, (size_t)n));
	return r ? r : journal_sync(j);
}

static int open_journal(const struct child *child, struct journal **ret)
{
	char path[RECORDER_PATH];
	const struct journal_conf conf = {.path = path};
	int r = recorder_path(child->conf, path);
	if (r == 0)
		r = journal_open(&conf, ret);
	if (r == 0 && (r = name_it(*ret)) != 0)
		journal_free(*ret);
	return r ? failed(child, r, path) : 0;
}

static int serve(struct life *life, const struct boot *boot, struct journal *journal)
{
	const struct recorder_server_conf conf = {
		.loop = life->loop,
		.journal = journal,
		.uid = boot->daemon_uid,
		.log = &life->child->ctx,
	};
	struct recorder_server *server = recorder_server_new(&conf, boot->recorder_fd);
	if (!server) {
		log_error(&life->child->ctx, "not_started", LOG_S("cause", "out of memory"));
		return EXIT_TROUBLE;
	}
	if (press_jail() != 0)
		log_warning(&life->child->ctx, "recorder_not_confined",
		            LOG_S("cause", "the system does not filter system calls"));
	life_ready(life);
	int status = life_run(life);
	recorder_server_free(server);
	return status;
}

int recorder_run(struct child *child)
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
