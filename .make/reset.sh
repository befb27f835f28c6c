#!/bin/sh
# .make/reset.sh - make reset: stops the demonstration and forgets it, wherever it keeps its files.
set -eu
. .make/state.sh

if [ ! -d "$RUN" ]; then
	exit 0
fi
# Who stands in the file may have gone long ago, and another have its number.
runs() {
	[ -s "$RUN/pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$(cat "$RUN/pid")/cmdline" | grep -q '\.make/run\.sh'
}
if runs; then
	kill -TERM "$(cat "$RUN/pid")"
	tries=0
	while runs; do
		tries=$((tries + 1))
		[ $tries -lt 300 ] || {
			printf 'make reset: process %s does not stop\n' "$(cat "$RUN/pid")" >&2
			exit 1
		}
		sleep 0.1
	done
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
