#!/bin/sh
# .make/trust.sh - make trust, make untrust: the demonstration's certificate authority in the
# system's store and, where certutil (package libnss3-tools) is installed, in the store that
# Chromium reads. The authority can vouch for this machine's names only (name constraints).
set -eu
. .make/state.sh
VERB=${1-}

NAME=talentd-demonstration
SYSTEM=/usr/local/share/ca-certificates/$NAME.crt
NSS=sql:$HOME/.pki/nssdb

privileged() {
	if is_root; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "the system's store is root's, and there is no sudo: as root, in this folder: make $VERB"
	fi
}

system_store() {
	command -v update-ca-certificates >/dev/null || [ -x /usr/sbin/update-ca-certificates ] ||
		die "the system's store is missing: install ca-certificates"
}

# It warns about files of its own making; when it fails, everything it said is shown.
update_system_store() {
	said=$(PATH=$PATH:/usr/sbin privileged update-ca-certificates "$@" 2>&1) || die "$said"
}

case ${1-} in
trust)
	[ -s "$RUN/ca.pem" ] || die 'there is no authority yet: `make run` first'
	system_store
	privileged install -m 644 "$RUN/ca.pem" "$SYSTEM"
	update_system_store
	echo "trusted by the system (curl and others)"
	if command -v certutil >/dev/null; then
		mkdir -p "$HOME/.pki/nssdb"
		[ -e "$HOME/.pki/nssdb/cert9.db" ] || certutil -d "$NSS" -N --empty-password
		certutil -d "$NSS" -D -n $NAME 2>/dev/null || true # an earlier demonstration's
		certutil -d "$NSS" -A -t C,, -n $NAME -i "$RUN/ca.pem"
		echo "trusted by Chromium, once it is restarted"
	else
		echo "for Chromium: install libnss3-tools, then make trust again"
	fi
	echo "Firefox: import $RUN/ca.pem in its settings. make untrust takes the trust back"
	;;
untrust)
	if [ -e "$SYSTEM" ]; then
		privileged rm -f "$SYSTEM"
		update_system_store --fresh
	fi
	if command -v certutil >/dev/null && [ -d "$HOME/.pki/nssdb" ]; then
		certutil -d "$NSS" -D -n $NAME 2>/dev/null || true
	fi
	echo "no longer trusted"
	;;
*)
	die "trust or untrust?"
	;;
esac
