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

check() { # HEADER LANGUAGE COMPILER FLAGS..
	local header=$1 language=$2 program=$3 name said
	shift 3
	name=${header//[\/.]/_}_as_$language
	tap_wanted "$name" || return 0
	if ! command -v "$program" >/dev/null; then
		tap_skip "$name" "$program is not installed"
	elif said=$(printf '#include <%s>\n' "$header" "$header" |
		"$program" "$@" -Wall -Wextra -Wpedantic -Werror -I "$include" -fsyntax-only - 2>&1); then
		tap_ok "$name"
	else
		tap_not_ok "$name" "$said"
	fi
}

for path in "$include"/rowan.h "$include"/rowan/*.h; do
	header=${path#"$include/"}
	check "$header" c11 "$compiler" -x c -std=c11
	check "$header" cxx11 "${cxx[$compiler]}" -x c++ -std=c++11
done
tap_end
