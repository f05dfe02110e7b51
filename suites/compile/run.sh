#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# run.sh SUITE gcc|clang INCLUDE_DIR: what mistakes.c says on its top.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=suites/tap.sh
. ../tap.sh
export LC_ALL=C

compiler=$2 include=$3
compile=("$compiler" -std=c11 -I "$include" -fsyntax-only)

# Lines "name line words" of every mistake.
mistakes() {
	awk '/^#ifdef m22_/ { name = $2 }
	     /says: / { sub(/.*says: /, ""); sub(/ *\*\/$/, ""); print name, NR, $0 }' mistakes.c
}

check_right_forms() {
	local name=m22_right_forms_draw_no_warning said
	tap_wanted "$name" || return 0
	if said=$("${compile[@]}" -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror \
		mistakes.c 2>&1); then
		tap_ok "$name"
	else
		tap_not_ok "$name" "$said"
	fi
}

# The first complaint has the words, the line is named, and no other is blamed.
check_mistake() { # NAME LINE WORDS
	local name=$1 line=$2 words=$3 said first others
	tap_wanted "$name" || return 0
	said=$("${compile[@]}" "-D$name" mistakes.c 2>&1) || true
	first=$(grep -m1 -E '(error|warning): ' <<<"$said") || true
	others=$(grep -E '^mistakes\.c:[0-9]+:[0-9]+: (error|warning): ' <<<"$said" |
		grep -v "^mistakes\.c:$line:") || true

	if [[ -z $first ]]; then
		tap_not_ok "$name" "mistakes.c:$line: the compiler says nothing"
	elif ! grep -qE -- "$words" <<<"$first"; then
		tap_not_ok "$name" "mistakes.c:$line: no '$words' in: $first"
	elif ! grep -q "^mistakes\.c:$line:" <<<"$said"; then
		tap_not_ok "$name" "mistakes.c:$line: the line is not named in: $said"
	elif [[ $others ]]; then
		tap_not_ok "$name" "mistakes.c:$line: other lines are blamed: $others"
	else
		tap_ok "$name"
	fi
}

if ! command -v "$compiler" >/dev/null; then
	tap_skip m22_mistakes_are_refused "$compiler is not installed"
	tap_end
	exit
fi
check_right_forms
while read -r name line words; do
	check_mistake "$name" "$line" "$words"
done < <(mistakes)
tap_end
