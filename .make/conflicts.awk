# Conditions that compare a column with itself. Under #variable_conflict use_column a plain name is the column of
# whatever table is in scope, not the variable that was meant: in WHERE q.id = id, id is q.id, and every row
# fits. So in such a function a variable or result column stands in a condition of a query (WHERE, ON,
# HAVING), or as a value of SET, only with an underscore before it (_id) or its function's name
# (key_action_request.id).
#
#   awk -f conflicts.awk sql/functions/*.sql      prints FILE:LINE: NAME, and fails when there is any

function finish_file(   i) {
	if (text ~ /#variable_conflict use_column/) check()
	text = ""
}
FNR == 1 && NR > 1 { finish_file() }
FNR == 1 { path = FILENAME }
{
	line = $0
	gsub(/'([^']|'')*'/, "''", line)	# texts within one line
	sub(/--.*/, "", line)
	text = text line "\n"
}
END { finish_file(); exit found > 0 }

# name -> it is a variable of this function
function declare(name) { if (name !~ /^_/) variable[name] = 1 }

function check(   n, i, at, rest, word, m) {
	delete variable
	# Cut into words and marks, each with its line.
	n = 0; at = 1; rest = text
	while (match(rest, /[A-Za-z_][A-Za-z_0-9$]*|<>|<=|>=|:=|[^ \t\n]|\n/)) {
		word = substr(rest, RSTART, RLENGTH); rest = substr(rest, RSTART + RLENGTH)
		if (word == "\n") { at++; continue }
		n++; token[n] = word; where[n] = at
	}
	for (i = 1; i < n; i++) {
		if (token[i] == "OUT") declare(token[i + 1])
		if (token[i] == "TABLE" && token[i - 1] == "RETURNS")
			for (m = i + 1; token[m] != ")" && m < n; m++)
				if (token[m] == "(" || token[m] == ",") declare(token[m + 1])
		if (token[i] == "DECLARE")
			for (m = i; toupper(token[m]) != "BEGIN" && m < n; m++)
				if (m == i || token[m] == ";") if (toupper(token[m + 1]) != "BEGIN") declare(token[m + 1])
	}
	conditions(n)
}

# level: of parentheses; begun[k]: the level at which the k-th open condition began
function conditions(n,   i, level, k, t, begun, clause, setting) {
	level = 0; k = 0
	for (i = 1; i <= n; i++) {
		t = toupper(token[i])
		if (t == "(") level++
		else if (t == ")") {
			level--
			while (k > 0 && begun[k] > level) k--
		} else if (t ~ /^(;|LOOP|BEGIN|DECLARE)$/) { k = 0; level = 0 }
		else if (t == "WHERE" || t == "HAVING" || (t == "ON" && toupper(token[i + 1]) !~ /^(CONFLICT|COMMIT)$/)) {
			if (k == 0 || begun[k] < level) k++
			begun[k] = level; clause[k] = "condition"
		} else if (t == "SET" && token[i + 2] == "=") {
			if (k == 0 || begun[k] < level) k++
			begun[k] = level; clause[k] = "set"
		} else if (k > 0 && begun[k] == level && t ~ /^(GROUP|ORDER|LIMIT|RETURNING|UNION|INTO|JOIN|LEFT|CROSS|FROM|FOR|DO|SELECT)$/)
			k--
		else if (k > 0 && token[i] in variable && token[i - 1] != "." && token[i + 1] != "." && token[i + 1] != "(" \
		    && toupper(token[i - 1]) !~ /^(AS|FROM|JOIN|UPDATE|INTO)$/ && !target(i, k, level, clause, begun)) {
			printf "%s:%d: %s\n", path, where[i], token[i]
			found++
		}
	}
}
# A column that is set: SET name =, and the following ones behind a comma.
function target(i, k, level, clause, begun) {
	return clause[k] == "set" && begun[k] == level && token[i + 1] == "=" && (toupper(token[i - 1]) == "SET" || token[i - 1] == ",")
}
