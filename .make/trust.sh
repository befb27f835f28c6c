#!/bin/sh
# .make/trust.sh - make trust, make untrust: the demonstration's certificate authority in the
# system's store and, where certutil (package libnss3-tools) is installed, in the store that
# Chromium reads. The authority can vouch for this machine's names only (name constraints).
set -eu
. .make/state.sh

NAME=talentd-demonstration
SYSTEM=/usr/local/share/ca-certificates/$NAME.crt
NSS=sql:$HOME/.pki/nssdb

privileged() {
	if is_root; then
		"$@"
	else
		sudo "$@"
	fi
}

case ${1-} in
trust)
	[ -s "$RUN/ca.pem" ] || die 'there is no authority yet: `make run` first'
	privileged install -m 644 "$RUN/ca.pem" "$SYSTEM"
	privileged update-ca-certificates >/dev/null
	if command -v certutil >/dev/null; then
		mkdir -p "$HOME/.pki/nssdb"
		certutil -d "$NSS" -A -t C,, -n $NAME -i "$RUN/ca.pem"
	fi
	echo "trusted; restart the browser. make untrust takes it back"
	;;
untrust)
	privileged rm -f "$SYSTEM"
	privileged update-ca-certificates --fresh >/dev/null
	if command -v certutil >/dev/null && [ -d "$HOME/.pki/nssdb" ]; then
		certutil -d "$NSS" -D -n $NAME 2>/dev/null || true
	fi
	echo "no longer trusted"
	;;
*)
	die "trust or untrust?"
	;;
esac
