# Bytes, as od -An -v -tu1 prints them, to a C array NAME and NAME_size, which HEADER declares.
BEGIN { printf "/* Generated. */\n#include \"%s\"\n\nconst unsigned char %s[] = {\n", header, name }
{ for (i = 1; i <= NF; i++) printf "%s,", $i; print "" }
END { printf "};\nconst size_t %s_size = sizeof %s;\n", name, name }
