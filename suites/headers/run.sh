#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# run.sh SUITE gcc|clang INCLUDE_DIR: compile each public header alone, twice in
# one file, as C11 and as C++11, without a warning.
set -euo pipefail
# shellcheck source=suites/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"
export LC_ALL=C

compiler=$2 include=$3
declare -A cxx=([gcc]=g++ [clang]=clang++)

check() { # LANGUAGE COMPILER FLAGS..
	local language=$1 program=$2 path header name said
	shift 2
	if ! command -v "$program" >/dev/null; then
		tap_skip "headers_as_$language" "$program is not installed"
		return
	fi
	for path in "$include"/rowan.h "$include"/rowan/*.h; do
		header=${path#"$include/"} name=${header//[\/.]/_}_as_$language
		tap_wanted "$name" || continue
		if said=$(printf '#include <%s>\n' "$header" "$header" |
			"$program" "$@" -Wall -Wextra -Wpedantic -Werror -I "$include" -fsyntax-only - 2>&1); then
			tap_ok "$name"
		else
			tap_not_ok "$name" "$said"
		fi
	done
}

check c11 "$compiler" -x c -std=c11
check cxx11 "${cxx[$compiler]}" -x c++ -std=c++11
tap_end
