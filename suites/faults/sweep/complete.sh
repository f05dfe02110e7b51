#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# complete.sh LIBRARY SCENARIOS..
#
# Every function that the library exports is called by a scenario of the sweeps: a new one
# that is not fails here.  All are object files, as they were built.
set -euo pipefail
# shellcheck source=suites/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../tap.sh" sweep-complete

exported() {
	readelf -Ws "$1" | awk '$4 == "FUNC" && $5 == "GLOBAL" && $6 == "DEFAULT" && $7 != "UND" { print $8 }' |
		grep '^rowan_' | sort -u
}

called() {
	nm -u "$@" | awk '$2 ~ /^rowan_/ { print $2 }' | sort -u
}

missing=$(comm -23 <(exported "$1") <(called "${@:2}"))
if [[ $(exported "$1" | wc -l) -lt 10 ]]; then
	tap_not_ok mem1_every_public_function_is_swept "no functions found in $1"
elif [[ $missing ]]; then
	tap_not_ok mem1_every_public_function_is_swept "no scenario calls:
$missing"
else
	tap_ok mem1_every_public_function_is_swept
fi
tap_end
