# Lists functions with their length: "lines file:line name". Relies on the style of the code: a
# body begins with { and ends with } in the first column.
FNR == 1 { name = ""; start = 0 }
/^[A-Za-z_].*\(/ && !/;[[:space:]]*$/ && !/^(typedef|struct [a-z_]+ \{|#|static const struct)/ {
	line = $0
	sub(/\(.*/, "", line)
	sub(/.*[ *]/, "", line)
	name = line
	start = FNR
}
/^\{/ && name != "" { open = 1 }
/^\}/ && open { print FNR - start + 1, FILENAME ":" start, name; open = 0; name = "" }
