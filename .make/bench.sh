#!/bin/sh
# .make/bench.sh - make bench: what the registry costs beside its peers (tests/bench/README.md).
#
# Everything is its own: cluster, daemon, nginx, in a folder that is removed at the end. Ours and
# the peer's rounds alternate, so that what else the machine does falls on both. Prints a table and
# writes build/bench.json.
#
#   bench.sh all | [idle] [hot] [cold] [issue] | audit | hold | instructions
#   ROUNDS=5 SECONDS_EACH=3; for audit PAIRS=100000
set -eu
. .make/run.sh

ROUNDS=${ROUNDS:-5}
SECONDS_EACH=${SECONDS_EACH:-3}
CONNECTIONS=64
IDLE=10000
SEEDED=400000
PAIRS=${PAIRS:-100000}
LOAD=$BUILD/tests/bench/load
RAW=$BUILD/bench.raw

# --- a registry of its own ---

find_state() { :; } # begin says where
KEPT_SUPERUSER=postgres # fills tables

free_port() {
	while :; do
		port=$((10000 + $(od -An -N2 -tu2 /dev/urandom) % 22000)) # below those of clients
		ss -Htln "sport = :$port" | grep -q . || break
	done
	echo "$port"
}

bench_conf() {
	make_conf
	cat >>"$STATE/etc/talentd.conf" <<-END
		limits {
		  connections = 20000
		  connections_per_address = 20000
		  idle = 3600s
		}
	END
}

begin() {
	STATE=$(mktemp -d /var/tmp/talentd-bench.XXXXXX)
	RUN=$STATE/run
	mkdir "$RUN"
	FIXED_PORT=$(free_port) MTLS_PORT=$(free_port) OPS_PORT=$(free_port) FIXED_HOST=localhost
	URL=https://localhost:$FIXED_PORT URL_LOCAL=https://localhost:$FIXED_PORT
	trap 'finish' EXIT
	trap 'exit 1' INT TERM HUP
	make_state
	make_tls
	make_secrets
	bench_conf
	make_cluster
	start_postgres
	migrate
	start_daemon
	PG_PID=$(head -n 1 "$STATE/pg/postmaster.pid")
	sql talent_owner -d talent <tests/lib/organisations.sql >/dev/null
	first_pair
	[ "$what" = audit ] || start_nginx
}

finish() {
	[ -z "${NGINX:-}" ] || { kill -TERM "$NGINX" && wait "$NGINX" || true; }
	stop_all
	rm -rf "$STATE"
}

ctl_as() { # token, command...
	token=$1
	shift
	TALENT_URL=$URL_LOCAL TALENT_CA=$RUN/ca.pem TALENT_TOKEN=$token TALENT_INSTITUTION_TOKEN=$token \
		"$BUILD/talentctl" --env /dev/null "$@"
}

# Keys, a token, a dual exam, and one pair of certificates: its code is what hot verification asks.
first_pair() {
	ADMIN=$("$BUILD/talentd" -c "$STATE/etc/talentd.conf" -d "$(OWNER_CONN)" admin-token \
		--name 陈静 --name 周明 | head -n 1)
	ctl_as "$ADMIN" key generate --issuer shili >/dev/null
	ctl_as "$ADMIN" key generate --issuer xingbo >/dev/null
	TOKEN=$(ctl_as "$ADMIN" token create --role institution --organisation shili --label bench)
	ctl_as "$TOKEN" exam create --code BENCH --occupation 4-01-06-02 --edition 2022 \
		--work-type 直播销售员 --level 4 --held-on today --partner xingbo >/dev/null
	EXAM=$(ask "SELECT id FROM talent.exam WHERE code = 'BENCH'")
	"$LOAD" submit "/v1/exams/$EXAM/assessments" -t "$FIXED_PORT" -a "$RUN/ca.pem" -k "$TOKEN" \
		-n 1 -w 0 -s 0 -l 1 -f 0 >/dev/null
	CODE=$("$LOAD" code "$(ask "SELECT encode(code, 'hex') FROM talent.certificate_version LIMIT 1")")
	NEXT_CANDIDATE=10
	NEXT_CODE=0
}

ask() {
	sql talent_owner -d talent -tAc "$1"
}

start_nginx() {
	nginx=$(command -v nginx || echo "$BUILD/nginx/usr/sbin/nginx")
	NGINX_PORT=$(free_port)
	user=
	! is_root || user='user nobody nogroup;'
	mkdir "$STATE/www"
	cp "$STATE/etc/tls.pem" "$STATE/nginx.pem"
	cp "$STATE/etc/tls.key" "$STATE/nginx.key"
	sed -e "s|@USER@|$user|" -e "s|@DIR@|$STATE|" -e "s|@PORT@|$NGINX_PORT|" \
		tests/bench/nginx.conf >"$STATE/nginx.conf"
	static_file 600
	"$nginx" -c "$STATE/nginx.conf" -e "$STATE/nginx.log" &
	NGINX=$!
	until ss -Htln "sport = :$NGINX_PORT" | grep -q .; do
		kill -0 "$NGINX" || die "nginx does not start, see $STATE/nginx.log"
		sleep 0.1
	done
}

static_file() { # size
	head -c "$1" /dev/zero | tr '\0' x >"$STATE/www/file"
	chmod 644 "$STATE/www/file"
}

# --- measuring ---

ours() { # mode and its arguments
	"$LOAD" "$@" -t "$FIXED_PORT" -a "$RUN/ca.pem" -p "$DAEMON" -q "$PG_PID"
}

theirs() {
	"$LOAD" "$@" -t "$NGINX_PORT" -a "$RUN/ca.pem" -p "$NGINX" -q "$PG_PID"
}

note() { # what, round, line
	printf '%s round=%s %s\n' "$1" "$2" "$3" | tee -a "$RAW" >&2
}

value() { # key, line
	printf '%s\n' "$2" | tr ' ' '\n' | sed -n "s/^$1=//p"
}

busy() {
	echo "-n $CONNECTIONS -s $SECONDS_EACH"
}

# Resident memory for 10,000 kept-alive connections that have each had one answer.
bench_idle() {
	path=/v1/verifications/$CODE
	ours get "$path" -n 8 -s 0.2 -w 0.2 >/dev/null
	theirs get /file -n 8 -s 0.2 -w 0.2 >/dev/null
	note idle_ours 1 "$(ours idle "$path" -n $IDLE -s 2)"
	note idle_nginx 1 "$(theirs idle /file -n $IDLE -s 2)"
}

# The static file is made as long as makes the whole answers equally long.
bench_hot() {
	path=/v1/verifications/$CODE
	size=$(value size "$(ours get "$path" -e '"result":"valid"' -n 8 -s 0.2 -w 0.2)")
	theirs_size=$(value size "$(theirs get /file -n 8 -s 0.2 -w 0.2)")
	static_file $((600 + size - theirs_size))
	for round in $(seq "$ROUNDS"); do
		note hot_ours "$round" "$(ours get "$path" -e '"result":"valid"' $(busy))"
		note hot_nginx "$round" "$(theirs get /file $(busy))"
		note hot_nginx_cached "$round" "$(theirs get /cached/file $(busy))"
	done
}

pgbench_run() { # script, round
	before=$("$LOAD" cpu "$PG_PID")
	PGPASSFILE=$STATE/etc/pgpass "$PG_BIN/pgbench" -n -M prepared -c 8 -j 2 -T "${SECONDS_EACH%.*}" -f "$1" -D round="$2" -D i=0 \
		-D seeded=$SEEDED -h "$STATE/socket" -U talent_worker talent >"$STATE/pgbench.log" 2>&1 ||
		die "pgbench: $(grep -m 3 -i error "$STATE/pgbench.log" | cut -c1-300)"
	spent=$(($("$LOAD" cpu "$PG_PID") - before))
	n=$(sed -n 's/^number of transactions actually processed: //p' "$STATE/pgbench.log")
	failed=$(sed -n 's/^number of failed transactions: \([0-9]*\).*/\1/p' "$STATE/pgbench.log")
	sed -n 's/^tps = \([0-9.]*\) .*/rate=\1/p' "$STATE/pgbench.log" | tr '\n' ' '
	echo "failed=$failed database_us=$((spent / n / 1000))"
}

# Each verification is of a certificate that was never asked for, so none is in a cache. The peer
# looks up random ones of the same certificates by the same query.
bench_cold() {
	echo "seeding $SEEDED certificates" >&2
	sql postgres -d talent -v n=$SEEDED <tests/bench/seed.sql >/dev/null
	{
		echo '\set n random(0, :seeded - 1)'
		echo '\set a 1000000000000000 + :n * 17927399999'
		sed -e '/^--/d' -e "s/\$1::bytea/('\\\\x' || :a || '1234567890123456')::bytea/g" \
			sql/queries/verdict_by_code.sql
		echo ';'
	} >"$STATE/cold.pgbench"
	for round in $(seq "$ROUNDS"); do
		line=$(ours codes -e '"result":"valid"' $(busy) -f $NEXT_CODE -l $SEEDED)
		note cold_ours "$round" "$line"
		note cold_pgbench "$round" "$(pgbench_run "$STATE/cold.pgbench" "$round")"
		NEXT_CODE=$(value next "$line")
	done
}

# Every candidate is a new person. The peer calls the same function with arguments made on the
# spot and documents that were signed before. Those are not of these certificates: the daemon, which verifies
# what was stored, does not get to see them.
bench_issue() {
	sql talent_owner -d talent -v exam="$EXAM" -f tests/bench/issue.sql >"$STATE/issue.pgbench"
	jobs=$(pgrep -P "$DAEMON" -x jobs)
	for round in $(seq "$ROUNDS"); do
		line=$(ours submit "/v1/exams/$EXAM/assessments" -k "$TOKEN" -e '"kind":"company"' $(busy) \
			-f $NEXT_CANDIDATE)
		note issue_ours "$round" "$line"
		until [ "$(ask 'SELECT count(*) FROM talent.unverified_signature')" = 0 ]; do
			sleep 0.1
		done
		kill -STOP "$jobs"
		note issue_pgbench "$round" "$(pgbench_run "$STATE/issue.pgbench" "$round")"
		ask 'DELETE FROM talent.unverified_signature' >/dev/null
		kill -CONT "$jobs"
		note issue_sign "$round" "$("$LOAD" sign -s 0.5)"
		NEXT_CANDIDATE=$(value next "$line")
	done
}

# Recounts one after the other, each one's seconds on a line, until the file is gone.
recount_once() { # its milliseconds
	began=$(date +%s%N)
	ctl_as "$ADMIN" --json progress audit >"$STATE/audit.json" || [ $? = 1 ] || die "progress audit failed"
	echo "$((($(date +%s%N) - began) / 1000000))"
}

recount_while() { # file
	while [ -e "$1" ]; do
		recount_once >>"$STATE/recounts"
	done
}

# Verification while a registry of that size is being recounted, beside verification alone; and how
# long a recount takes meanwhile. Its figures do not agree: the pairs were not counted when loaded.
bench_audit() {
	echo "filling $PAIRS pairs" >&2
	sql postgres -d talent -v n="$PAIRS" <tests/bench/fill.sql >/dev/null
	path=/v1/verifications/$CODE
	for round in $(seq "$ROUNDS"); do
		note audit_alone "$round" "recount_ms=$(recount_once)"
		note audit_idle "$round" "$(ours get "$path" -e '"result":"valid"' $(busy))"
		: >"$STATE/recounts"
		: >"$STATE/go"
		recount_while "$STATE/go" &
		recounting=$!
		line=$(ours get "$path" -e '"result":"valid"' $(busy))
		rm "$STATE/go"
		wait $recounting
		note audit_busy "$round" "$line recount_ms=$(sort -n "$STATE/recounts" | tail -n 1)"
	done
}

# For profiling: everything stays up until Ctrl-C.
bench_hold() {
	cat <<-END
		worker  $(pgrep -P "$DAEMON" | tr '\n' ' ')(children of $DAEMON)
		hot     $LOAD get /v1/verifications/$CODE -t $FIXED_PORT -a $RUN/ca.pem -p $DAEMON -q $PG_PID -s 10
		issue   $LOAD submit /v1/exams/$EXAM/assessments -k $TOKEN -t $FIXED_PORT -a $RUN/ca.pem -p $DAEMON -q $PG_PID -s 10 -f 1000
		nginx   $LOAD get /file -t $NGINX_PORT -a $RUN/ca.pem -p $NGINX -q $PG_PID -s 10
		sql     $PG_BIN/psql -h $STATE/socket -U talent_owner talent
	END
	wait "$DAEMON"
}

# Instructions of the worker for each hot verification, counted by callgrind as the difference of
# two runs. With one connection every request pays a status read of its own, so that the number
# does not depend on timing; with more they share it.
bench_instructions() {
	command -v valgrind >/dev/null || die "this needs valgrind: apt-get install valgrind"
	sed -i 's/^public_url/workers = 1\n&/' "$STATE/etc/talentd.conf"
	chmod 777 "$STATE"
	hot="get /v1/verifications/$CODE"
	issue="submit /v1/exams/$EXAM/assessments -k $TOKEN -f"
	for n in 1 16; do
		few=$(count_instructions hot "$hot -n $n -l 500")
		many=$(count_instructions hot "$hot -n $n -l 2500")
		echo "$(((many - few) / 2000)) instructions a hot verification, $n connections"
	done
	few=$(count_instructions issue "$issue 1000 -n 1 -l 1200")
	many=$(count_instructions issue "$issue 2000 -n 1 -l 2700")
	echo "$(((many - few) / 500)) instructions a dual issue, 1 connection"
	echo "callgrind_annotate $BUILD/callgrind.hot and callgrind.issue say where"
}

dump_at_reload() { # worker, which dump
	kill -HUP "$DAEMON"
	tries=0
	until grep -q '^totals:' "$STATE/callgrind.$1.$2" 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 600 ] || die "the worker under callgrind does not reload, see $STATE/valgrind.log"
		sleep 0.1
	done
}

count_instructions() { # what, load
	kill -TERM "$DAEMON" 2>/dev/null && wait "$DAEMON" || true
	rm -f "$STATE"/callgrind.*
	(cd "$STATE" && exec valgrind -q --tool=callgrind --dump-before=service_reload \
		--callgrind-out-file="$STATE/callgrind.%p" \
		"$BUILD/talentd" -c "$STATE/etc/talentd.conf" run 2>"$STATE/valgrind.log") &
	DAEMON=$!
	path=/v1/verifications/$CODE
	until "$LOAD" get "$path" -n 1 -w 0 -s 0 -l 1 -t "$FIXED_PORT" -a "$RUN/ca.pem" >/dev/null 2>&1; do
		sleep 1
	done
	worker=$(ss -Htlnp "sport = :$FIXED_PORT" | grep -o '"worker[^)]*' | sed 's/.*pid=\([0-9]*\).*/\1/')
	# From one reload to the next. Starting is not part of it: how many connections log in to the database by
	# then is a matter of luck, and each costs as much as hundreds of requests.
	ours $2 -w 0 -s 3600 -l 200 >/dev/null
	dump_at_reload "$worker" 1
	ours $2 -w 0 -s 3600 >/dev/null
	dump_at_reload "$worker" 2
	cp "$STATE/callgrind.$worker.2" "$BUILD/callgrind.$1"
	kill -TERM "$DAEMON" && wait "$DAEMON" || true
	awk '/^(totals|summary):/ { t = $2 } END { print t }' "$BUILD/callgrind.$1"
}

what=$*
[ "$what" != all ] || what='idle hot cold issue'
: >"$RAW"
begin
for w in $what; do
	"bench_$w"
done
[ -s "$RAW" ] || exit 0
commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
[ -z "$(git status --porcelain -- src sql Makefile 2>/dev/null)" ] || commit=$commit+changes
awk -v commit="$commit" -v rounds="$ROUNDS" -v seconds="$SECONDS_EACH" -v cores="$(nproc)" \
	-v connections=$CONNECTIONS -v json="$BUILD/bench.json" -f .make/bench.awk "$RAW"
