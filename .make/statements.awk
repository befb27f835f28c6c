# Makes the statement table of db/statement.h from sql/queries and sql/functions.
# awk -f statements.awk -v header=OUT.h -v source=OUT.c FILE...
#
# A query file is one SELECT: its leading comment says name, columns and "-- args: N". A function
# file creates talent.<file>; its statement is SELECT * FROM talent.<file>($1,...,$N). Files whose
# name begins with '_' are helpers and triggers: no statement.
function base(path) { sub(/.*\//, "", path); sub(/\.sql$/, "", path); return path }
function fail(why) { print FILENAME ": " why > "/dev/stderr"; failed = 1; exit 1 }
function escape(s) {
	gsub(/\\/, "&&", s); gsub(/"/, "\\\\&", s); gsub(/\?/, "\\\\&", s); gsub(/\t/, "\\t", s)
	return s
}
function finish(   i, call) {
	if (name == "" || substr(name, 1, 1) == "_")
		return
	if (args == "") {
		print path ": no \"-- args: N\" in the leading comment" > "/dev/stderr"
		failed = 1
		exit 1
	}
	if (name in seen) {
		print path ": a query and a function are both named " name > "/dev/stderr"
		failed = 1
		exit 1
	}
	seen[name] = 1
	if (!is_function && text == "") {
		print path ": has no statement" > "/dev/stderr"
		failed = 1
		exit 1
	}
	if (is_function) {
		call = "\t\t\"SELECT * FROM talent." name "("
		for (i = 1; i <= args; i++)
			call = call (i > 1 ? "," : "") "$" i
		text = call ")\"\n"
	}
	ids = ids "\t" (is_function ? "F_" : "Q_") toupper(name) ",\n"
	table = table "\t{\"" name "\",\n" text "\t\t, " args "},\n"
}
# A '\r' would make the text differ between checkouts.
/\r$/ { fail("has CR LF line ends") }
FNR == 1 {
	finish()
	path = FILENAME; name = base(FILENAME); is_function = FILENAME ~ /functions\//
	args = ""; text = ""; leading = 1
	if (name !~ /^[a-z_][a-z0-9_]*$/)
		fail("a file's name is lower-case letters, digits and _")
}
leading && /^--/ {
	if ($0 ~ /^-- *args: *[0-9]+ *$/) {
		args = $0
		sub(/^-- *args: */, "", args)
		args += 0
	}
	next
}
{
	leading = 0
	if (!is_function && $0 !~ /^[ \t]*(--.*)?$/)
		text = text "\t\t\"" escape($0) "\\n\"\n"
}
BEGIN {
	if (ARGC < 2)
		exit
}
END {
	if (failed)
		exit 1
	finish()
	if (failed)
		exit 1
	print "/* Generated from sql/queries and sql/functions. */\n#pragma once\n" > header
	print "enum statement {\n" ids "\tSTATEMENT_COUNT\n};" > header
	print "/* Generated from sql/queries and sql/functions. */" > source
	print "#include \"db/statement.h\"\n" > source
	print "const struct statement_text statements[] = {\n" table "\t{NULL, NULL, 0},\n};" > source
}
