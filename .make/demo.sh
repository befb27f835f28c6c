# .make/demo.sh - read by run.sh: what the first start loads, and what every start prints.
# Each step that is done leaves a file, so that an interrupted first start goes on where it was.

ctl() {
	"$BUILD/talentctl" --env "$BUILD/run.env" "$@"
}

# run.env is written whole or not at all; nobody else may read it.
write_env() {
	(
		umask 077
		cat >"$BUILD/run.env.new" <<-END
			TALENT_URL=$URL_LOCAL
			TALENT_MTLS_URL=https://localhost:$MTLS_PORT
			TALENT_OPS_URL=http://127.0.0.1:$OPS_PORT
			TALENT_CA=$RUN/ca.pem
			TALENT_TOKEN=$1
			TALENT_SECOND_TOKEN=$2
		END
		[ -z "$3" ] || printf 'TALENT_INSTITUTION_TOKEN=%s\nTALENT_EMPLOYER_TOKEN=%s\n' "$3" "$4" \
			>>"$BUILD/run.env.new"
		mv "$BUILD/run.env.new" "$BUILD/run.env"
	)
}

# The first two administrators cannot come through the API: talentd lets them in as the owner.
load_tokens() {
	[ ! -e "$RUN/done.tokens" ] || return 0
	if [ ! -e "$RUN/administrators" ]; then
		(umask 077 && "$BUILD/talentd" -c "$STATE/etc/talentd.conf" -d "$(OWNER_CONN)" admin-token \
			--name 陈静 --name 周明 >"$RUN/administrators.new") || die "no administrators"
		mv "$RUN/administrators.new" "$RUN/administrators"
	fi
	{ read -r admin && read -r second; } <"$RUN/administrators"
	write_env "$admin" "$second" '' ''
	for issuer in shili xingbo; do
		ctl key generate --issuer $issuer >/dev/null || die "no issuing key for $issuer"
	done
	institution=$(ctl token create --role institution --organisation shili --label 'make run') ||
		die "no institution token"
	employer=$(ctl token create --role employer --organisation haolai --label 'make run') ||
		die "no employer token"
	write_env "$admin" "$second" "$institution" "$employer"
	rm -f "$RUN/administrators"
	: >"$RUN/done.tokens"
}

# Runs one step of loading once. $1: its name, then the command; exit code 1 (rows rejected) is
# what the demonstration's five bad rows give.
load_once() {
	[ ! -e "$RUN/done.$1" ] || return 0
	step=$1
	shift
	status=0
	"$@" >"$RUN/$step.log" 2>&1 || status=$?
	[ $status -le 1 ] || die "loading $step failed: $(tail -n 3 "$RUN/$step.log")"
	: >"$RUN/done.$step"
}

# Sets number, link and name of the n-th skill-grade certificate (S and digits), from the file that `submit`
# wrote for people: the kind, a column before the number, is in their language. Names that a shell would
# have to quote are passed over: they are to be pasted.
certificate() {
	certificate=$(awk -F, -v n="$1" '{ sub(/\r$/, "") } $(NF - 2) ~ /^S[0-9]+$/ && $2 !~ /['"'"' ]/ && ++k == n {
		print $(NF - 2), $NF, $2; exit }' "$RUN/certificates.csv")
	number=${certificate%% *} name=${certificate##* }
	link=${certificate#* } link=${link%% *}
}

demo_load() {
	if [ ! -e "$RUN/done.organisations" ]; then
		sql talent_owner -d talent <sql/demo/demo.sql >/dev/null
		: >"$RUN/done.organisations"
	fi
	load_tokens
	load_once exams ctl exam create --as administrator conf/demo/exams.json
	load_once sessions ctl session record conf/demo/sessions.json
	load_once results ctl submit conf/demo/results.csv --certificates "$RUN/certificates.csv"
	[ -e "$RUN/done.story" ] || tell_story
}

# Issue, verify, revoke, verify: with a certificate of the file.
tell_story() {
	certificate 2
	printf 'issued   %s to %s\n' "$number" "$name"
	printf 'verify   %s\n' "$(ctl verify "$number" "$name" | head -n 1)"
	ctl revoke "$number" --reason issued_in_error --yes >/dev/null || die "not revoked"
	printf 'revoke   issued_in_error\n'
	printf 'verify   %s\n\n' "$(ctl verify "$number" "$name" | head -n 1)"
	: >"$RUN/done.story"
}

# The next certificate from the n-th on that is valid now: earlier pastings may have revoked any. False when
# there is none left.
valid_certificate() {
	n=$1
	certificate $n
	while [ -n "$number" ]; do
		! ctl verify "$number" "$name" >/dev/null 2>&1 || return 0
		n=$((n + 1))
		certificate $n
	done
	return 1
}

demo_show() {
	build=${BUILD#"$ROOT"/}
	t="$build/talentctl --env $build/run.env"
	certificate 2
	revoked=$link
	if valid_certificate 1; then
		printf 'valid    %s\n' "$link"
	fi
	printf 'revoked  %s\n\n' "$revoked"
	if ! valid_certificate $((n + 1)); then
		echo "Every certificate of the demonstration is revoked: make reset, then make run, begins anew."
		return
	fi
	cat <<-END
		The browser warns because the certificate is from $build/run/ca.pem: make trust, make untrust.
		Paste into another terminal (zh: LANG=zh_CN.UTF-8):
		  $t verify $number $name
		  $t submit conf/demo/three-bad-rows.csv
		  $t revoke $number --reason issued_in_error
		  $t verify $number $name
		  $t progress shanghai-2025-27
		Ctrl-C stops everything, make reset forgets it.
	END
}
