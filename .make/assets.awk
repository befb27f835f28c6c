# Turns the files given into src/web's asset table (web/asset.h): name and bytes.
# awk -f assets.awk -v source=OUT.c FILE...
function escape(s) {
	gsub(/\\/, "&&", s); gsub(/"/, "\\\\&", s); gsub(/\?/, "\\\\&", s); gsub(/\t/, "\\t", s)
	return s
}
function base(path) { sub(/.*\//, "", path); return path }
function finish() {
	if (!n)
		return
	printf ";\n" > source
	table = table "\t{\"" name "\", {file_" n ", sizeof file_" n " - 1}},\n"
}
BEGIN { print "/* Generated from src/web/assets and src/api/openapi. */\n#include \"web/asset.h\"\n" > source }
FNR == 1 {
	finish()
	name = base(FILENAME)
	printf "static const char file_%d[] =", ++n > source
}
{ printf "\n\t\"%s\\n\"", escape($0) > source }
END {
	finish()
	print "\nconst struct asset assets[] = {\n" table "\t{NULL, {NULL, 0}},\n};" > source
}
