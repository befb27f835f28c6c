/* daemon/main.c - talentd's command line: one function per verb. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/api.h"
#include "base/version.h"
#include "crypt/secret.h"
#include "daemon/admin_token.h"
#include "daemon/boot.h"
#include "daemon/check.h"
#include "daemon/exit.h"
#include "daemon/recorder.h"
#include "daemon/recover.h"
#include "daemon/signer_alone.h"
#include "daemon/timelines.h"
#include "db/migrate.h"

struct command {
	const char *path;     /* -c */
	const char *database; /* -d */
	struct recover_request recover; /* --journal, --lost */
	const char *names[ADMIN_TOKEN_PEOPLE]; /* --name */
	size_t n_names;
};

static void print(FILE *to, const struct buf *text)
{
	fprintf(to, "%.*s", SLICE_ARGS(buf_slice(text)));
}

static int verb_run(const struct command *cmd)
{
	return boot_run(cmd->path);
}

static void warn(const struct conf *c)
{
	fputs(c->warnings, stderr);
}

static int verb_check(const struct command *cmd)
{
	struct buf out = BUF_INIT(64 * KIB);
	unsigned warned = 0;
	int rc = check_all(cmd->path, &out, &warned);
	print(stderr, &out);
	buf_free(&out);
	if (rc != 0)
		return EXIT_CONF;
	if (warned)
		printf("%s: would start; see the warnings above\n", cmd->path);
	else
		printf("%s: good\n", cmd->path);
	return EXIT_DONE;
}

static int verb_dump(const struct command *cmd)
{
	struct buf text = BUF_INIT(CONF_FILE_MAX + 8 * KIB), out = BUF_INIT(MIB);
	struct conf *c = NULL;
	int rc = conf_read_file(cmd->path, &text, &out);
	if (rc == 0)
		rc = conf_parse(buf_slice(&text), cmd->path, &c, &out);
	if (rc == 0)
		conf_dump(c, &out);
	if (rc == 0)
		warn(c);
	print(rc == 0 ? stdout : stderr, &out);
	conf_free(c);
	buf_free(&text);
	buf_free(&out);
	return rc == 0 ? EXIT_DONE : EXIT_CONF;
}

static void report_line(void *arg, const char *line)
{
	fprintf(arg, "%s\n", line);
}

static int migrate_to(const char *conninfo)
{
	char why[MIGRATE_TEXT] = "";
	if (migrate_run(conninfo, migration_set_builtin(), report_line, stdout, why) == 0)
		return EXIT_DONE;
	fprintf(stderr, "talentd migrate: %s\n", why);
	return EXIT_TROUBLE;
}

static int verb_migrate(const struct command *cmd)
{
	struct buf text = BUF_INIT(CONF_FILE_MAX + 8 * KIB), errors = BUF_INIT(16 * KIB);
	struct conf *c = NULL;
	int status = EXIT_CONF;
	if (cmd->database)
		return migrate_to(cmd->database);
	if (conf_read_file(cmd->path, &text, &errors) == 0 &&
	    conf_parse(buf_slice(&text), cmd->path, &c, &errors) == 0)
		status = migrate_to(c->database);
	print(stderr, &errors);
	conf_free(c);
	buf_free(&text);
	buf_free(&errors);
	return status;
}

static int verb_signer(const struct command *cmd)
{
	return signer_alone(cmd->path);
}

enum { PERSON_NAME = 400 };

/* From a person at the terminal. */
static bool ask_name(int who, char name[static PERSON_NAME])
{
	fprintf(stderr, "name of the %s administrator: ", who == 0 ? "first" : "second");
	if (!fgets(name, PERSON_NAME, stdin))
		return false;
	name[strcspn(name, "\n")] = '\0';
	return name[0] != '\0';
}

static int verb_admin_token(const struct command *cmd)
{
	char tokens[ADMIN_TOKEN_PEOPLE][TOKEN_TEXT], why[ADMIN_TOKEN_WHY] = "";
	char typed[ADMIN_TOKEN_PEOPLE][PERSON_NAME];
	const char *names[ADMIN_TOKEN_PEOPLE];
	if (!cmd->database) {
		fprintf(stderr, "talentd admin-token: say -d CONNINFO of a login that may act as "
		                "talent_owner\n");
		return EXIT_WRONG_USE;
	}
	for (int i = 0; i < ADMIN_TOKEN_PEOPLE; i++) {
		names[i] = cmd->n_names ? cmd->names[i] : typed[i];
		if (names[i] && (cmd->n_names || (isatty(STDIN_FILENO) && ask_name(i, typed[i]))))
			continue;
		fprintf(stderr, "talentd admin-token: say who the two administrators are: --name NAME --name NAME\n");
		return EXIT_WRONG_USE;
	}
	if (admin_token_make(cmd->database, names, tokens, why) != 0) {
		fprintf(stderr, "talentd admin-token: %s\n", why);
		return EXIT_TROUBLE;
	}
	for (int i = 0; i < ADMIN_TOKEN_PEOPLE; i++)
		puts(tokens[i]);
	secret_wipe(tokens, sizeof tokens);
	return EXIT_DONE;
}

/* The journal of this host, when it has one, is among them. What was restored on purpose may be on an
 * older timeline than this host has met: that is forgotten, once the rest is done. */
static int verb_recover(const struct command *cmd)
{
	struct recover_request request = cmd->recover;
	struct buf text = BUF_INIT(CONF_FILE_MAX + 8 * KIB), errors = BUF_INIT(16 * KIB);
	char own[RECORDER_PATH];
	struct conf *c = NULL;
	request.database = cmd->database;
	if (!cmd->database) {
		fprintf(stderr, "talentd recover: say -d CONNINFO of a login that may act as "
		                "talent_owner\n");
		return EXIT_WRONG_USE;
	}
	if (conf_read_file(cmd->path, &text, &errors) == 0 &&
	    conf_parse(buf_slice(&text), cmd->path, &c, &errors) == 0 &&
	    recorder_path(c, own) == 0 && access(own, R_OK) == 0 &&
	    request.n_journals < RECOVER_FILES_MAX)
		request.journals[request.n_journals++] = own;
	print(stderr, &errors);
	int status = recover_run(&request);
	if (status == EXIT_DONE && c && timelines_forget(c->state_directory) != 0) {
		fprintf(stderr, "talentd recover: %s: timelines not forgotten: %s\n", c->state_directory,
		        strerror(errno));
		status = EXIT_TROUBLE;
	}
	conf_free(c);
	buf_free(&text);
	buf_free(&errors);
	return status;
}

static int verb_sample(const struct command *cmd UNUSED)
{
	struct buf out = BUF_INIT(MIB);
	conf_write_sample(&out);
	print(stdout, &out);
	buf_free(&out);
	return EXIT_DONE;
}

static void print_routes(const struct route *const *list)
{
	static const enum role roles[] = {ROLE_INSTITUTION, ROLE_COMPANY, ROLE_ADMINISTRATOR,
	                                  ROLE_AUDITOR, ROLE_EMPLOYER};
	for (; *list; list++) {
		printf("%-7s %-52s", http_method_name((*list)->method), (*list)->path);
		for (size_t i = 0; i < ARRAY_LEN(roles); i++)
			printf(" %-13s", route_access(*list, roles[i]));
		printf(" %-7s %s\n", (*list)->open && !(*list)->roles ? "-" : right_code(route_right(*list)),
		       (*list)->open ? "open" : "-");
	}
}

/* For an auditor: from the very descriptors that requests are judged by. */
static int verb_routes(const struct command *cmd UNUSED)
{
	printf("%-7s %-52s %-13s %-13s %-13s %-13s %-13s %-7s %s\n", "method", "path", "institution", "company",
	       "administrator", "auditor", "employer", "right", "nobody");
	print_routes(api_routes);
	return EXIT_DONE;
}

static int verb_version(const struct command *cmd UNUSED)
{
	puts("talentd " TALENT_VERSION);
	return EXIT_DONE;
}

static int verb_help(const struct command *cmd);

static const struct verb {
	const char *name, *doc;
	int (*run)(const struct command *);
} VERBS[] = {
	{"run", "start the daemon in the foreground (the default)", verb_run},
	{"check", "check configuration, certificates, keys and database (also -t)", verb_check},
	{"dump", "print every option in force, passwords masked (also -T)", verb_dump},
	{"migrate", "bring the database's schema up to date; -d CONNINFO: as another user", verb_migrate},
	{"signer", "run the signer alone, for its own unit", verb_signer},
	{"admin-token", "let the first two administrators in and print their tokens; -d CONNINFO: as talent_owner",
		verb_admin_token},
	{"recover", "go on with a database that is older than the journals; -d CONNINFO: as talent_owner",
		verb_recover},
	{"sample", "print a configuration file with every option", verb_sample},
	{"routes", "print who may do what: each route, each role, whose objects, and with which right", verb_routes},
	{"version", "print the version (also --version, -V)", verb_version},
	{"help", "print this (also --help, -h)", verb_help},
};

static void usage(FILE *to)
{
	fprintf(to, "usage: talentd [-c FILE] [-t | -T | VERB]\n\n");
	for (size_t i = 0; i < ARRAY_LEN(VERBS); i++)
		fprintf(to, "  %-11s  %s\n", VERBS[i].name, VERBS[i].doc);
	fprintf(to, "\n  -c FILE   configuration, /etc/talentd/talentd.conf unless given\n"
	            "  --name NAME  admin-token: of the first and of the second administrator; else it asks\n"
	            "  --journal FILE  recover: the registry's journal of another host (as often as needed)\n"
	            "  --lost ID       recover: a journal that does not exist any more\n");
}

static int verb_help(const struct command *cmd UNUSED)
{
	usage(stdout);
	return EXIT_DONE;
}

int main(int argc, char **argv)
{
	struct command cmd = {.path = "/etc/talentd/talentd.conf"};
	const char *name = "run";
	static const struct option long_names[] = {
		{.name = "help", .val = 'h'},
		{.name = "version", .val = 'V'},
		{.name = "journal", .has_arg = required_argument, .val = 'J'},
		{.name = "name", .has_arg = required_argument, .val = 'N'},
		{.name = "lost", .has_arg = required_argument, .val = 'L'},
		{0},
	};
	for (int o; (o = getopt_long(argc, argv, "c:d:tThV", long_names, NULL)) != -1;) {
		if (o == 'c') {
			cmd.path = optarg;
		} else if (o == 'd') {
			cmd.database = optarg;
		} else if (o == 't' || o == 'T') {
			name = o == 't' ? "check" : "dump";
		} else if (o == 'h') {
			name = "help";
		} else if (o == 'V') {
			name = "version";
		} else if (o == 'J' && cmd.recover.n_journals < RECOVER_FILES_MAX) {
			cmd.recover.journals[cmd.recover.n_journals++] = optarg;
		} else if (o == 'N' && cmd.n_names < ADMIN_TOKEN_PEOPLE) {
			cmd.names[cmd.n_names++] = optarg;
		} else if (o == 'L' && cmd.recover.n_lost < RECOVER_FILES_MAX) {
			cmd.recover.lost[cmd.recover.n_lost++] = optarg;
		} else {
			usage(stderr);
			return EXIT_WRONG_USE;
		}
	}
	if (optind < argc)
		name = argv[optind];
	for (size_t i = 0; i < ARRAY_LEN(VERBS); i++)
		if (strcmp(VERBS[i].name, name) == 0)
			return VERBS[i].run(&cmd);
	fprintf(stderr, "talentd: no verb \"%s\"\n", name);
	usage(stderr);
	return EXIT_WRONG_USE;
}
