# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# For suites that are shell scripts: each test is a line of the Test Anything
# Protocol, "ok 1 - name", which scripts/test counts.  Its --filter arrives as
# it does in a Criterion program.
shopt -s extglob

tap_suite=$1
tap_count=0 tap_failed=0

# Whether the test is asked for.
tap_wanted() { # NAME
	# shellcheck disable=SC2053 # a pattern
	[[ -z ${CRITERION_TEST_PATTERN:-} || $tap_suite/$1 == $CRITERION_TEST_PATTERN ]]
}

tap_ok() { # NAME
	tap_count=$((tap_count + 1))
	printf 'ok %d - %s\n' "$tap_count" "$1"
}

tap_not_ok() { # NAME WHY
	tap_count=$((tap_count + 1)) tap_failed=$((tap_failed + 1))
	printf 'not ok %d - %s\n' "$tap_count" "$1"
	printf '%s\n' "$2" | head -n 20 | sed 's/^/# /'
}

tap_skip() { # NAME WHY
	tap_wanted "$1" || return 0
	tap_count=$((tap_count + 1))
	printf 'ok %d - %s # SKIP %s\n' "$tap_count" "$1" "$2"
}

tap_end() {
	printf '1..%d\n' "$tap_count"
	[[ $tap_failed == 0 ]]
}
