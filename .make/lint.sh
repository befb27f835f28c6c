#!/bin/sh
# What the compiler does not check. Prints findings and fails when there are any; at the end it
# lists the longest functions, files and headers, which is information, not a verdict.
set -u
cd "$(dirname "$0")/.."
findings=0
sources=$(find src -name '*.[ch]' | sort)
tests=$(find tests -name '*.[ch]' | sort)

finding() { # title, text
	[ -n "$2" ] || return 0
	printf '%s\n%s\n\n' "lint: $1" "$2"
	findings=$((findings + $(printf '%s\n' "$2" | wc -l)))
}

finding "a folder includes a higher or a neighbouring layer" "$(.make/layers.sh 2>&1)"

# Calls that have no safe use; numbers are read by what reports errors.
finding "banned function" "$(
	grep -nE '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca)[[:space:]]*\(' $sources $tests
	grep -nE '\b(atoi|atol|atof|system|popen)[[:space:]]*\(' $sources)"

# SQL lives in sql/: no statement is put together in C.
finding "SQL that is built in C" "$(grep -nE '(PQexec|PQsendQuery)[[:space:]]*\([^"]*(printf|buf|fmt|cat)' $sources
	grep -nE '(printf|buf_addf|arena_printf)[[:space:]]*\(.*"[^"]*\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b[^"]*%' $sources)"

# The rule's own test first: it finds the condition of its own example, and none that is meant.
finding "a condition that compares a column with itself (.make/conflicts.awk)" "$(
	[ "$(awk -f .make/conflicts.awk .make/conflicts.sql | sed 's/.*: //' | tr '\n' ' ')" = "id state " ] ||
		echo ".make/conflicts.awk does not find what stands in .make/conflicts.sql"
	awk -f .make/conflicts.awk sql/functions/*.sql sql/previous/*.sql)"

finding "a mark that was left over" "$(grep -nE '\b(TO''DO|FIX''ME|X''XX|HA''CK)\b([^"]|$)' -r Makefile src sql conf systemd tests .make .ci --include='*' -I --exclude-dir=node_modules)"

finding "a problem that nothing answers" "$(sed -n 's/^X(\([A-Z0-9_]*\),.*/\1/p' src/http/problem_list.h |
	while read -r id; do grep -rqw "P_$id" src || echo "P_$id"; done)"

finding "a word that no page says" "$(sed -n 's/^X(\([A-Z0-9_]*\),.*/\1/p' src/web/word_list.h |
	while read -r id; do grep -rqw "W_$id" src || echo "W_$id"; done)"

finding "markup that is not written through web/html.h" "$(
	grep -nE '"[^"]*</?[a-z][a-z0-9]*([ >]|\\n|")' src/web/*.[ch] src/auth/*.[ch] src/issuing/*.[ch] src/verifying/*.[ch] src/api/*.[ch] src/jobs/*.[ch] |
	grep -vE ':[[:space:]]*(/\*|\*)')"

finding "space at the end of a line" "$(grep -nE '[[:space:]]+$' $sources $tests)"

finding "a folder without its page" "$(for d in src/*/; do [ -e "$d/README.md" ] || echo "$d"; done)"

if command -v cppcheck >/dev/null; then
	finding "cppcheck" "$(cppcheck --quiet --std=c11 --language=c --enable=warning,portability \
		--inline-suppr --suppress=missingInclude --suppress=unknownMacro \
		--suppress=internalAstError -D_GNU_SOURCE -DLLHTTP_STRICT_MODE=1 -Isrc \
		--template='{file}:{line}: {id}: {message}' -j 2 src 2>&1)"
else
	echo "lint: cppcheck is not installed: that part is left out"
fi

if command -v clang-format >/dev/null; then
	finding "a function laid out otherwise than .clang-format says (make format)" \
		"$(.make/format.sh --check $(find src -name '*.c' | sort))"
else
	echo "lint: clang-format is not installed: that part is left out"
fi

.make/units.sh || findings=$((findings + 1))

echo "longest functions (look again above 60 lines):"
awk -f .make/functions.awk $(find src -name '*.c') | sort -rn | head -8 | sed 's/^/  /'
echo "longest files (look again above 600 lines, headers above 200):"
wc -l $(find src -name '*.c') | grep -v ' total$' | sort -rn | head -4
wc -l $(find src -name '*.h') | grep -v ' total$' | sort -rn | head -4
echo "functions above 60 lines: $(awk -f .make/functions.awk $(find src -name '*.c') | awk '$1 > 60' | wc -l)"

if [ "$findings" -gt 0 ]; then
	echo "lint: $findings findings"
	exit 1
fi
echo "lint: clean"
