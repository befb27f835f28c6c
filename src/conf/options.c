/* conf/options.c - every option there is. To add one, add a field to struct conf and a row here;
 * then refresh the sample with `talentd sample > conf/talentd.conf` (a test compares). */
#include "conf/options.h"

#include <stdlib.h>

#define TOP(field) offsetof(struct conf, field)
#define LISTEN(field) offsetof(struct conf_listen, field)
#define US(seconds) ((int64_t)(seconds) * 1000000)

const struct conf_option CONF_OPTIONS[] = {
	{IN_TOP, "public_url", CONF_TEXT, TOP(public_url), 9, 200, "https://talent.example", NULL, false,
		"Base URL under which the world reaches this registry. It goes into QR codes and DIDs and\n"
		"never changes once a certificate is issued. Required: the default is an example."},
	{IN_TOP, "workers", CONF_INT, TOP(workers), 0, 256, "0", NULL, false,
		"Worker processes; 0 = one per core."},
	{IN_TOP, "user", CONF_TEXT, TOP(user), 0, 64, "talentd", NULL, false,
		"User (name or number) that the processes change to when started as root, and whom a signer\n"
		"with a unit of its own serves; empty = whoever starts them."},
	{IN_TOP, "group", CONF_TEXT, TOP(group), 0, 64, "", NULL, false,
		"Group (name or number); empty = the user's own."},
	{IN_TOP, "state_directory", CONF_PATH, TOP(state_directory), 1, 3900, "/var/lib/talentd", NULL,
		false,
		"Folder for the little that this host must remember over a restart. It must exist and\n"
		"belong to the daemon's user."},
	{IN_TOP, "database", CONF_CONNINFO, TOP(database), 1, 2000,
		"host=/var/run/postgresql dbname=talent user=talent_worker target_session_attrs=read-write",
		NULL, false,
		"PostgreSQL, as a libpq connection string; several hosts are tried in turn."},
	{IN_TOP, "database_jobs", CONF_CONNINFO, TOP(database_jobs), 0, 2000, "", NULL, false,
		"The same database for background jobs, which have a role of their own; empty = as database\n"
		"with user=talent_jobs. Where database is a URI this one must be given."},
	{IN_TOP, "database_connections", CONF_INT, TOP(database_connections), 1, 64, "4", NULL, false,
		"Pipelined connections per worker for writes (reads and status have their own)."},

	{IN_LISTEN, "address", CONF_ADDRESS, LISTEN(address), 2, 64, NULL, NULL, false,
		"Numeric address, IPv4 or IPv6. Sockets inherited from systemd take precedence."},
	{IN_LISTEN, "port", CONF_INT, LISTEN(port), 0, 65535, NULL, NULL, false,
		"TCP port; 0 = this listener is off."},
	{IN_LISTEN, "certificate", CONF_PATH, LISTEN(certificate), 0, 4000, NULL, NULL, true,
		"Certificate chain, PEM. Read again on reload."},
	{IN_LISTEN, "key", CONF_PATH, LISTEN(key), 0, 4000, NULL, NULL, true,
		"Its private key, PEM, readable by the daemon's user."},
	{IN_LISTEN, "client_ca", CONF_PATH, LISTEN(client_ca), 0, 4000, NULL, NULL, true,
		"CA certificates, PEM, that client certificates must chain to."},

	{IN_SIGNER, "socket", CONF_PATH, TOP(signer.socket), 1, 107, "/run/talentd-signer/sign.sock",
		NULL, false, "Unix socket of the signer, the only process that can use issuing keys."},
	{IN_SIGNER, "key_file", CONF_PATH, TOP(signer.key_file), 0, 4000,
		"/run/credentials/talentd-signer.service/kek", NULL, false,
		"The key that wraps all issuing keys (32 bytes, mode 0600), for the signer's eyes only."},
	{IN_SIGNER, "previous_key_file", CONF_PATH, TOP(signer.previous_key_file), 0, 4000, "", NULL,
		false,
		"The key before it, while issuing keys are wrapped anew (POST /v1/keys/rewrap); else empty."},
	{IN_SIGNER, "journal", CONF_PATH, TOP(signer.journal), 0, 4000,
		"/var/lib/talentd-signer/journal", NULL, false,
		"Where the signer writes a line for each signature before giving it out; empty = nowhere.\n"
		"Its folder belongs to the signer's user."},
	{IN_SIGNER, "user", CONF_TEXT, TOP(signer.user), 0, 64, "", NULL, false,
		"User a spawned signer changes to when started as root; empty = stay."},
	{IN_SIGNER, "spawn", CONF_BOOL, TOP(signer.spawn), 0, 0, "false", NULL, false,
		"Start a signer as a child of this daemon instead of relying on its own unit."},

	{IN_SECRETS, "id_hash_key", CONF_PATH, TOP(secrets.id_hash_key), 1, 4000,
		"/run/credentials/talentd.service/id_hash_key", NULL, false,
		"Key under which ID numbers are hashed to be found again (32 bytes, mode 0600)."},
	{IN_SECRETS, "id_cipher_key", CONF_PATH, TOP(secrets.id_cipher_key), 1, 4000,
		"/run/credentials/talentd.service/id_cipher_key", NULL, false,
		"Key that encrypts ID numbers at rest (32 bytes, mode 0600)."},
	{IN_SECRETS, "id_cipher_version", CONF_INT, TOP(secrets.id_cipher_version), 1, 32767, "1", NULL, false,
		"Which version of that key it is, stored beside each number. A new key has the next number."},
	{IN_SECRETS, "previous_id_cipher_key", CONF_PATH, TOP(secrets.previous_id_cipher_key), 0, 4000, "", NULL, false,
		"The key before it, while numbers are encrypted anew (POST /v1/people/reseal); else empty."},

	{IN_LIMITS, "connections", CONF_INT, TOP(limits.connections), 1, 1000000, "10000", NULL, true,
		"Client connections over all workers; more are closed at once."},
	{IN_LIMITS, "connections_per_address", CONF_INT, TOP(limits.connections_per_address), 1,
		1000000, "256", NULL, true, "Client connections from one address."},
	{IN_LIMITS, "handshake", CONF_DURATION, TOP(limits.handshake), 100000, US(300), "5s", NULL,
		true, "Time for a TLS handshake. This and the next are absolute: bytes do not extend them."},
	{IN_LIMITS, "head", CONF_DURATION, TOP(limits.head), 100000, US(300), "10s", NULL, true,
		"Time for request line and headers, from their first byte."},
	{IN_LIMITS, "body", CONF_DURATION, TOP(limits.body), 100000, US(3600), "30s", NULL, true,
		"Time for a body, plus its size divided by body_rate_min."},
	{IN_LIMITS, "body_rate_min", CONF_RATE, TOP(limits.body_rate_min), 64, 1 << 30, "16KiB/s",
		NULL, true, "Slowest upload that is waited for."},
	{IN_LIMITS, "response", CONF_DURATION, TOP(limits.response), 100000, US(3600), "30s", NULL,
		true, "Time for a client to take its answer."},
	{IN_LIMITS, "idle", CONF_DURATION, TOP(limits.idle), 100000, US(3600), "60s", NULL, true,
		"Time a kept-alive connection may wait for its next request."},
	{IN_LIMITS, "guesses_per_token", CONF_INT, TOP(limits.guesses_per_token), 1, 1000000, "1000",
		NULL, true,
		"Wrong names of one token or client certificate within guess_window: failed verifications,\n"
		"and results and enrolments that are refused with person_name_differs. Beyond it nothing of\n"
		"it that names a person is verified or, of people whose name is known, taken until then."},
	{IN_LIMITS, "guesses_per_address", CONF_INT, TOP(limits.guesses_per_address), 1, 1000000,
		"600", NULL, true,
		"The same for all who come without one from one address (IPv6: one /64): an office behind\n"
		"one address is one caller."},
	{IN_LIMITS, "guesses_per_number", CONF_INT, TOP(limits.guesses_per_number), 1, 1000000, "5",
		NULL, true,
		"The same for one certificate number (or code with a name) or ID document, by one such\n"
		"caller. Nobody is refused for what others have failed; hosts count apart."},
	{IN_LIMITS, "records_per_address", CONF_INT, TOP(limits.records_per_address), 1, 1000000,
		"3600", NULL, true,
		"Verifications without a token from one address within guess_window that leave a record and\n"
		"have a reference. More are answered all the same, without one."},
	{IN_LIMITS, "lookups_per_caller", CONF_INT, TOP(limits.lookups_per_caller), 1, 1000000, "120",
		NULL, true,
		"People that one token or client certificate may look up by their ID documents within\n"
		"guess_window, found or not. Each look-up names its purpose and is in the audit."},
	{IN_LIMITS, "applications_per_address", CONF_INT, TOP(limits.applications_per_address), 1, 1000000, "20",
		NULL, true,
		"Applications of organisations (POST /v1/organisations) from one address within guess_window,\n"
		"taken or refused."},
	{IN_LIMITS, "guess_window", CONF_DURATION, TOP(limits.guess_window), US(60), US(86400), "1h",
		NULL, true, "The window of these limits. It begins with the first failure."},

	{IN_LOG, "level", CONF_CHOICE, TOP(log.level), 1, 16, "info",
		"error warning notice info debug", true, "Least important lines to write."},
	{IN_LOG, "access", CONF_BOOL, TOP(log.access), 0, 0, "false", NULL, true,
		"Write a line for each request (no personal data)."},
};

const size_t CONF_OPTION_COUNT = ARRAY_LEN(CONF_OPTIONS);

const struct conf_former CONF_FORMER[] = {
	{IN_TOP, "database_clerk", "database_jobs",
		"the process for background jobs is called jobs now, its role talent_jobs; database_jobs takes "
		"this value, and the role talent_clerk goes with the next version"},
	{IN_TOP, "verification_record_days", NULL,
		"it is a policy of the authority now, 1095 until that is changed: talentctl policy set "
		"verification_record_days"},
	{IN_LIMITS, "guesses_per_pair", "guesses_per_number",
		"misses are counted for each caller alone now, so guesses_per_number is what it was and takes "
		"its value; what guesses_per_number was, a limit over all callers, is gone"},
};

const size_t CONF_FORMER_COUNT = ARRAY_LEN(CONF_FORMER);

static const char *const SECTIONS[CONF_SECTIONS] = {
	[IN_TOP] = "",
	[IN_LISTEN] = "listen",
	[IN_SIGNER] = "signer",
	[IN_SECRETS] = "secrets",
	[IN_LIMITS] = "limits",
	[IN_LOG] = "log",
};

static const struct conf_listen_initial {
	const char *name, *address, *port, *certificate, *key, *client_ca; /* NULL = has none */
} LISTENER_INITIAL[LISTENERS] = {
	[LISTEN_PUBLIC] = {"public", "0.0.0.0", "8443", "/etc/talentd/tls.pem", "/etc/talentd/tls.key",
		NULL},
	[LISTEN_CLIENT] = {"client", "0.0.0.0", "8444", "/etc/talentd/tls.pem", "/etc/talentd/tls.key",
		"/etc/talentd/clients.pem"},
	[LISTEN_OPS] = {"ops", "127.0.0.1", "9443", NULL, NULL, NULL},
};

/* At the top of a file, with a default that is only an example. */
static const char *const REQUIRED[] = {"public_url"};

bool conf_option_required(const struct conf_option *o)
{
	for (size_t i = 0; i < ARRAY_LEN(REQUIRED); i++)
		if (o->section == IN_TOP && strcmp(o->name, REQUIRED[i]) == 0)
			return true;
	return false;
}

const char *conf_section_name(enum conf_section s)
{
	return SECTIONS[s];
}

const char *conf_listener_name(enum conf_listener l)
{
	return LISTENER_INITIAL[l].name;
}

const struct conf_option *conf_option_find(enum conf_section s, const char *name)
{
	for (size_t i = 0; i < CONF_OPTION_COUNT; i++)
		if (CONF_OPTIONS[i].section == s && strcmp(CONF_OPTIONS[i].name, name) == 0)
			return &CONF_OPTIONS[i];
	return NULL;
}

const struct conf_former *conf_former_find(enum conf_section s, const char *name)
{
	for (size_t i = 0; i < CONF_FORMER_COUNT; i++)
		if (CONF_FORMER[i].section == s && strcmp(CONF_FORMER[i].name, name) == 0)
			return &CONF_FORMER[i];
	return NULL;
}

void *conf_field(struct conf *c, const struct conf_option *o, enum conf_listener l)
{
	char *base = o->section == IN_LISTEN ? (char *)&c->listen[l] : (char *)c;
	return base + o->offset;
}

const void *conf_field_of(const struct conf *c, const struct conf_option *o, enum conf_listener l)
{
	const char *base = o->section == IN_LISTEN ? (const char *)&c->listen[l] : (const char *)c;
	return base + o->offset;
}

const char *conf_initial(const struct conf_option *o, enum conf_listener l)
{
	if (o->section != IN_LISTEN)
		return o->initial;
	const struct conf_listen_initial *i = &LISTENER_INITIAL[l];
	switch (o->offset) {
	case LISTEN(address):
		return i->address;
	case LISTEN(port):
		return i->port;
	case LISTEN(certificate):
		return i->certificate;
	case LISTEN(key):
		return i->key;
	default:
		return i->client_ca;
	}
}

bool conf_listen_has(const struct conf_option *o, enum conf_listener l)
{
	return conf_initial(o, l) != NULL;
}
