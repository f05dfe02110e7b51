#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# run.sh SUITE gcc|clang INCLUDE_DIR
#
# What the compiler has to refuse: the C files of this folder have each mistake beside its
# right form.  Nothing of it is ever linked or run.
#
# Each file is compiled once as it is: it must not draw a single warning.  Then once per
# mistake, with the mistake's name defined and no flag but -std=c11: the first complaint
# must be about that line, in words that match what the comment on it "says".  The
# regular expression fits both compilers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=suites/tap.sh
. ../tap.sh
export LC_ALL=C

compiler=$2 include=$3
files=(*.c)
compile=("$compiler" -std=c11 -I "$include" -fsyntax-only)

# Lines "file name line words" of every mistake.
mistakes() {
	awk '/^#ifdef m22_/ { name = $2 }
	     /says: / { sub(/.*says: /, ""); sub(/ *\*\/$/, ""); print FILENAME, name, FNR, $0 }' "${files[@]}"
}

check_right_forms() { # FILE
	local name=m22_right_forms_of_${1%.c}_draw_no_warning said
	tap_wanted "$name" || return 0
	if said=$("${compile[@]}" -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror \
		"$1" 2>&1); then
		tap_ok "$name"
	else
		tap_not_ok "$name" "$said"
	fi
}

# The first complaint has the words, the line is named, and no other is blamed.
check_mistake() { # FILE NAME LINE WORDS
	local file=$1 name=$2 line=$3 words=$4 said first others
	tap_wanted "$name" || return 0
	said=$("${compile[@]}" "-D$name" "$file" 2>&1) || true
	first=$(grep -m1 -E '(error|warning): ' <<<"$said") || true
	others=$(grep -E "^${file/./\\.}:[0-9]+:[0-9]+: (error|warning): " <<<"$said" |
		grep -v "^$file:$line:") || true

	if [[ -z $first ]]; then
		tap_not_ok "$name" "$file:$line: the compiler says nothing"
	elif ! grep -qE -- "$words" <<<"$first"; then
		tap_not_ok "$name" "$file:$line: no '$words' in: $first"
	elif ! grep -q "^$file:$line:" <<<"$said"; then
		tap_not_ok "$name" "$file:$line: the line is not named in: $said"
	elif [[ $others ]]; then
		tap_not_ok "$name" "$file:$line: other lines are blamed: $others"
	else
		tap_ok "$name"
	fi
}

if ! command -v "$compiler" >/dev/null; then
	tap_skip m22_mistakes_are_refused "$compiler is not installed"
	tap_end
	exit
fi
for file in "${files[@]}"; do
	check_right_forms "$file"
done

# One that is not found would not be missed.
all=$(cat "${files[@]}" | grep -c '^#ifdef m22_') found=$(mistakes | wc -l)
[[ $all == "$found" ]] || tap_not_ok m22_mistakes_are_found "$found of $all"
while read -r file name line words; do
	check_mistake "$file" "$name" "$line" "$words"
done < <(mistakes)
tap_end
