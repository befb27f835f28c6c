#!/bin/sh
# .make/upgrade.sh - make upgrade-fixture: fills a registry of this very version and writes it down
# below tests/upgrade, named after its newest migration. To be run once for each release.
set -eu
FAKE=$(ls /usr/lib/*/faketime/libfaketime.so.1 2>/dev/null | head -1)
[ -n "$FAKE" ] || { echo "libfaketime is missing: apt-get install libfaketime" >&2; exit 1; }
number=$(ls sql/migrations | tail -1 | cut -c1-4)
to=tests/upgrade/$number
[ ! -e "$to" ] || { echo "$to is there already: a release is written down once" >&2; exit 1; }

# Secrets of nobody, readable on purpose.
mkdir "$to"
printf %s 'the hash key of this fixture 001' >"$to/hash"
printf %s 'the cipher key of this fixture 2' >"$to/cipher"
printf %s 'the first key-encryption key 001' >"$to/kek"

clock=$(mktemp)
trap 'rm -f "$clock"' EXIT
echo +0 >"$clock"
chmod 644 "$clock"
TALENT_BIN=$1/talentd TALENTCTL_BIN=$1/talentctl REAL_TIME=$(date +%s) \
	FAKETIME_TIMESTAMP_FILE=$clock FAKETIME_NO_CACHE=1 DONT_FAKE_MONOTONIC=1 LD_PRELOAD=$FAKE \
	"$1/tests/upgrade/fill" "$to"

cp sql/bootstrap.sql "$to/bootstrap.sql"
{
	echo 'SET ROLE talent_owner; SET check_function_bodies = off;'
	LC_ALL=C && for f in sql/functions/*.sql; do cat "$f"; done
} >"$to/functions.sql"
chmod 644 "$to"/*
ls -l "$to"
