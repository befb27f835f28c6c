# .make/demo.sh - read by run.sh, and by a test over a registry of its own: what the first start loads, and
# what every start prints. The database is empty but for what migrations bring; everything comes by talentctl, as
# whoever may do it. Each step that is done leaves a file, so that an interrupted first start goes on where it was.

DEMO_ENV=${DEMO_ENV:-$BUILD/run.env}
TOKENS=$RUN/tokens

ctl() {
	"$BUILD/talentctl" --env "$DEMO_ENV" "$@"
}

# run.env is written whole or not at all; nobody else may read it.
write_env() {
	(
		umask 077
		cat - "$TOKENS" >"$DEMO_ENV.new" <<-END
			TALENT_URL=$URL_LOCAL
			TALENT_MTLS_URL=https://localhost:$MTLS_PORT
			TALENT_OPS_URL=http://127.0.0.1:$OPS_PORT
			TALENT_CA=$RUN/ca.pem
		END
		mv "$DEMO_ENV.new" "$DEMO_ENV"
	)
}

# $1: what --as calls it, $2: the token.
keep_token() {
	name=TALENT_$(echo "$1" | tr a-z A-Z)_TOKEN
	[ "$1" != administrator ] || name=TALENT_TOKEN
	(umask 077 && printf '%s=%s\n' "$name" "$2" >>"$TOKENS")
	write_env
}

has_token() { # what --as calls it
	grep -qs "^TALENT_$(echo "$1" | tr a-z A-Z)_TOKEN=" "$TOKENS"
}

# ---- who there is ----

# For applying nobody needs to be let in.
load_applications() {
	(umask 077 && : >"$TOKENS")
	write_env
	ctl organisation apply conf/demo/organisations.json
}

# The first two administrators cannot come through the API: talentd lets them in as the owner.
load_administrators() {
	if [ ! -e "$RUN/administrators" ]; then
		(umask 077 && "$BUILD/talentd" -c "$STATE/etc/talentd.conf" -d "$(OWNER_CONN)" admin-token \
			--name 陈静 --name 周明 >"$RUN/administrators.new") || return 3
		mv "$RUN/administrators.new" "$RUN/administrators"
	fi
	{ read -r admin && read -r second; } <"$RUN/administrators"
	keep_token administrator "$admin"
	keep_token second "$second"
}

# In the words that scripts read, whatever the language of who looks on.
in_state() { # the state, then the verb of a list: the first column of its lines
	state=$1
	shift
	LC_ALL=C.UTF-8 ctl "$@" | awk -v state="$state" '{ for (i = 2; i <= NF; i++) if ($i == state) print $1 }'
}

load_approvals() {
	for slug in $(in_state applied organisation list --state applied); do
		ctl organisation approve "$slug" || return 3
	done
}

load_site() { # organisation name district prefix
	ctl site create "$1" --code main --name "$2" --district "$3" --prefix "$4" --also-supplied
}

load_sites() {
	load_site shili 上海示例技能评价中心长宁考点 310105 S000031000123 &&
		load_site pujiang 浦江示例职业技能评价中心浦东考点 310115 S000031000124 &&
		load_site qihang 启航示例技工学校徐汇考点 310104 J000031000045
}

# The code is good for one token; it is kept until that is, or somebody is invited again. Who is to administer
# comes in when a second administrator has approved.
load_person() { # organisation role rights districts name invited_by token
	invited=$RUN/invited-$7
	[ -s "$invited" ] || {
		(umask 077 && LC_ALL=C.UTF-8 ctl --as "$6" staff invite --organisation "$1" --role "$2" --rights "$3" \
			${4:+--districts "$4"} --name "$5" >"$invited.new" 2>"$invited.said") || { cat "$invited.said" && return 3; }
		mv "$invited.new" "$invited"
	}
	request=$(sed -n 's/.*talentctl staff approve //p' "$invited.said")
	[ -z "$request" ] || ctl --as second staff approve "$request" || return 3
	token=$(ctl staff accept "$(cat "$invited")" --label 'make run') || { rm "$invited" && return 3; }
	keep_token "$7" "$token"
	rm "$invited" "$invited.said"
}

load_staff() {
	{
		read -r header
		while IFS=, read -r organisation role rights districts name by as; do
			has_token "$as" ||
				load_person "$organisation" "$role" "$rights" "$districts" "$name" "$by" "$as" </dev/null || return 3
		done
	} <conf/demo/staff.csv
}

# ---- who may what ----

load_standard() {
	ctl occupation show 4-13-01-99 2022 >/dev/null 2>&1 ||
		ctl occupation add --code 4-13-01-99 --edition 2022 --name 示例直播策划师 --name-en 'example livestream planner' ||
		return 3
	ctl standard show 示例直播策划师/2025 >/dev/null 2>&1 || ctl standard add conf/demo/standard.json
}

propose() { # what --as calls the body, its slug, the company's
	LC_ALL=C.UTF-8 ctl --as "$1" agreement list >"$RUN/agreed" || return 3
	grep -qw "$3" "$RUN/agreed" || ctl --as "$1" agreement propose "conf/demo/agreement-$2-$3.json"
}

# Proposed by the body, confirmed by the company, approved.
load_agreements() {
	propose institution shili xingbo && propose institution shili yunxuan && propose pujiang pujiang xingbo &&
		propose qihang qihang yunxuan || return 3
	for company in company yunxuan; do
		for id in $(in_state proposed agreement list --as $company); do
			ctl --as $company agreement confirm "$id" || return 3
		done
	done
	for id in $(in_state confirmed agreement list); do
		ctl agreement approve "$id" || return 3
	done
}

load_keys() {
	for issuer in shili pujiang qihang xingbo yunxuan; do
		ctl key generate --issuer $issuer || return 3
	done
}

# Runs one step of loading once. $1: its name, then the command. The results have five bad rows, for which submit
# ends with 1.
load_once() {
	[ ! -e "$RUN/done.$1" ] || return 0
	step=$1
	shift
	status=0
	"$@" >"$RUN/$step.log" 2>&1 || status=$?
	[ $status -eq 0 ] || [ $step$status = results1 ] || die "loading $step failed: $(tail -n 3 "$RUN/$step.log")"
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

# What an authority does before the first certificate.
load_registry() {
	load_once applications load_applications
	load_once administrators load_administrators
	load_once approvals load_approvals
	load_once sites load_sites
	load_once staff load_staff
	load_once standard load_standard
	load_once accreditations ctl accreditation create conf/demo/accreditations.json
	load_once recognitions ctl recognition create conf/demo/recognitions.json
	load_once agreements load_agreements
	load_once keys load_keys
	rm -f "$RUN/administrators" "$RUN/agreed" "$RUN"/invited-* "$TOKENS"
	: >"$RUN/done.tokens"
}

demo_load() {
	[ -e "$RUN/done.tokens" ] || load_registry
	load_once exams ctl --as changning exam create conf/demo/exams.json
	load_once sessions ctl --as clerk session record conf/demo/sessions.json
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
