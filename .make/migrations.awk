# Embeds sql/migrations, sql/functions, sql/previous and sql/rules as the tables of db/migrate.h.
# awk -f migrations.awk -v source=OUT.c FILE...
#
# Migrations are NNNN_name.sql without gaps from 0001. A migration that older programs can live
# with says so in its leading comment: "-- compatible-with: N" (they know at least migration N).
#
# A rule is one SELECT; its header says of what its units' source is one ("-- @of person"). It becomes the
# view rule_NAME, and all of them the view unit: their columns, and which rule and source. sql/rules/_x.sql
# come after that, then the functions that are no helpers, then those that the version before calls.
function base(path) { sub(/.*\//, "", path); return path }
function fail(why) { print path ": " why > "/dev/stderr"; failed = 1; exit 1 }
function escape(s) {
	gsub(/\\/, "&&", s); gsub(/"/, "\\\\&", s); gsub(/\?/, "\\\\&", s); gsub(/\t/, "\\t", s)
	return s
}
function entry_of(file, text) { return "\t{\"" file "\",\n" text "\t\t, 0, 0},\n" }
function line_of(s) { return "\t\t\"" escape(s) "\\n\"\n" }
function take_rule(   view) {
	if (of == "")
		fail("says no @of")
	view = "rule_" substr(name, 1, length(name) - 4)
	rules = rules entry_of(name, line_of("CREATE OR REPLACE VIEW talent." view " AS") text)
	unit = unit line_of(unit == "" ? "CREATE OR REPLACE VIEW talent.unit AS" : "UNION ALL") \
		line_of("SELECT '" substr(view, 6) "'::text AS rule, '" of "'::text AS of, " UNIT) \
		line_of("FROM talent." view)
}
function finish(   entry) {
	if (name == "")
		return
	if (path ~ /rules\/[^_]/) {
		take_rule()
		return
	}
	entry = "\t{\"" name "\",\n" text "\t\t, " number ", " compatible "},\n"
	if (path ~ /rules\//)
		behind = behind entry
	else if (path ~ /previous\//)
		previous = previous entry
	else if (number)
		migrations = migrations entry
	else if (substr(name, 1, 1) == "_")
		helpers = helpers entry
	else
		functions = functions entry
}
/\r$/ { fail("has CR LF line ends") }
FNR == 1 {
	finish()
	path = FILENAME; name = base(FILENAME); text = ""; compatible = 0; number = 0; leading = 1; of = ""
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
leading && /^-- @of [a-z]+$/ { of = $3 }
!/^--/ { leading = 0 }
{ text = text line_of($0) }
BEGIN {
	last = 0
	UNIT = "source, unit, day, at, district, organisation, occupation, edition, work_type, level, kind, recorded, ended, void"
	if (ARGC < 2)
		exit
}
END {
	if (failed)
		exit 1
	finish()
	print "/* Generated from sql/migrations, sql/functions, sql/previous and sql/rules. */" > source
	print "#include \"db/migrate.h\"\n" > source
	print "const struct migration_file migrations[] = {" > source
	print migrations "\t{NULL, NULL, 0, 0},\n};\n" > source
	print "const struct migration_file function_files[] = {" > source
	if (unit != "")
		unit = entry_of("unit.sql", unit)
	print helpers rules unit behind functions previous "\t{NULL, NULL, 0, 0},\n};" > source
}
