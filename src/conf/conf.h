/* conf/conf.h - the configuration: read once, const afterwards, passed to whoever needs it.
 *
 * One table (conf/options.c) holds name, type, range, default and text of every option; the
 * parser, the sample file conf/talentd.conf, `talentd -T` and the reload all derive from it. */
#pragma once

#include "base/buf.h"
#include "base/clock.h"

enum conf_listener { LISTEN_PUBLIC, LISTEN_CLIENT, LISTEN_OPS, LISTENERS };

struct conf_listen {
	const char *address; /* numeric, IPv4 or IPv6 */
	int64_t port;        /* 0 = this listener is off */
	const char *certificate, *key; /* PEM paths; "" on ops, which speaks plain HTTP */
	const char *client_ca;         /* PEM path; only on client */
};

struct conf {
	const char *public_url; /* without a slash at its end */
	int64_t workers;        /* as written; conf_workers() for the number to start */
	const char *database;   /* libpq conninfo or URI */
	const char *database_jobs; /* of the background jobs' role; "" = database with another user */
	int64_t database_connections;
	const char *user, *group; /* names or numbers; "" = stay who we are */
	const char *state_directory; /* what this host must not forget; the daemon's user owns it */
	struct conf_listen listen[LISTENERS];
	struct conf_signer {
		const char *socket, *key_file, *previous_key_file, *user;
		const char *journal; /* of what was signed; "" = none */
		bool spawn;
	} signer;
	struct conf_secrets {
		const char *id_hash_key, *id_cipher_key, *previous_id_cipher_key; /* paths, for secret_key_read of crypt/secret.h */
		int64_t id_cipher_version; /* of id_cipher_key */
	} secrets;
	struct conf_limits {
		int64_t connections, connections_per_address;
		struct duration handshake, head, body, response, idle;
		uint64_t body_rate_min; /* bytes per second */
		int64_t guesses_per_token, guesses_per_address, guesses_per_number;
		int64_t records_per_address, lookups_per_caller, applications_per_address;
		struct duration guess_window;
	} limits;
	struct conf_log {
		const char *level;
		bool access;
	} log;
	const char *warnings; /* about former options: lines as of errors; "" = none */
	const int *_lines;    /* where each value stood, by option and listener; see conf_say */
	struct arena *_arena; /* owns every text above */
};

/* Parses a whole configuration; an option without a sensible default must be in it. name stands in messages in place of a file name. Returns 0 and
 * *ret (free with conf_free), or E_SYNTAX with "name:line: message" lines added to errors, or
 * E_NOMEM. The text must not contain NUL bytes. */
MUSTUSE int conf_parse(struct slice text, const char *name, struct conf **ret,
	struct buf *errors);
void conf_free(struct conf *c);

/* Reads a file of at most CONF_FILE_MAX bytes into out. Returns 0, or E_SYSTEM / E_LIMIT with
 * one line added to errors. */
enum { CONF_FILE_MAX = 256 * 1024 };
MUSTUSE int conf_read_file(const char *path, struct buf *out, struct buf *errors);

/* Begins a line about a value, whose field is a member of c: "name:LINE: MARKoption: ", without LINE
 * where the value is a default. The caller adds the rest and the end of the line. */
void conf_say(const struct conf *c, const char *name, const void *field, const char *mark,
	struct buf *out);

/* The public_url of the sample, which only shows the form. */
const char *conf_example_url(void);

/* What the process for background jobs connects with: database_jobs, or database as talent_jobs.
 * text is room for the latter. */
enum { CONF_CONNINFO_TEXT = 2100 };
const char *conf_database_jobs(const struct conf *c, char text[static CONF_CONNINFO_TEXT]);

/* The number of workers to start: conf->workers, or one per core this process may run on. */
size_t conf_workers(const struct conf *c);

/* "public", "client", "ops": section titles, names of inherited sockets. */
const char *conf_listener_name(enum conf_listener l);

/* The sample file with every option, its text and its default. */
void conf_write_sample(struct buf *out);

/* Every option as it is in force: valid input for conf_parse that gives the same configuration.
 * Passwords stand in it: for our own processes only. */
void conf_write(const struct conf *c, struct buf *out);

/* The same for eyes: passwords masked. */
void conf_dump(const struct conf *c, struct buf *out);

/* Names of options that differ and take effect only at a start, comma separated; nothing when a
 * reload can apply all differences. */
void conf_restart_needed(const struct conf *was, const struct conf *is, struct buf *out);

/* Sets every option that takes effect only at a start to the value it has in was, so that a
 * reload, and a process started after it, run with what the daemon was started with. Returns 0
 * or E_NOMEM. */
MUSTUSE int conf_keep_started(struct conf *c, const struct conf *was);
