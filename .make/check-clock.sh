#!/bin/sh
# Runs the tests at other moments than now: check-clock.sh OUT MOMENTS NAME...
#
#   OUT       folder of the build
#   MOMENTS   each of them is for the tests NAME...
#
# All tests run at the next 17:00 UTC, when Shanghai has the next day's date already; then the others,
# one moment more than there are cores at a time. Ends like check.sh with one line for all of it.
set -u
here=$(dirname "$0")
out=$1 moments=$2
shift 2
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
trap 'exit 130' INT TERM
chmod 0755 "$results" # the database server reads its data there

# What was made at 17:00 is younger than every other moment, so one copy serves all.
export TALENT_TEST_DATA=$results/data

at_one='
	moment=$1
	shift
	{ echo "-- $moment"; "$@" | sed "/ passed, /{s/^/$moment: /;}"; } >"$0.$(echo "$moment" | tr -c "A-Za-z0-9\n" _)"
	exit 0'

sh -c "$at_one" "$results/0" "tomorrow 17:00 UTC" "$here"/check.sh "$out" "tomorrow 17:00 UTC"
cat "$results"/0.*
for m in $moments; do
	echo "$m"
done | JOBS=1 xargs -P $(($(nproc) + 1)) -I '{}' sh -c "$at_one" "$results/1" '{}' "$here"/check.sh "$out" '{}' "$@"
cat "$results"/1.*
sed -n 's/.*: \([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$results"/[01].* |
	awk -v want="$(echo "$moments" | wc -w)" '{ p += $1; f += $2; k += $3; n++ }
		END { f += want + 1 - n; printf "%d passed, %d failed, %d skipped\n", p, f, k; exit f > 0 }'
