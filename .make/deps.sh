#!/bin/sh
# Installs the Debian packages that are missing: deps.sh [-p] [build|run|test|bench]...
#
#   -p   only those, nothing in the build's folder: for root in somebody else's checkout
#
# llhttp's C sources come in the package node-llhttp, whose installation would pull in Node.js;
# they are unpacked into a folder of the build instead, which needs no rights. So is nginx, for
# bench: installed, it would start serving.
set -eu
here=$(dirname "$0")
llhttp=${LLHTTP_DIR:-build/llhttp}
createcluster=/etc/postgresql-common/createcluster.conf

if ! command -v dpkg-query >/dev/null; then
	echo "this is not Debian: install what .make/packages lists by other means" >&2
	exit 1
fi

packages_only=no
if [ "${1-}" = -p ]; then
	packages_only=yes
	shift
fi
[ $# -gt 0 ] || set -- build run test

wanted=
for k in "$@"; do
	wanted="$wanted $(awk -v k="$k" '$1 == k { print $2 ":" $3 }' "$here/packages")"
done

have() { # package:command
	[ "$(dpkg-query -W -f '${db:Status-Status}' "${1%%:*}" 2>/dev/null)" = installed ] ||
		{ [ -n "${1#*:}" ] && command -v "${1#*:}" >/dev/null; }
}

missing=
for p in $wanted; do
	have "$p" || missing="$missing ${p%%:*}"
done

# Quiet unless it fails.
quietly() {
	log=$(mktemp)
	if "$@" >"$log" 2>&1; then rm -f "$log"; else
		cat "$log" >&2
		rm -f "$log"
		return 1
	fi
}

unpack() { # package, folder, file it has
	[ -e "/$3" ] && return 0
	[ -e "$2/$3" ] && return 0
	echo "fetching package $1 into $2"
	mkdir -p "$2"
	(cd "$2" && quietly apt-get download -q "$1" && dpkg -x "$1"_*.deb . && rm -f "$1"_*.deb)
}

# Installing postgresql-15 would create and start a cluster: told not to, for that time.
as_root() {
	if [ "$(id -u)" = 0 ]; then env "$@"; else sudo -n env "$@"; fi
}

restore_createcluster() {
	if [ "$made" = yes ]; then
		# The package found a file and put its own beside it (ucf(1)).
		as_root rm -f "$createcluster"
		[ ! -e "$createcluster.ucf-dist" ] ||
			as_root mv -f "$createcluster.ucf-dist" "$createcluster"
	else
		as_root mv -f "$createcluster.talentd" "$createcluster"
	fi
}

hold_clusters() {
	made=no
	if [ -e "$createcluster" ]; then
		as_root cp -p "$createcluster" "$createcluster.talentd"
	else
		made=yes
		as_root mkdir -p "${createcluster%/*}"
	fi
	echo 'create_main_cluster = false' | as_root tee "$createcluster" >/dev/null
	trap restore_createcluster EXIT
	trap 'exit 130' INT TERM HUP
}

if [ -n "$missing" ]; then
	if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
		# Not a plain apt-get: that would create and start a cluster.
		echo "These Debian packages are missing:$missing" >&2
		echo "Install them, from this folder, with:" >&2
		echo "  sudo .make/deps.sh -p $*" >&2
		exit 1
	fi
	echo "installing:$missing"
	case " $missing " in
	*" postgresql-15 "*) hold_clusters ;;
	esac
	quietly as_root apt-get update -q
	quietly as_root DEBIAN_FRONTEND=noninteractive \
		apt-get install -q -y --no-install-recommends -o Dpkg::Options::=--force-confold \
		$missing
fi
if [ $packages_only = no ]; then
	unpack node-llhttp "$llhttp" usr/share/llhttp/llhttp.c
	case " $* " in
	*" bench "*) unpack nginx "${llhttp%/*}/nginx" usr/sbin/nginx ;;
	esac
fi
