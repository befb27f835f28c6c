# Embeds sql/migrations and sql/functions as the tables of db/migrate.h.
# awk -f migrations.awk -v source=OUT.c FILE...
#
# Migrations are NNNN_name.sql without gaps from 0001. A migration that older programs can live
# with says so in its leading comment: "-- compatible-with: N" (they know at least migration N).
function base(path) { sub(/.*\//, "", path); return path }
function fail(why) { print path ": " why > "/dev/stderr"; failed = 1; exit 1 }
function escape(s) {
	gsub(/\\/, "&&", s); gsub(/"/, "\\\\&", s); gsub(/\?/, "\\\\&", s); gsub(/\t/, "\\t", s)
	return s
}
function finish(   entry) {
	if (name == "")
		return
	entry = "\t{\"" name "\",\n" text "\t\t, " number ", " compatible "},\n"
	if (number)
		migrations = migrations entry
	else if (substr(name, 1, 1) == "_")
		helpers = helpers entry
	else
		functions = functions entry
}
/\r$/ { fail("has CR LF line ends") }
FNR == 1 {
	finish()
	path = FILENAME; name = base(FILENAME); text = ""; compatible = 0; number = 0; leading = 1
	if (path ~ /migrations\//) {
		if (name !~ /^[0-9][0-9][0-9][0-9]_[a-z0-9_]+\.sql$/)
			fail("a migration is named NNNN_name.sql")
		number = substr(name, 1, 4) + 0
		if (number != last + 1)
			fail("expected number " (last + 1))
		last = number
	}
}
leading && /^-- *compatible-with: *[0-9]+ *$/ {
	compatible = $0
	sub(/^-- *compatible-with: */, "", compatible)
	compatible += 0
}
!/^--/ { leading = 0 }
{ text = text "\t\t\"" escape($0) "\\n\"\n" }
BEGIN {
	last = 0
	if (ARGC < 2)
		exit
}
END {
	if (failed)
		exit 1
	finish()
	print "/* Generated from sql/migrations and sql/functions. */" > source
	print "#include \"db/migrate.h\"\n" > source
	print "const struct migration_file migrations[] = {" > source
	print migrations "\t{NULL, NULL, 0, 0},\n};\n" > source
	print "const struct migration_file function_files[] = {" > source
	print helpers functions "\t{NULL, NULL, 0, 0},\n};" > source
}
