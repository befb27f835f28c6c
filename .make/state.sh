# .make/state.sh - read by run.sh, reset.sh and trust.sh: where the demonstration keeps what.
#
#   build/run.env     for talentctl and other clients: where the registry is, and tokens
#   build/run/        settings of the first start, the local CA, what talentctl wrote
#   $STATE            database cluster, daemon's configuration and secrets, sockets. It is
#                     build/run/state when the users that the servers run as can reach it, else
#                     a folder of /var/tmp that is named after the checkout's path.
#
# As root nothing stays root: PostgreSQL runs as `postgres` (initdb refuses root), the daemon and
# its signer as two numeric users of the range that systemd uses for dynamic ones.

ROOT=$(pwd -P)
BUILD=${BUILD:-build}
BUILD_AS_GIVEN=$BUILD
case $BUILD in /*) ;; *) BUILD=$ROOT/$BUILD ;; esac
RUN=$BUILD/run
DAEMON_ID=61700
SIGNER_ID=61701
PG_BIN=${PG_BIN:-/usr/lib/postgresql/15/bin}

die() {
	printf 'make %s: %s\n' "${VERB:-run}" "$*" >&2
	exit 1
}

is_root() {
	[ "$(id -u)" -eq 0 ]
}

# Runs a command as the user that owns the cluster.
as_postgres() {
	if is_root; then
		# From /, because the checkout may be closed to this user.
		(cd / && setpriv --reuid=postgres --regid=postgres --init-groups --inh-caps=-all "$@")
	else
		"$@"
	fi
}

# The folder for the servers' own files; remembered, because the cluster is in it. One in
# /var/tmp that build/run does not remember is left over from a checkout that was removed.
find_state() {
	if [ -s "$RUN/state-path" ]; then
		STATE=$(cat "$RUN/state-path")
		return
	fi
	mkdir -p "$RUN"
	STATE=$RUN/state
	# A Unix socket's path may have 107 bytes (unix(7)).
	if [ ${#STATE} -gt 80 ] || ! reachable "$RUN"; then
		STATE=/var/tmp/talentd-$(printf %s "$ROOT" | sha256sum | cut -c1-16)
		if [ -O "$STATE" ] && [ ! -L "$STATE" ]; then
			stop_postgres
			rm -rf "$STATE"
		fi
	fi
	printf '%s\n' "$STATE" >"$RUN/state-path"
}

reachable() {
	! is_root || {
		as_postgres test -x "$1" &&
			setpriv --reuid=$DAEMON_ID --regid=$DAEMON_ID --clear-groups test -x "$1"
	}
}

postgres_runs() {
	as_postgres "$PG_BIN/pg_ctl" status -D "$STATE/pg" >/dev/null 2>&1
}

stop_postgres() {
	if [ -d "$STATE/pg" ] && postgres_runs; then
		as_postgres "$PG_BIN/pg_ctl" stop -D "$STATE/pg" -m fast -w >/dev/null
	fi
}
