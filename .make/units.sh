#!/bin/sh
# How exposed the systemd units are (systemd-analyze security): at most 1.5 each.
set -u
cd "$(dirname "$0")/.."
if ! command -v systemd-analyze >/dev/null; then
	echo "units: systemd-analyze is not installed: not judged"
	exit 0
fi
bad=0
for unit in systemd/*.service; do
	if out=$(systemd-analyze security --offline=true --threshold=15 --no-pager "$unit" 2>&1); then
		echo "units: $(echo "$out" | grep -o 'Overall exposure.*' | tail -1)"
	else
		echo "$out"
		bad=1
	fi
done
exit $bad
