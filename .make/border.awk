# The border to SQL: from the headers of sql/queries and sql/functions, the signatures of functions and the
# composite types of sql/migrations to C.
#
#   awk -f border.awk -v out=GEN sql/migrations/*.sql sql/rows/*.sql sql/queries/*.sql sql/functions/*.sql \
#       sql/session/*.sql
#
# writes GEN/sql/NAME.h for each statement (its call, its row with the reader, its outcomes), GEN/sql/rows/NAME.h
# for each shape of rows that several share, GEN/sql/types/NAME.h for each composite type,
# GEN/sql_statements.h (all their numbers), GEN/sql_outcomes.h (all words),
# GEN/sql_constraints.h, GEN/sql_statements.c, and for tests GEN/sql_examples.c.
# sql/README.md has the header's language. Names that begin with '_' are helpers: no statement.

function base(path) { sub(/.*\//, "", path); sub(/\.sql$/, "", path); return path }
function stop(why) { print path ": " why > "/dev/stderr"; failed = 1; exit 1 }
function escape(s) {
	gsub(/\\/, "&&", s); gsub(/"/, "\\\\&", s); gsub(/\?/, "\\\\&", s); gsub(/\t/, "\\t", s)
	return s
}
function trim(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); gsub(/[ \t]+/, " ", s); return s }

# ---- types ----

# The C type of an argument or a column; ? is in null.
function c_type(t, null) {
	if (t ~ /^(text|numeric|interval|json|jsonb|json_text)$/ || t ~ /\[\]$/ || t == "bytea") return "struct slice "
	if (t == "uuid") return "struct uuid "
	if (t == "certificate_kind" && !null) return "enum certificate_kind "
	if (t ~ /^(int|integer|bigint|smallint)$/) return null ? "struct opt_int " : "int64_t "
	if (t ~ /^bool(ean)?$/) return null ? "struct opt_bool " : "bool "
	if (t == "date") return null ? "struct opt_day " : "struct day "
	if (t == "instant" || t == "timestamptz") return null ? "struct opt_instant " : "struct instant "
	stop("no C type for " t)
}
function bind(t, null, v) {
	if (t == "bytea") return "db_bytes(" v ")"
	if (t == "uuid") return (null ? "db_uuid_or_null(" : "db_uuid(") v ")"
	if (t ~ /^(int|integer|bigint|smallint)$/) return null ? "db_opt_int(" v ")" : "db_i64(" v ")"
	if (t ~ /^bool(ean)?$/) return null ? "db_opt_bool(" v ")" : "db_bool(" v ")"
	if (t == "date") return null ? "db_opt_day(" v ")" : "db_day(" v ")"
	if (t ~ /^(instant|timestamptz)$/) return null ? "db_opt_instant(" v ")" : "db_instant(" v ")"
	return "db_text(" v ")"
}
# What a column of a certificate's kind needs.
function include_kind(   i) {
	for (i = 0; i < n_cols; i++)
		if (col_type[i] == "certificate_kind") return "\n#include \"domain/kind.h\""
	return ""
}
function fixed(t) { return t ~ /^bytea\([0-9]+\)$/ ? substr(t, 7, length(t) - 7) : "" }
# Needs an arena to be read into.
function boxed(t) { return t == "bytea" }
function reader(t, null, field, at,   n) {
	n = fixed(t)
	if (n != "")
		return "row_bytes_fixed(res, row, " at ", " field ", " n ");"
	if (t == "bytea") return field " = row_bytes(res, row, " at ", arena);"
	if (t == "uuid") return field " = row_uuid(res, row, " at ");"
	if (t ~ /^(int|integer|bigint|smallint)$/)
		return field " = row_" (null ? "opt_int" : "i64") "(res, row, " at ");"
	if (t ~ /^bool(ean)?$/) return field " = row_" (null ? "opt_bool" : "bool") "(res, row, " at ");"
	if (t == "date") return field " = row_" (null ? "opt_day" : "day") "(res, row, " at ");"
	if (t ~ /^(instant|timestamptz)$/)
		return field " = row_" (null ? "opt_instant" : "instant") "(res, row, " at ");"
	if (t == "certificate_kind") return field " = kind_of(row_text(res, row, " at "));"
	return field " = row_text(res, row, " at ");"
}
function word(w) { return w ~ /^(default|public|register|static|int|long|switch|case|for|do|if|else|auto|enum)$/ && w != "public" ? w "_" : w }
function split_type(spec,   null) { # "text?" -> type in T, null in N
	N = spec ~ /\?$/
	T = spec
	sub(/\?$/, "", T)
	if (T == "boolean") T = "bool"
	if (T == "integer") T = "int"
	if (T == "timestamp with time zone") T = "timestamptz"
}

# Names of constraints, of unique indexes, and those that functions raise.
function find_constraint(line) {
	sub(/--.*/, "", line)
	if (match(line, /CONSTRAINT = '[a-z_]+'/))
		constraints[substr(line, RSTART + 14, RLENGTH - 15)] = 1
	else if (match(line, /CREATE UNIQUE INDEX [a-z_]+/))
		constraints[substr(line, RSTART + 20, RLENGTH - 20)] = 1
	else if (match(line, /DROP CONSTRAINT [a-z_]+/))
		delete constraints[substr(line, RSTART + 16, RLENGTH - 16)]
	else if (match(line, /CONSTRAINT [a-z_]+/))
		constraints[substr(line, RSTART + 11, RLENGTH - 11)] = 1
}
function sort_into(sorted, set,   w, n, i, j, t) {
	n = 0
	for (w in set) sorted[n++] = w
	for (i = 1; i < n; i++) for (j = i; j > 0 && sorted[j - 1] > sorted[j]; j--) {
		t = sorted[j]; sorted[j] = sorted[j - 1]; sorted[j - 1] = t
	}
	return n
}
# An enum with the names of words in their order.
function put_enum(type, prefix, words, n,   i) {
	put("enum " type " {")
	for (i = 0; i < n; i++) put("\t" prefix toupper(words[i]) ",")
	put("\t" prefix "COUNT\n};\n")
}
function put_names(array, words, n,   i) {
	put("static const char *const " array "[] = {")
	for (i = 0; i < n; i++) put("\t\"" words[i] "\",")
	put("};\n")
}

# ---- composite types ----

# CREATE TYPE talent.NAME AS (field type, ...); its fields go into a JSON object. A field may be null where
# C has a value for that: no text, no id, no day.
function take_type(line,   n, i, part, f) {
	if (match(line, /^CREATE TYPE talent\.[a-z_]+ AS \(/)) {
		type_name = substr(line, 20, index(line, " AS ") - 20)
		type_text = ""
		in_type = 1
	} else if (in_type && line !~ /^\);/) {
		type_text = type_text " " line
	} else if (in_type) {
		in_type = 0
		records[n_records++] = type_name
		record_known[type_name] = split(type_text, part, ",")
		for (i = 1; i <= record_known[type_name]; i++) {
			f = trim(part[i])
			record_field[type_name, i] = f; sub(/ .*/, "", record_field[type_name, i])
			sub(/^[^ ]* /, "", f)
			record_type[type_name, i] = plain_type(f)
		}
	} else if (match(line, /^ALTER TYPE talent\.[a-z_]+ ADD ATTRIBUTE [a-z_]+ [a-z_.]+;/)) {
		split(line, part, /[ ;]/)
		type_name = part[3]; sub(/^talent\./, "", type_name)
		i = ++record_known[type_name]
		record_field[type_name, i] = part[6]
		record_type[type_name, i] = plain_type(part[7])
	} else if (match(line, /^ALTER TYPE talent\.[a-z_]+ ALTER ATTRIBUTE [a-z_]+ TYPE [a-z_.]+;/)) {
		split(line, part, /[ ;]/)
		type_name = part[3]; sub(/^talent\./, "", type_name)
		for (i = 1; i <= record_known[type_name]; i++)
			if (record_field[type_name, i] == part[6]) record_type[type_name, i] = plain_type(part[8])
	}
}
function plain_type(t) { sub(/^talent\./, "", t); split_type(t); return T }
function one_record(t) { return t in record_known ? t : "" }
function many_records(t) { return t ~ /\[\]$/ ? one_record(substr(t, 1, length(t) - 2)) : "" }
function field_c(t, f) {
	if (one_record(t) != "") return "struct " t " " f
	if (many_records(t) != "") return "const struct " many_records(t) " *" f "; /* n_" f " of them */\n\tsize_t n_" f
	if (t ~ /^(int|integer|smallint|bigint)$/) return "int64_t " f
	if (t ~ /^bool(ean)?$/) return "bool " f
	return c_type(t, 1) f
}
function field_writer(t, f,   k) {
	k = "(w, \"" f "\", v->" word(f) ");"
	if (one_record(t) != "") return "jsonw_key(w, \"" f "\");\n\t" t "_write(w, &v->" word(f) ");"
	if (many_records(t) != "") return "jsonw_key(w, \"" f "\");\n\t" many_records(t) "_write_all(w, v->" word(f) ", v->n_" f ");"
	if (t == "uuid") return "jsonw_kuuid_or_null" k
	if (t == "bytea") return "record_kbytes" k
	if (t ~ /^(int|integer|smallint|bigint)$/) return "jsonw_ki64" k
	if (t ~ /^bool(ean)?$/) return "jsonw_kbool" k
	if (t == "date") return "jsonw_kopt_day" k
	if (t == "timestamptz") return "jsonw_kopt_instant" k
	if (t == "json_text") return "jsonw_kraw" k
	return "jsonw_kstr" k
}
function write_record(t,   i, n) {
	n = record_known[t]
	file(out "/sql/types/" t ".h")
	put("/* Generated from sql/migrations: talent." t ". */\n#pragma once\n\n#include \"db/record.h\"")
	for (i = 1; i <= n; i++) {
		type_name = record_type[t, i]; sub(/\[\]$/, "", type_name)
		if (one_record(type_name) != "") put("#include \"sql/types/" type_name ".h\"")
	}
	put("\nstruct " t " {")
	for (i = 1; i <= n; i++) put("\t" field_c(record_type[t, i], word(record_field[t, i])) ";")
	put("};\n\nstatic inline void " t "_write(struct jsonw *w, const struct " t " *v)\n{\n\tjsonw_object(w);")
	for (i = 1; i <= n; i++) put("\t" field_writer(record_type[t, i], record_field[t, i]))
	put("\tjsonw_end(w);\n}")
	put("static inline void " t "_write_all(struct jsonw *w, const struct " t " *v, size_t n)\n{\n\tjsonw_array(w);\n\tfor (size_t i = 0; i < n; i++)\n\t\t" t "_write(w, &v[i]);\n\tjsonw_end(w);\n}\n")
	write_parameter(t, "_json", "", "_write(&w, v)")
	write_parameter(t, "_array", ", size_t n", "_write_all(&w, v, n)")
	close(current)
}
# What a call takes: text that was made of such a record and of nothing else.
function write_parameter(t, form, more, write) {
	put("/* " (more == "" ? "One" : "Any number of them") ", written to the buffer, whose failure the caller looks at. */")
	put("struct " t form " {\n\tstruct slice json;\n};")
	put("static inline struct " t form " " t form "(struct buf *b, const struct " t " *v" more ")\n{\n\tstruct jsonw w;\n\tjsonw_init(&w, b);\n\t" t write ";\n\treturn (struct " t form "){buf_slice(b)};\n}")
}

# ---- one file ----

function begin(f) {
	path = f; name = base(f)
	folder = f; sub(/\/[^\/]*$/, "", folder); sub(/.*\//, "", folder)
	leading = 1; text = ""; signature = ""; in_signature = 0; body = 0
	n_args = n_cols = n_words = 0; cardinality = ""; outcome_at = -1; journal_at = -1
	split("", arg_name); split("", col_name); split("", words); split("", refined); split("", nullable)
	split("", record_of)
	if (folder != "migrations" && name !~ /^[a-z_][a-z0-9_]*$/)
		stop("a file's name is lower-case letters, digits and _")
}
function add_arg(n, spec) {
	split_type(spec)
	arg_name[n_args] = n; arg_type[n_args] = T; arg_null[n_args] = N
	n_args++
}
function add_col(n, spec, shape) {
	split_type(spec)
	col_name[n_cols] = n; col_type[n_cols] = T; col_null[n_cols] = N; col_shape[n_cols] = shape
	if (n == "outcome" && folder == "functions") outcome_at = n_cols
	if (n == "journal") journal_at = n_cols
	n_cols++
}
function tag(line,   f, n) {
	sub(/^-- */, "", line)
	n = split(line, f, /[ \t]+/)
	if (f[1] == "@arg" && n >= 3) add_arg(f[2], f[3])
	else if (f[1] == "@row" && f[2] ~ /^(one|maybe|many)$/) cardinality = f[2]
	else if (f[1] == "@row" && f[2] == "none" && folder == "session") cardinality = f[2]
	else if (f[1] == "@cols" && (f[2] in shape_n)) add_shape(f[2])
	else if (f[1] == "@col" && n >= 3) {
		if (folder == "functions") refined[f[2]] = f[3]
		else add_col(f[2], f[3], "")
	}
	else if (f[1] == "@outcome" && f[2] ~ /^[a-z_]+$/) words[n_words++] = f[2]
	else if (f[1] == "@json" && n >= 3 && (one_record(f[3]) != "" || many_records(f[3]) != "")) record_of[f[2]] = f[3]
	else if (f[1] == "@null" && n >= 2) { for (i = 2; i <= n; i++) nullable[f[i]] = 1 }
	else stop("cannot read \"" line "\"")
}
function add_shape(s,   i) {
	for (i = 0; i < shape_n[s]; i++)
		add_col(shape_col[s, i], shape_type[s, i], s)
}

# "name type, OUT name type, ..." with types that may hold parentheses and blanks.
function read_signature(   i, c, depth, part, n, parts) {
	n = 0; part = ""; depth = 0
	gsub(/--[^\n]*\n/, " ", signature)
	gsub(/\n/, " ", signature)
	sub(/^[^(]*\(/, "", signature)
	for (i = 1; i <= length(signature); i++) {
		c = substr(signature, i, 1)
		if (c == "(") depth++
		if (c == ")" && depth-- == 0) break
		if (c == "," && depth == 0) { parts[n++] = trim(part); part = "" }
		else part = part c
	}
	if (trim(part) != "") parts[n++] = trim(part)
	rest = trim(substr(signature, i + 1))
	for (i = 0; i < n; i++) function_part(parts[i])
	if (rest ~ /^RETURNS TABLE/) {
		sub(/^RETURNS TABLE *\(/, "", rest); sub(/\).*/, "", rest)
		n = split(rest, parts, /, */)
		for (i = 1; i <= n; i++) function_part("OUT " trim(parts[i]))
		rest = "RETURNS SETOF record"
	}
	if (rest ~ /^RETURNS / && rest !~ /^RETURNS (SETOF )?(record|void)/) {
		sub(/^RETURNS (SETOF )?/, "", rest); sub(/ .*/, "", rest)
		function_part("OUT " name " " rest)
	}
}
function function_part(p,   out, n, t) {
	out = sub(/^OUT /, "", p)
	n = p; sub(/ .*/, "", n)
	t = substr(p, length(n) + 2)
	sub(/ DEFAULT .*/, "", t)
	sub(/^talent\./, "", t)
	if (!out) { add_arg(n, t ((n in nullable) ? "?" : "")); return }
	if (n in refined) t = refined[n]
	else if (n != "outcome" && has_outcome()) t = t "?"
	if (n != "outcome" && has_outcome() && t !~ /\?$/) t = t "?"
	add_col(n, t, "")
}
function has_outcome() { return outcome_at >= 0 }

function finish(   i, call, columns, id) {
	if (name == "" || failed) return
	if (folder == "rows") { keep_shape(); return }
	if (folder == "migrations" || substr(name, 1, 1) == "_") return
	if (folder == "functions") {
		read_signature()
		if (has_outcome() && !n_words) stop("says no @outcome")
		if (!has_outcome() && n_words) stop("has no column outcome")
		cardinality = rest ~ /SETOF/ || signature ~ /RETURNS SETOF/ ? "many" : "one"
		call = ""
		for (i = 1; i <= n_args; i++) call = call (i > 1 ? "," : "") "$" i
		# by name: a column that a later version adds is nothing to a daemon of this one
		columns = ""
		for (i = 0; i < n_cols; i++) columns = columns (i ? "," : "") "\\\"" col_name[i] "\\\""
		text = "\t\"SELECT " columns " FROM talent." name "(" call ")\"\n"
	} else {
		if (cardinality == "") stop("says no @row one, maybe or many")
		if (text == "") stop("has no statement")
	}
	if (name in seen) stop("a query and a function have this name")
	seen[name] = 1
	if (!n_cols != (cardinality == "none")) stop(n_cols ? "has columns and no row" : "has no columns")
	write_header()
	write_entry()
}
function keep_shape(   i) {
	shape_n[name] = n_cols
	for (i = 0; i < n_cols; i++) {
		shape_col[name, i] = col_name[i]
		shape_type[name, i] = col_type[i] (col_null[i] ? "?" : "")
	}
	write_shape()
}

# ---- what is written ----

function file(f) { current = f; printf "" > f; return f }
function put(s) { print s > current }

function any_boxed(from, to,   i) {
	for (i = from; i < to; i++) if (boxed(col_type[i])) return 1
	return 0
}
function fields(from, to,   i, n) {
	for (i = from; i < to; i++) {
		n = fixed(col_type[i])
		if (i == outcome_at) put("\tenum " name "_outcome outcome;")
		else if (n != "") {
			put("\tuint8_t " word(col_name[i]) "[" n "];" (col_null[i] ? " /* has_" col_name[i] " says whether */" : ""))
			if (col_null[i]) put("\tbool has_" col_name[i] ";")
		}
		else put("\t" c_type(col_type[i], col_null[i]) word(col_name[i]) ";" (col_null[i] ? " /* or null */" : ""))
	}
}
# Which columns may be null, for views (text/view.h).
function nulls(type, from, to,   i) {
	put("enum {")
	for (i = from; i < to; i++) put("\t" type "_null_" word(col_name[i]) " = " (col_null[i] ? 1 : 0) ",")
	put("};\n")
}
function read_fields(from, to, first,   i, at) {
	for (i = from; i < to; i++) {
		at = first == "" ? i : first (i - from)
		if (i == outcome_at)
			put("\tret->outcome = (enum " name "_outcome)outcome_word(row_text(res, row, " at "));")
		else if (fixed(col_type[i]) != "" && col_null[i])
			put("\tret->has_" col_name[i] " = " reader(col_type[i], 1, "ret->" word(col_name[i]), at))
		else
			put("\t" reader(col_type[i], col_null[i], "ret->" word(col_name[i]), at))
	}
}
# A column whose text points into the result.
function points(i) {
	return i != outcome_at && fixed(col_type[i]) == "" && !boxed(col_type[i]) && c_type(col_type[i], col_null[i]) == "struct slice "
}
# Copies such texts of a row, so that it outlives its result.
function write_keep(type, prefix,   i, j, n, body) {
	body = ""; n = 0
	for (i = 0; i < n_cols; i = j) {
		j = i + 1
		if (prefix != "" || col_shape[i] == "") {
			if (points(i)) { body = body "\tr->" word(col_name[i]) " = arena_slice_or_none(arena, r->" word(col_name[i]) ");\n"; n++ }
			continue
		}
		while (j < n_cols && col_shape[j] == col_shape[i]) j++
		if (!shape_points[col_shape[i]]) continue
		body = body "\t" col_shape[i] "_row_keep(arena, &r->" col_shape[i] ");\n"; n++
	}
	if (!n) return 0
	put("/* Copies its texts into the arena, whose failure the caller looks at: the row outlives res. */")
	put("static inline void " type "_keep(struct arena *arena, struct " (prefix == "" ? type "_row" : type) " *r)\n{\n" body "}")
	return 1
}
function write_shape() {
	file(out "/sql/rows/" name ".h")
	put("/* Generated from " path ". */\n#pragma once\n\n#include \"db/rows.h\"" include_kind() "\n")
	put("struct " name "_row {")
	fields(0, n_cols)
	put("};\n")
	nulls(name "_row", 0, n_cols)
	shape_boxed[name] = any_boxed(0, n_cols)
	put("/* The columns of a row from col on" (shape_boxed[name] ? "; bytes go into the arena" : "") ". Text points into res. */")
	put("static inline void " name "_row_read(const PGresult *res, int row, int col, " (shape_boxed[name] ? "struct arena *arena, " : "") "struct " name "_row *ret)\n{")
	read_fields(0, n_cols, "col + ")
	put("}")
	shape_points[name] = write_keep(name "_row", "row")
	close(current)
}

# Whether all columns are those of one shape.
function whole_shape(   s) {
	s = col_shape[0]
	if (s == "" || shape_n[s] != n_cols) return ""
	return s
}
function write_header(   i, j, s, params, first, up, arena, sep) {
	up = toupper(name)
	file(out "/sql/" name ".h")
	put("/* Generated from " path ". */\n#pragma once\n\n#include \"db/db.h\"\n#include \"db/rows.h\"\n#include \"db/" (folder == "session" ? "session" : "statement") ".h\"" include_kind())
	if (has_outcome()) put("#include \"sql_outcomes.h\"")
	split("", included)
	for (i = 0; i < n_cols; i++) if ((s = col_shape[i]) != "" && !(s in included)) {
		put("#include \"sql/rows/" s ".h\""); included[s] = 1
	}
	for (i = 0; i < n_args; i++) if (arg_name[i] in record_of) {
		s = record_of[arg_name[i]]; sub(/\[\]$/, "", s)
		put("#include \"sql/types/" s ".h\"")
	}
	put(folder == "session" ? "\nextern const struct statement_text " name "_text;\n" : "\nextern const int " name "_statement;\n")
	write_call(up)
	if (!n_cols) { close(current); return }
	if (has_outcome()) {
		put("enum " name "_outcome {")
		for (i = 0; i < n_words; i++) {
			put("\t" up "_" toupper(words[i]) " = OUTCOME_" toupper(words[i]) ",")
			all_words[words[i]] = 1
		}
		put("};\n")
	}
	s = whole_shape()
	arena = any_boxed(0, n_cols)
	if (s == "") {
		put("struct " name "_row {")
		for (i = 0; i < n_cols; i = j) {
			for (j = i + 1; j < n_cols && col_shape[j] == col_shape[i]; j++) ;
			if (col_shape[i] == "") fields(i, j)
			else put("\tstruct " col_shape[i] "_row " col_shape[i] ";")
		}
		put("};\n")
		nulls(name "_row", 0, n_cols)
	}
	put("/* One row of its result" (arena ? "; bytes go into the arena" : "") ". Text points into res. */")
	put("static inline void " name "_read(const PGresult *res, int row, " (arena ? "struct arena *arena, " : "") "struct " (s == "" ? name : s) "_row *ret)\n{")
	put("\trows_of(res, " n_cols ");")
	if (s != "") put("\t" s "_row_read(res, row, 0, " (arena ? "arena, " : "") "ret);")
	else for (i = 0; i < n_cols; i = j) {
		for (j = i + 1; j < n_cols && col_shape[j] == col_shape[i]; j++) ;
		if (col_shape[i] == "") read_fields(i, j, "")
		else put("\t" col_shape[i] "_row_read(res, row, " i ", " (shape_boxed[col_shape[i]] ? "arena, " : "") "&ret->" col_shape[i] ");")
	}
	put("}")
	if (s == "") write_keep(name, "")
	close(current)
}
function plain(n) { sub(/^_/, "", n); return word(n) }
# Does it begin with the four that every write function begins with?
function in_context() {
	return n_args >= 4 && arg_name[0] == "_actor" && arg_name[1] == "_request" && arg_name[2] == "_idem_key" && arg_name[3] == "_idem_print"
}
function arg_c(i,   t) {
	if (!(arg_name[i] in record_of)) return c_type(arg_type[i], arg_null[i])
	t = record_of[arg_name[i]]
	return one_record(t) != "" ? "struct " t "_json " : "struct " many_records(t) "_array "
}
function write_call(up,   i, from, params) {
	call_type = folder == "session" ? "struct session_call" : "struct db_call"
	call_of = folder == "session" ? "&" name "_text" : name "_statement"
	if (!n_args) {
		put("#define " up "_CALL() ((" call_type "){" call_of ", 0, NULL})\n")
		return
	}
	from = in_context() ? 4 : 0
	params = from ? "const struct db_context *context" : ""
	for (i = from; i < n_args; i++)
		params = params (params == "" ? "" : ",\n\t") arg_c(i) plain(arg_name[i])
	put("static inline const struct db_arg *" name "_bind(struct db_arg a[static " n_args "],\n\t" params ")\n{")
	if (from) put("\tdb_context_bind(a, context);")
	for (i = from; i < n_args; i++)
		put("\ta[" i "] = " bind(arg_type[i], arg_null[i], plain(arg_name[i]) (arg_name[i] in record_of ? ".json" : "")) ";")
	put("\treturn a;\n}")
	put("/* The call; its arguments live as long as the block it stands in. */")
	put("#define " up "_CALL(...) \\\n\t((" call_type "){" call_of ", " n_args ", \\\n\t                  " name "_bind((struct db_arg[" n_args "]){{0}}, __VA_ARGS__)})\n")
}
function pg(t) {
	if (t == "instant" || t == "certificate_kind") return "text"
	if (t ~ /^bytea/) return "bytea"
	if (t == "int") return "integer"
	if (t == "bool") return "boolean"
	if (t == "timestamptz") return "timestamp with time zone"
	return t
}
# What a cell of a type may look like.
function example(t,   n) {
	n = fixed(t)
	if (n != "") return "\\\\x" sprintf("%0" 2 * n "d", 0)
	if (t == "bytea") return "\\\\x"
	if (t == "uuid") return "00000000-0000-4000-8000-000000000000"
	if (t == "certificate_kind") return "skill_grade"
	if (t ~ /^(int|integer|bigint|smallint|numeric)$/) return "0"
	if (t ~ /^bool(ean)?$/) return "f"
	if (t == "date") return "2026-01-01"
	if (t ~ /^(instant|timestamptz)$/) return "2026-01-01T00:00:00Z"
	return ""
}
function write_entry(   i, s, entry) {
	s = ""
	if (n_args) {
		s = s "static const char *const " name "_args[] = {"
		for (i = 0; i < n_args; i++) s = s (i ? ", " : "") "\"" pg(arg_type[i]) "\""
		s = s "};\n"
	}
	s = s "static const struct statement_column " name "_columns[] = {\n"
	for (i = 0; i < n_cols; i++)
		s = s "\t{\"" col_name[i] "\", \"" pg(col_type[i]) "\", " (col_null[i] ? "true" : "false") ", " (fixed(col_type[i]) + 0) ", " (col_type[i] == "certificate_kind" ? "kind_known" : "NULL") "},\n"
	s = s (n_cols ? "" : "\t{0},\n") "};\n"
	if (n_words) {
		s = s "static const char *const " name "_outcomes[] = {"
		for (i = 0; i < n_words; i++) s = s "\"" words[i] "\", "
		s = s "NULL};\n"
	}
	before = before s
	entry = "{.name = \"" name "\", .text =\n" text "\t, .n_args = " n_args (n_args ? ", .args = " name "_args" : "") ",\n\t .columns = " name "_columns, .n_columns = " n_cols ", .journal = " journal_at + 1 (n_words ? ", .outcomes = " name "_outcomes" : "") "}"
	if (folder == "session") {
		sessions = sessions "extern const struct statement_text " name "_text;\nconst struct statement_text " name "_text = " entry ";\n"
		session_ids = session_ids "\t&" name "_text,\n"
		return
	}
	table = table "\t" entry ",\n"
	examples = examples "static const char *const " name "_example[] = {\n"
	for (i = 0; i < n_cols; i++)
		examples = examples "\t" (col_null[i] ? "NULL" : "\"" example(col_type[i]) "\"") ",\n"
	examples = examples "};\n"
	example_ids = example_ids "\t" name "_example,\n"
	ids = ids "\t" (folder == "functions" ? "F_" : "Q_") toupper(name) ",\n"
	declared = declared "extern const int " name "_statement;\n"
	numbers = numbers "const int " name "_statement = " count ";\n"
	count++
}

/\r$/ { path = FILENAME; stop("has CR LF line ends") }
FNR == 1 { finish(); begin(FILENAME) }
folder == "migrations" || folder == "functions" { find_constraint($0) }
folder == "migrations" { take_type($0); next }
leading && /^--/ {
	if ($0 ~ /^-- @/) tag($0)
	next
}
{ leading = 0 }
(folder == "queries" || folder == "session") && $0 !~ /^[ \t]*(--.*)?$/ { text = text "\t\"" escape($0) "\\n\"\n" }
folder == "functions" && !body {
	if ($0 ~ /^CREATE OR REPLACE FUNCTION /) in_signature = 1
	if (in_signature && /^LANGUAGE |^AS |RETURNS .* LANGUAGE/) {
		if ($0 !~ /^LANGUAGE|^AS/) { sub(/ *LANGUAGE.*/, ""); signature = signature $0 "\n" }
		body = 1; in_signature = 0
	}
	if (in_signature) {
		signature = signature $0 "\n"
		if ($0 ~ /RETURNS/ && $0 ~ /AS \$\$/) { body = 1; in_signature = 0 }
	}
}
BEGIN {
	count = 0
	if (ARGC < 2) exit
}
END {
	if (failed) exit 1
	finish()
	if (failed) exit 1
	f = file(out "/sql_statements.h")
	put("/* Generated from sql/queries and sql/functions. */\n#pragma once\n\nenum statement {\n" ids "\tSTATEMENT_COUNT\n};")
	close(f)
	for (i = 0; i < n_records; i++) write_record(records[i])
	n = sort_into(sorted, all_words)
	n_constraints = sort_into(constraint, constraints)
	f = file(out "/sql_constraints.h")
	put("/* Generated from sql/migrations and sql/functions: constraints, unique indexes, and what functions raise. */\n#pragma once\n")
	put_enum("constraint", "CONSTRAINT_", constraint, n_constraints)
	put("/* CONSTRAINT_COUNT for a name that is none of these. */\nenum constraint constraint_named(const char *name);\nconst char *constraint_name(enum constraint c);")
	close(f)
	f = file(out "/sql_outcomes.h")
	put("/* Generated from the @outcome lines of sql/functions: every word that a write function may say. */\n#pragma once\n\n#include \"base/slice.h\"\n")
	put_enum("outcome", "OUTCOME_", sorted, n)
	put("/* A word that is none stops the process: results are checked before anybody reads them. */")
	put("enum outcome outcome_word(struct slice word);\nconst char *outcome_name(enum outcome o);")
	close(f)
	f = file(out "/sql_statements.c")
	put("/* Generated from sql/queries and sql/functions. */\n#include \"sql_constraints.h\"\n#include \"sql_outcomes.h\"\n#include \"db/statement.h\"\n#include \"domain/kind.h\"\n\n#include <assert.h>\n#include <stdlib.h>\n#include <string.h>\n")
	put(before)
	put("const struct statement_text statements[] = {\n" table "\t{.name = NULL},\n};\n")
	put(declared numbers)
	put(sessions "const struct statement_text *const session_statements[] = {\n" session_ids "\tNULL,\n};\n")
	put_names("words", sorted, n)
	put_names("constraints", constraint, n_constraints)
	put("static int compare(const void *word, const void *entry)\n{\n\tconst struct slice *w = word;\n\tconst char *e = *(const char *const *)entry;\n\tsize_t n = strlen(e);\n\tint r = memcmp(w->p, e, w->n < n ? w->n : n);\n\treturn r ? r : (w->n > n) - (w->n < n);\n}\n")
	put("enum constraint constraint_named(const char *name)\n{\n\tstruct slice key = slice_of(name);\n\tconst char *const *found = bsearch(&key, constraints, CONSTRAINT_COUNT, sizeof *constraints, compare);\n\treturn found ? (enum constraint)(found - constraints) : CONSTRAINT_COUNT;\n}\n")
	put("const char *constraint_name(enum constraint c)\n{\n\treturn constraints[c];\n}\n")
	put("enum outcome outcome_word(struct slice word)\n{\n\tconst char *const *found = word.p ? bsearch(&word, words, OUTCOME_COUNT, sizeof *words, compare) : NULL;\n\tassert(found);\n\treturn (enum outcome)(found - words);\n}\n")
	put("const char *outcome_name(enum outcome o)\n{\n\treturn words[o];\n}")
	close(f)
	f = file(out "/sql_examples.c")
	put("/* Generated from sql/queries and sql/functions, for tests: a row that each statement could return. */\n#include <stddef.h>\n\nextern const char *const *const statement_examples[];\n")
	put(examples "\nconst char *const *const statement_examples[] = {\n" example_ids "};")
	close(f)
}
