#!/bin/sh
# Lays out the functions in the files given as .clang-format says: format.sh [--check] FILE...
# --check changes nothing, names the lines that are laid out otherwise, and fails when there are any.
set -u
check=
[ "${1-}" != --check ] || { check=1 && shift; }
bad=0
laid_out=$(mktemp)
trap 'rm -f "$laid_out"' EXIT
for file in "$@"; do
	# functions.awk: "lines file:line name"
	ranges=$(awk -f .make/functions.awk "$file" |
		awk '{ split($2, at, ":"); printf " --lines=%d:%d", at[2], at[2] + $1 - 1 }')
	[ -n "$ranges" ] || continue
	clang-format --style=file $ranges "$file" >"$laid_out" || exit 1
	cmp -s "$file" "$laid_out" && continue
	if [ -z "$check" ]; then
		cat "$laid_out" >"$file"
	else
		diff "$file" "$laid_out" | sed -n "s|^\([0-9][0-9,]*\)[acd].*|$file:\1|p"
		bad=1
	fi
done
exit $bad
