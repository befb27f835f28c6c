#!/bin/sh
# What test_demonstration runs as root of a copy of the machine: make run, trust and reset, as README's "Five
# minutes" has them, and what they refuse. BUILD is where the programs are.
set -eu
out=/tmp/out

fail() {
	printf 'failed: %s\n' "$*" >&2
	cat $out >&2
	exit 1
}

says() { # text
	grep -qF -- "$1" $out || fail "it does not say \"$1\""
}

until_says() { # text
	n=0
	until grep -qF -- "$1" $out; do
		n=$((n + 1))
		[ $n -lt 900 ] || fail "it does not say \"$1\""
		kill -0 $run || fail "it has ended"
		sleep 0.1
	done
}

start() {
	: >$out # what it said before is not what it says now
	make -s run >$out 2>&1 &
	run=$!
	until_says 'Ctrl-C stops everything'
}

pid() {
	cat $BUILD/run/pid
}

stop() {
	kill -TERM "$(pid)" 2>/dev/null || true
	wait $run || true
}

ctl() {
	$BUILD/talentctl --env $BUILD/run.env "$@"
}

# A command's certificate as it was printed: number and name.
suggested() { # verb
	sed -n "s/.*talentctl --env [^ ]* $1 \([^ ]*\) *\([^ ]*\).*/\1 \2/p" $out | head -n 1
}

ip link set lo up
hostname demonstration

for host in 192.0.2.1 elsewhere.invalid; do
	! make -s run HOST=$host >$out 2>&1 || fail "HOST=$host is taken"
	says "HOST=$host is not this machine"
done

start

# Roles of the database are for whom they are meant; nobody is superuser but its own user.
state=$(cat $BUILD/run/state-path)
as() { # uid, role
	setpriv --reuid="$1" --regid=61700 --clear-groups psql -X -w -h "$state/socket" -U "$2" -tAc 'SELECT 1' talent
}
for uid in 61700 61701 65534; do
	for role in postgres talent_owner talent_worker; do
		! as $uid $role >$out.sql 2>&1 || fail "user $uid is $role"
	done
done
setpriv --reuid=61700 --regid=61700 --clear-groups \
	env PGPASSFILE="$state/etc/pgpass" psql -X -w -h "$state/socket" -U talent_worker -tAc 'SELECT 1' talent >/dev/null ||
	fail 'the daemon has no way in'
! setpriv --reuid=65534 --regid=61700 --clear-groups cat "$state/etc/pgpass" >/dev/null 2>&1 ||
	fail 'others read the password'

# The commands of README: the last block of a chapter, with a number and a name for NUMBER and NAME.
readme() { # chapter number name
	awk -v chapter="## $1" '$0 == chapter { here = 1; next } /^## / { here = 0 } /^```/ { if (here && $0 == "```sh") text = ""
		in_block = here && $0 == "```sh"; next } in_block { text = text $0 "\n" } END { printf "%s", text }' README.md |
		sed "s|build/talentctl|$BUILD/talentctl|; s|build/run.env|$BUILD/run.env|; s/NUMBER/$2/; s/NAME/$3/"
}

# "Five minutes", command by command: a valid one, revoked, not valid; three bad rows, twice; counts that agree.
alias_of_t=$(readme 'Five minutes' '' '' | grep '^alias t=')
exits=
readme 'Five minutes' $(suggested verify) | grep '^t ' >/tmp/commands
while read -r command; do
	status=0
	sh -c "$alias_of_t
$command" </dev/null >$out.readme 2>&1 || status=$?
	exits="$exits $status"
done </tmp/commands
[ "$exits" = ' 0 0 1 1 1 0 0 0' ] || { cat /tmp/commands $out.readme && fail "README's commands end with$exits"; }

# "Who may", each of which does what it says.
{ echo "$alias_of_t" && readme 'Who may' '' ''; } >/tmp/commands
sh -e /tmp/commands >$out.readme 2>&1 || { cat $out.readme && fail "README's Who may ends with $?"; }
grep -q tal_invitation_ $out.readme || fail 'nobody is invited'
stop
start

# What is suggested is valid, also at a start after the first ones were revoked.
for round in 1 2; do
	set -- $(suggested verify)
	ctl verify "$1" "$2" >/dev/null || fail "$1 is suggested"
	ctl revoke "$1" --reason issued_in_error >/dev/null
	link=$(sed -n 's/^valid *//p' $out)
	ctl verify "$link" >/dev/null || fail "$link is shown as valid"
	number=$(awk -F, -v link="$link" '{ sub(/\r$/, "") } $NF == link { print $(NF - 2) }' $BUILD/run/certificates.csv)
	ctl revoke "$number" --reason issued_in_error >/dev/null
	[ $round = 1 ] || break
	stop
	start
done

# Without sudo somebody else is told what to do.
mkdir /tmp/bin
for tool in sh sed cat grep id uname sha256sum cut test update-ca-certificates dirname env; do
	ln -s "$(command -v $tool || echo /usr/sbin/$tool)" /tmp/bin/$tool
done
chmod -R a+rX $BUILD/run
! setpriv --reuid=65534 --regid=65534 --clear-groups env PATH=/tmp/bin HOME=/tmp BUILD=$BUILD .make/trust.sh trust \
	>$out 2>&1 || fail 'trusted without root'
says 'there is no sudo: as root'

# make help's word: it stops what runs, and forgets it.
make -s help | grep -q 'reset .*stop the demonstration and forget it'
make -s reset >$out 2>&1 || fail 'reset refuses'
wait $run || true
[ ! -e $BUILD/run ] && [ ! -e $BUILD/run.env ] || fail 'reset leaves something'
[ ! -e "$state" ] || fail "reset leaves $state"
