#!/bin/sh
# Runs test programs and adds up what cmocka reports: check.sh OUT [MOMENT [NAME...]]
#
#   OUT      folder of the build (build/test, build/asan)
#   MOMENT   what `date -d` understands: the programs, their daemons and their PostgreSQL believe
#            that it is then ("" = now)
#   NAME     only these (test_sql_keys); all unless said
#
# One program more than there are cores runs at a time (JOBS), because they often wait; the longest
# first. A failing program's whole output is shown, and each skip with its reason (a test says
# "skip: why" before it skips). TIMES=1 shows how many seconds each program took. Ends with one line
# `N passed, M failed, K skipped`; the exit code says whether M is 0.
set -u
out=$1
moment=${2-}
only=
[ $# -lt 3 ] || { shift 2 && only=" $* "; }
export TALENT_SOURCE=$PWD
export TALENT_BIN=$PWD/$out/talentd TALENTCTL_BIN=$PWD/$out/talentctl
case $out in /*) TALENT_BIN=$out/talentd TALENTCTL_BIN=$out/talentctl ;; esac
export CMOCKA_MESSAGE_OUTPUT=STDOUT
export LSAN_OPTIONS=suppressions=$PWD/.make/leaks:print_suppressions=0
preload=
if [ -n "$moment" ]; then
	export TALENT_CLOCK_SHIFT=$(($(date -d "$moment" +%s) - $(date +%s)))
fi
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
trap 'exit 130' INT TERM

# PostgreSQL's user has to read it too, wherever this folder lies.
if [ -n "$moment" ]; then
	chmod 711 "$results"
	preload=$results/shift_clock.so
	install -m 644 "$out/tests/clock/shift_clock.so" "$preload"
fi

# One database server's data for all of them to copy (tests/lib/saved_data.h), for a run or for
# several.
export TALENT_TEST_DATA="${TALENT_TEST_DATA:-$results/data}"
mkdir -p "$TALENT_TEST_DATA"

# One program: its output, exit status and seconds go to files named after it.
run_one='
	name=$(echo "$1" | sed "s|.*/tests/||; s|/|.|g")
	limit=120
	case $1 in */integration/*) limit=600 ;; esac
	from=$(cut -d" " -f1 /proc/uptime)
	env ${2:+LD_PRELOAD="$2"} timeout -k 5 $limit "$1" </dev/null >"$0/$name.out" 2>&1
	echo $? >"$0/$name.rc"
	echo "$from $(cut -d" " -f1 /proc/uptime) $name" >"$0/$name.seconds"
	[ -t 1 ] && printf "\r\033[K%s" "$name"
	exit 0'

# Those that take longest, longest first; TIMES=1 tells when this is no longer true. The others of
# integration follow, then the unit tests, which fill the last gaps.
longest="test_failpoints test_failpoints_lost test_job_hosts test_readiness test_full_disks test_restore test_two_servers \
test_sql_keys test_db_faults test_sql_races test_crash test_demonstration test_postgres_away test_names \
test_processes test_kek_rotation test_ctl_verbs test_reload"
rank() { # name, kind
	case " $longest " in
	*" $1 "*) echo "$longest" | tr ' ' '\n' | grep -nxF "$1" | cut -d: -f1 ;;
	*) [ "$2" = integration ] && echo 90 || echo 91 ;;
	esac
}

for kind in unit integration; do
	find "$out/tests/$kind" -maxdepth 1 -type f -perm -u+x -name 'test_*' ! -name '*.*' 2>/dev/null |
		while read -r program; do
			# only what has a source: a build folder may hold programs of yesterday
			name=${program##*/}
			[ -e "tests/$kind/$name.c" ] || continue
			case ${only:-" $name "} in *" $name "*) echo "$(rank "$name" $kind) $program" ;; esac
		done
done | sort -k 1n,1 -k 2 | cut -d' ' -f2 |
	xargs -r -P "${JOBS:-$(($(nproc) + 1))}" -I '{}' sh -c "$run_one" "$results" '{}' "$preload"
[ -t 1 ] && printf '\r\033[K'

# Committed inputs of the fuzzers: each file must go through without a crash.
for program in "$out"/tests/fuzz/replay_*; do
	case $program in *.o | *.d | *\*) continue ;; esac
	target=${program##*/replay_}
	[ -e "tests/fuzz/fuzz_$target.c" ] && [ -z "$moment" ] || continue
	if timeout 120 "$program" tests/fuzz/corpus/"$target"/* </dev/null \
		>"$results/fuzz.$target.out" 2>&1; then
		echo 0 >"$results/fuzz.$target.rc"
		echo "[  PASSED  ] 1 test(s)." >>"$results/fuzz.$target.out"
	else
		echo $? >"$results/fuzz.$target.rc"
	fi
done

for rc_file in "$results"/*.rc; do
	[ -e "$rc_file" ] || continue
	log=${rc_file%.rc}.out
	name=$(basename "${rc_file%.rc}")
	rc=$(cat "$rc_file")
	awk -v name="$name" -v rc="$rc" -v skips="$results/$name.skips" '
		/^\[  PASSED  \] [0-9]+ test/ { passed += $4 }
		/^\[  FAILED  \] [0-9]+ test/ { failed += $4 }
		/^\[  SKIPPED \] [0-9]+ test/ { skipped += $4 }
		/skip: / { sub(/.*skip: /, ""); print "skipped in " name ": " $0 > skips }
		END {
			if (rc != 0 && failed == 0) # it died, hung, or a sanitizer spoke at its end
				failed = 1
			print passed + 0, failed + 0, skipped + 0
		}' "$log" >>"$results/counts"
	if [ "$rc" != 0 ]; then
		echo "---- $name failed (exit status $rc):"
		grep -avE '^\[ RUN      \]|^\[       OK \]' "$log" | tail -n 200
	fi
done
cat "$results"/*.skips 2>/dev/null
[ -z "${TIMES-}" ] || awk '{ printf "%7.1f s  %s\n", $2 - $1, $3 }' "$results"/*.seconds | sort -rn
touch "$results/counts"
awk '{ p += $1; f += $2; k += $3 }
	END {
		if (NR == 0) { print "no test program was built"; f = 1 }
		printf "%d passed, %d failed, %d skipped\n", p, f, k
		exit f > 0
	}' "$results/counts"
