# Turns the files given into src/web's asset table (web/asset.h): name and bytes.
# awk -f assets.awk -v source=OUT.c FILE...
function escape(s) {
	gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); gsub(/\t/, "\\t", s); gsub(/\?/, "\\?", s)
	return s
}
function base(path) { sub(/.*\//, "", path); return path }
BEGIN {
	print "/* Generated from src/web/assets. */\n#include \"web/asset.h\"\n" > source
	print "const struct asset assets[] = {" > source
}
FNR == 1 {
	if (open) print "\t)},\n" > source
	printf "\t{\"%s\", SLICE(\n", base(FILENAME) > source
	open = 1
}
{ printf "\t\t\"%s\\n\"\n", escape($0) > source }
END {
	if (open) print "\t)}," > source
	print "\t{NULL, {NULL, 0}},\n};" > source
}
