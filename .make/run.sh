#!/bin/sh
# .make/run.sh - make run: the whole registry on this machine, in the foreground.
#
# The first start makes everything below build/run/ (see state.sh) and loads the demonstration
# through the public API; later starts only start. PORT and HOST are fixed at the first start,
# because links, QR codes and DIDs carry them. Ctrl-C stops all of it.
set -eu
umask 022
. .make/state.sh

# --- settings of the first start ---

runs_already() {
	[ -s "$RUN/pid" ] && kill -0 "$(cat "$RUN/pid")" 2>/dev/null
}

our_addresses() {
	echo 127.0.0.1 $(hostname -I 2>/dev/null)
}

# Links and QR codes lead there: by an address that is ours, or a name that this machine calls itself or
# that leads to one.
is_this_machine() {
	case $1 in
	localhost | 127.* | "$(uname -n)" | "$(uname -n).local") return 0 ;;
	esac
	for address in $1 $(getent ahosts "$1" | awk '{ print $1 }' | sort -u); do
		case " $(our_addresses) " in *" $address "*) return 0 ;; esac
		case $address in 127.* | ::1) return 0 ;; esac
	done
	return 1
}

fix_settings() {
	mkdir -p "$RUN"
	# Until certificates are issued another PORT or HOST may still be chosen.
	[ -e "$RUN/done.tokens" ] || runs_already || rm -f "$RUN/settings" "$RUN/ca.pem"
	if [ ! -s "$RUN/settings" ]; then
		case ${PORT:-8443} in
		*[!0-9]* | '') die "PORT=$PORT is no port" ;;
		esac
		[ "${PORT:-8443}" -ge 1 ] && [ "${PORT:-8443}" -le 64535 ] ||
			die "PORT=$PORT must be from 1 to 64535 (two more ports lie above it)"
		case ${HOST:-localhost} in
		*[!A-Za-z0-9.-]*) die "HOST=$HOST is no host name" ;;
		esac
		is_this_machine "${HOST:-localhost}" ||
			die "HOST=$HOST is not this machine, whose addresses are: $(our_addresses)." \
				"Give one of them, or a name that leads to one"
		printf 'FIXED_PORT=%s\nFIXED_HOST=%s\n' "${PORT:-8443}" "${HOST:-localhost}" >"$RUN/settings"
	fi
	. "$RUN/settings"
	if [ "${PORT:-$FIXED_PORT}" != "$FIXED_PORT" ] || [ "${HOST:-$FIXED_HOST}" != "$FIXED_HOST" ]; then
		die "this demonstration was started as https://$FIXED_HOST:$FIXED_PORT, which its" \
			"certificates carry; \`make reset\` begins anew"
	fi
	URL=https://$FIXED_HOST:$FIXED_PORT
	MTLS_PORT=$((FIXED_PORT + 1))
	OPS_PORT=$((FIXED_PORT + 1000))
}

refuse_second_start() {
	if runs_already; then
		die "it runs already (process $(cat "$RUN/pid")): $URL"
	fi
	printf '%s\n' $$ >"$RUN/pid"
}

make_state() {
	find_state
	if [ -e "$STATE" ] && [ ! -O "$STATE" ]; then
		die "$STATE belongs to somebody else; remove it or move the checkout"
	fi
	mkdir -p "$STATE" "$STATE/etc" "$STATE/socket" "$STATE/signer" "$STATE/journal" "$STATE/host"
	chmod 755 "$STATE"
	if is_root; then
		chown postgres:$DAEMON_ID "$STATE/socket"
		chown $SIGNER_ID:$DAEMON_ID "$STATE/signer"
		chown $SIGNER_ID:$SIGNER_ID "$STATE/journal"
		chown $DAEMON_ID:$DAEMON_ID "$STATE/host"
		chown root:$DAEMON_ID "$STATE/etc"
		chmod 751 "$STATE/etc" # the signer reads its own file there
		chmod 750 "$STATE/socket" "$STATE/signer" "$STATE/journal" "$STATE/host"
	else
		chmod 700 "$STATE" "$STATE/etc" "$STATE/socket" "$STATE/signer" "$STATE/journal" \
			"$STATE/host"
	fi
}

# --- database ---

make_cluster() {
	[ ! -s "$STATE/pg/PG_VERSION" ] || return 0
	rm -rf "$STATE/pg"
	mkdir "$STATE/pg"
	chmod 700 "$STATE/pg"
	! is_root || chown postgres:postgres "$STATE/pg"
	as_postgres "$PG_BIN/initdb" -D "$STATE/pg" -U postgres --auth=peer --encoding=UTF8 \
		--locale=C.UTF-8 --no-sync >"$RUN/initdb.log" 2>&1 ||
		die "initdb failed, see $RUN/initdb.log"
	cat >"$RUN/postgresql.add" <<-END
		listen_addresses = ''
		unix_socket_directories = '$STATE/socket'
		max_connections = 100
		log_min_messages = warning
	END
	as_postgres sh -c 'cat >>"$1"' sh "$STATE/pg/postgresql.conf" <"$RUN/postgresql.add"
	rm "$RUN/postgresql.add"
}

# Nobody is anybody for reaching the socket. As root the cluster's user alone is superuser, root acts as the
# owner, and the daemon's user, a number without a name, which peer cannot do without, has a password in a
# file of its own. Otherwise all is one user's: he may be the three roles, and superuser for as long as
# bootstrap.sql takes ($SUPERUSER).
write_access() {
	me=$(id -un) owner='local talent talent_owner peer map=ours'
	if is_root; then
		set -- talent_owner
		printf '%s\n' 'local all postgres peer' "$owner" \
			'local talent talent_worker,talent_jobs scram-sha-256' >"$RUN/access"
	else
		set -- talent_owner talent_worker talent_jobs $SUPERUSER
		printf '%s\n' 'local all all peer map=ours' >"$RUN/access"
	fi
	as_postgres sh -c 'cat >"$1"' sh "$STATE/pg/pg_hba.conf" <"$RUN/access"
	printf "ours $me %s\n" "$@" >"$RUN/access"
	as_postgres sh -c 'cat >"$1"' sh "$STATE/pg/pg_ident.conf" <"$RUN/access"
	rm "$RUN/access"
	! postgres_runs || as_postgres "$PG_BIN/pg_ctl" reload -D "$STATE/pg" >/dev/null
}

start_postgres() {
	SUPERUSER=postgres
	write_access
	postgres_runs ||
		as_postgres "$PG_BIN/pg_ctl" start -D "$STATE/pg" -l "$STATE/pg/server.log" -w -t 30 \
			>/dev/null || die "PostgreSQL does not start, see $STATE/pg/server.log"
}

# Statements come by -c or on stdin: the superuser cannot read this folder.
sql() {
	role=$1
	shift
	as=
	[ "$role" != postgres ] || as=as_postgres
	$as "$PG_BIN/psql" -X -q -v ON_ERROR_STOP=1 -h "$STATE/socket" -U "$role" "$@"
}

set_password() {
	password=$(cut -d: -f5 "$STATE/etc/pgpass")
	for role in talent_worker talent_jobs; do
		printf "ALTER ROLE %s PASSWORD '%s';\n" $role "$password"
	done | sql postgres -d talent
}

OWNER_CONN() {
	printf 'host=%s dbname=talent user=talent_owner' "$STATE/socket"
}

migrate() {
	if ! sql postgres -d postgres -tAc "SELECT 1 FROM pg_database WHERE datname = 'talent'" |
		grep -q 1; then
		sql postgres -d postgres -c 'CREATE DATABASE talent'
	fi
	# Again at each start: versions add roles.
	{ echo 'SET client_min_messages = warning;' && cat sql/bootstrap.sql; } | sql postgres -d talent >/dev/null
	! is_root || set_password
	SUPERUSER=${KEPT_SUPERUSER-}
	write_access
	"$BUILD/talentd" -c "$STATE/etc/talentd.conf" -d "$(OWNER_CONN)" migrate >"$RUN/migrate.log" 2>&1 ||
		die "$(tail -n 1 "$RUN/migrate.log")"
}

# --- keys and certificates ---

# An authority that can only vouch for this machine's names, so that trusting it risks nothing
# else. $1: name of the files, $2: common name, $3: further extension.
make_ca() {
	cat >"$RUN/ca.cnf" <<-END
		[req]
		prompt = no
		distinguished_name = dn
		x509_extensions = ca
		[dn]
		CN = $2
		[ca]
		basicConstraints = critical,CA:TRUE,pathlen:0
		keyUsage = critical,keyCertSign,cRLSign
		subjectKeyIdentifier = hash
		$3
	END
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 \
		-config "$RUN/ca.cnf" -keyout "$RUN/$1.key" -out "$RUN/$1.pem" 2>"$RUN/openssl.log" ||
		die "openssl failed, see $RUN/openssl.log"
	chmod 600 "$RUN/$1.key"
	rm "$RUN/ca.cnf"
}

host_names() {
	printf 'DNS:localhost,IP:127.0.0.1,IP:::1'
	case $FIXED_HOST in
	localhost | 127.0.0.1) ;;
	*[!0-9.]*) printf ',DNS:%s' "$FIXED_HOST" ;;
	*) printf ',IP:%s' "$FIXED_HOST" ;;
	esac
}

# The same names as constraints: an address is given with its mask.
name_constraints() {
	host_names | sed -e 's/,/\n/g' | while IFS= read -r name || [ -n "$name" ]; do
		case $name in
		IP:*:*) printf ',permitted;%s/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF' "$name" ;;
		IP:*) printf ',permitted;%s/255.255.255.255' "$name" ;;
		*) printf ',permitted;%s' "$name" ;;
		esac
	done
}

make_leaf() {
	cat >"$RUN/leaf.cnf" <<-END
		[req]
		prompt = no
		distinguished_name = dn
		[dn]
		CN = $FIXED_HOST
		[leaf]
		basicConstraints = critical,CA:FALSE
		keyUsage = critical,digitalSignature
		extendedKeyUsage = serverAuth
		subjectAltName = $(host_names)
		authorityKeyIdentifier = keyid
	END
	{
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -config "$RUN/leaf.cnf" \
			-keyout "$STATE/etc/tls.key" -out "$RUN/leaf.csr" &&
			openssl x509 -req -in "$RUN/leaf.csr" -CA "$RUN/ca.pem" -CAkey "$RUN/ca.key" \
				-set_serial "0x$(openssl rand -hex 16)" -days 390 -sha256 \
				-extfile "$RUN/leaf.cnf" -extensions leaf -out "$STATE/etc/tls.pem"
	} 2>"$RUN/openssl.log" || die "openssl failed, see $RUN/openssl.log"
	rm "$RUN/leaf.cnf" "$RUN/leaf.csr"
}

make_tls() {
	if [ ! -s "$RUN/ca.pem" ]; then
		make_ca ca "talentd on $(uname -n)" "nameConstraints = critical$(name_constraints)"
		rm -f "$STATE/etc/tls.pem"
	fi
	[ -s "$RUN/client-ca.pem" ] || make_ca client-ca "talentd clients on $(uname -n)" ''
	openssl x509 -in "$STATE/etc/tls.pem" -noout -checkend 86400 >/dev/null 2>&1 || make_leaf
	cp "$RUN/client-ca.pem" "$STATE/etc/clients.pem"
	chmod 644 "$STATE/etc/tls.pem" "$STATE/etc/clients.pem"
}

make_secret() {
	[ -s "$STATE/etc/$1" ] || (umask 077 && openssl rand 32 >"$STATE/etc/$1")
}

make_secrets() {
	make_secret id_hash_key
	make_secret id_cipher_key
	make_secret kek
	is_root || return 0
	[ -s "$STATE/etc/pgpass" ] ||
		(umask 077 && printf '*:*:*:*:%s\n' "$(openssl rand -hex 24)" >"$STATE/etc/pgpass")
	chown $DAEMON_ID:$DAEMON_ID "$STATE/etc/pgpass"
	chmod 400 "$STATE/etc/pgpass"
	chown $DAEMON_ID:$DAEMON_ID "$STATE/etc/id_hash_key" "$STATE/etc/id_cipher_key" "$STATE/etc/tls.key"
	chmod 400 "$STATE/etc/id_hash_key" "$STATE/etc/id_cipher_key" "$STATE/etc/tls.key"
	chown $SIGNER_ID:$SIGNER_ID "$STATE/etc/kek"
	chmod 400 "$STATE/etc/kek"
}

make_conf() {
	# Only who names another HOST wants others to reach it.
	address=0.0.0.0
	case $FIXED_HOST in
	localhost | 127.0.0.1) address=127.0.0.1 ;;
	esac
	user='' signer_user='' passfile=''
	if is_root; then
		user=$DAEMON_ID signer_user=$SIGNER_ID passfile=" passfile=$STATE/etc/pgpass"
	fi
	cat >"$STATE/etc/talentd.conf" <<-END
		# Written by \`make run\` at every start; conf/talentd.conf explains the options.
		public_url = "$URL"
		user = "$user"
		state_directory = "$STATE/host"
		database = "host=$STATE/socket dbname=talent user=talent_worker$passfile"
		listen public {
		  address = "$address"
		  port = $FIXED_PORT
		  certificate = "$STATE/etc/tls.pem"
		  key = "$STATE/etc/tls.key"
		}
		listen client {
		  address = "$address"
		  port = $MTLS_PORT
		  certificate = "$STATE/etc/tls.pem"
		  key = "$STATE/etc/tls.key"
		  client_ca = "$STATE/etc/clients.pem"
		}
		listen ops {
		  address = "127.0.0.1"
		  port = $OPS_PORT
		}
		signer {
		  socket = "$STATE/signer/sign.sock"
		  key_file = "$STATE/etc/kek"
		  journal = "$STATE/journal/signed"
		  user = "$signer_user"
		  spawn = true
		}
		secrets {
		  id_hash_key = "$STATE/etc/id_hash_key"
		  id_cipher_key = "$STATE/etc/id_cipher_key"
		}
		log {
		  level = "warning"
		}
	END
}

# --- running ---

DAEMON=
stop_all() {
	trap '' INT TERM HUP
	if [ -n "$DAEMON" ] && kill -TERM "$DAEMON" 2>/dev/null; then
		wait "$DAEMON" || true
	fi
	stop_postgres || true
	rm -f "$RUN/pid"
}

start_daemon() {
	"$BUILD/talentd" -c "$STATE/etc/talentd.conf" run &
	DAEMON=$!
	tries=0
	until TALENT_URL=$URL_LOCAL TALENT_CA=$RUN/ca.pem "$BUILD/talentctl" --env /dev/null --json progress \
		>"$RUN/ready.log" 2>&1; do
		kill -0 "$DAEMON" 2>/dev/null || die "talentd did not start; the lines above say why"
		tries=$((tries + 1))
		[ $tries -lt 300 ] || die "talentd is not ready after 30 s: $(head -n 2 "$RUN/ready.log")"
		sleep 0.1
	done
}

main() {
	.make/deps.sh build run
	[ -x "$BUILD/talentd" ] || echo "building talentd and talentctl"
	MAKEFLAGS='' make -s -j "$(nproc)" BUILD="$BUILD_AS_GIVEN" programs
	fix_settings
	refuse_second_start
	# talentctl asks over the loopback: HOST may be a name that only others can resolve.
	URL_LOCAL=https://localhost:$FIXED_PORT
	trap stop_all EXIT
	trap 'exit 0' INT TERM HUP
	make_state
	make_tls
	make_secrets
	make_conf
	make_cluster
	start_postgres
	migrate
	start_daemon
	. .make/demo.sh
	demo_load
	demo_show
	wait "$DAEMON" || die "talentd ended with status $?"
}

# Read by bench.sh for its functions, it does nothing by itself.
case $0 in */run.sh) main ;; esac
