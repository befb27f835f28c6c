#!/bin/sh
# .make/reset.sh - make reset: forgets the demonstration, wherever it keeps its files.
set -eu
. .make/state.sh

if [ ! -d "$RUN" ]; then
	exit 0
fi
if [ -s "$RUN/pid" ] && kill -0 "$(cat "$RUN/pid")" 2>/dev/null; then
	printf 'make reset: it runs (process %s); stop it with Ctrl-C first\n' "$(cat "$RUN/pid")" >&2
	exit 1
fi
find_state
stop_postgres
case $STATE in
"$RUN"/state) ;;
/var/tmp/talentd-*)
	if [ -e "$STATE" ] && [ ! -O "$STATE" ]; then
		printf 'make reset: %s belongs to somebody else\n' "$STATE" >&2
		exit 1
	fi
	rm -rf "$STATE"
	;;
*)
	printf 'make reset: %s is no folder of ours, left alone\n' "$STATE" >&2
	exit 1
	;;
esac
rm -rf "$RUN" "$BUILD/run.env"
