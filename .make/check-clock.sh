#!/bin/sh
# Runs the tests at other moments than now: check-clock.sh OUT MOMENTS NAME...
#
#   OUT       folder of the build
#   MOMENTS   each of them is for the tests NAME...
#
# All tests run at the next 17:00 UTC, when Shanghai has the next day's date already. Ends like
# check.sh with one line for all of it.
set -u
here=$(dirname "$0")
out=$1 moments=$2
shift 2
counts=$(mktemp)
trap 'rm -f "$counts"' EXIT

at() { # moment, names...
	moment=$1
	echo "-- $moment"
	"$here"/check.sh "$out" "$@" | sed "/ passed, /{s/^/$moment: /;}" | tee -a "$counts"
}

at "tomorrow 17:00 UTC"
for m in $moments; do
	at "$m" "$@"
done
sed -n 's/.*: \([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$counts" |
	awk '{ p += $1; f += $2; k += $3; n++ }
		END { printf "%d passed, %d failed, %d skipped\n", p, f, k; exit f > 0 || n == 0 }'
