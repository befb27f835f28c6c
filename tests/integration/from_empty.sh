#!/bin/sh
# What test_from_empty runs: the loading of `make run` over a registry of the test's. BUILD: where the programs are;
# RUN: a folder for what is made; STATE: where the daemon's configuration is, as etc/talentd.conf; OWNER: how the
# owner of the database connects. CALLS: it is cut off when talentctl was called so often.
set -eu

die() {
	printf '%s\n' "$*" >&2
	exit 1
}

OWNER_CONN() {
	printf '%s' "$OWNER"
}

: >"$RUN/calls"
. .make/demo.sh
ctl() {
	echo >>"$RUN/calls"
	[ "$(wc -l <"$RUN/calls")" -le "$CALLS" ] || exit 9
	"$BUILD/talentctl" --env "$DEMO_ENV" "$@"
}
demo_load
