#!/bin/sh
# Layers of src/ (see the table in src/README.md): a folder may include itself and folders of
# strictly lower layers. Prints each violation; fails when there is one.
set -eu
cd "$(dirname "$0")/.."
grep -n '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' $(find src -name '*.[ch]' | sort) /dev/null |
awk -F: '
BEGIN {
	n = split("base|text crypt telemetry loop|conf channel domain http journal|tls db sql signer recorder|" \
		"net store credential|web pdf|auth issuing verifying|api jobs|daemon ctl", rows, "|")
	for (i = 1; i <= n; i++) {
		m = split(rows[i], names, " ")
		for (j = 1; j <= m; j++)
			layer[names[j]] = i
	}
}
{
	split($1, path, "/")
	from = path[2]
	split($3, quoted, "\"")
	to = quoted[2]
	if (to !~ /\//) {
		if (to ~ /^(sql|ctl)_/) # generated: of db as the folder sql, of ctl
			next
		print $1 ":" $2 ": include as \"folder/file.h\": " to
		bad = 1
		next
	}
	sub(/\/.*/, "", to)
	if (!(from in layer)) { print $1 ": folder " from " has no layer"; bad = 1; next }
	if (!(to in layer)) { print $1 ":" $2 ": folder " to " has no layer"; bad = 1; next }
	if (from == "db" && to == "sql") # generated, of that room
		next
	if (to != from && layer[to] >= layer[from]) {
		print $1 ":" $2 ": " from " (layer " layer[from] - 1 ") includes " to " (layer " layer[to] - 1 ")"
		bad = 1
	}
}
END { exit bad }'
