#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# run.sh SUITE gcc|clang INCLUDE_DIR FIXTURES_DIR: compile each public header alone,
# twice in one file, as C11 and as C++11, without a warning; the fixtures' as C11.
set -euo pipefail
# shellcheck source=suites/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"
export LC_ALL=C

compiler=$2 include=$3 fixtures=$4
declare -A cxx=([gcc]=g++ [clang]=clang++)

check() { # LANGUAGE FOLDER COMPILER FLAGS..
	local language=$1 folder=$2 program=$3 path header name said
	shift 3
	if ! command -v "$program" >/dev/null; then
		tap_skip "headers_as_$language" "$program is not installed"
		return
	fi
	for path in "$folder"/rowan*.h "$folder"/rowan/*.h "$folder"/rowan/fixtures/*.h; do
		header=${path#"$folder/"} name=${header//[\/.]/_}_as_$language
		tap_wanted "$name" || continue
		if said=$(printf '#include <%s>\n' "$header" "$header" |
			"$program" "$@" -Wall -Wextra -Wpedantic -Werror -I "$include" -I "$folder" -fsyntax-only - 2>&1); then
			tap_ok "$name"
		else
			tap_not_ok "$name" "$said"
		fi
	done
}

shopt -s nullglob
check c11 "$include" "$compiler" -x c -std=c11
check cxx11 "$include" "${cxx[$compiler]}" -x c++ -std=c++11
check c11 "$fixtures" "$compiler" -x c -std=c11
tap_end
