# Lists the verbs of talentctl: every cmd_*[] of the files given, in order of their names.
# awk -f verbs.awk -v header=OUT.h FILE...
BEGIN {
	print "/* Generated from src/ctl/cmd_*.c. */\n#pragma once\n\n#include \"ctl/verb.h\"\n" > header
}
match($0, /^const struct verb cmd_[a-z_]+\[\] = \{/) {
	name = $4
	sub(/\[.*/, "", name)
	print "extern const struct verb " name "[];" > header
	list = list " \\\n\t" name ","
}
END { print "\n#define VERBS" list > header }
