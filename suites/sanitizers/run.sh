#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# run.sh SUITE PROGRAM: each mistake in the program must make it fail and be
# named by the sanitizer it is for.
set -euo pipefail
# shellcheck source=suites/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"

program=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

expect() { # NAME MISTAKE WORDS
	local name=$1 said status=0
	shift
	tap_wanted "$name" || return 0
	# The options of scripts/test, with a place of our own for the reports.
	said=$(unset CRITERION_OUTPUTS CRITERION_TEST_PATTERN
		export ASAN_OPTIONS="${ASAN_OPTIONS:-}:abort_on_error=1:detect_leaks=1:log_path='$scratch/$1'"
		"$program" --filter "mistakes/$1" 2>&1) || status=$?
	said+=$'\n'$(cat "$scratch/$1".* 2>/dev/null || true)
	if [[ $status == 0 ]]; then
		tap_not_ok "$name" "the program passed"$'\n'"$said"
	elif [[ $said != *"$2"* ]]; then
		tap_not_ok "$name" "no word of '$2'"$'\n'"$said"
	else
		tap_ok "$name"
	fi
}

expect t08_a_leak_in_a_test_is_seen leak 'LeakSanitizer: detected memory leaks'
expect use_after_free_is_seen use_after_free 'AddressSanitizer: heap-use-after-free'
expect signed_overflow_is_seen signed_overflow 'signed integer overflow'
[[ ! ${ROWAN_FAULTS:-} ]] || printf 'mem-2\tsqlite\tsanitizers\t%d\t%d\t0\t0\t%d\t%s\n' "$tap_count" \
	$((tap_count - tap_failed)) "$SECONDS" 'made on purpose, and seen by the sanitizers' >>"$ROWAN_FAULTS"
tap_end
