#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# run.sh SUITE PROGRAM README: the program prints the README's text block.
set -euo pipefail
# shellcheck source=suites/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"

program=$2 readme=$3 name=program_prints_what_the_readme_says

if tap_wanted "$name"; then
	if difference=$(diff -u --label README.md --label printed \
		<(awk '/^```text$/ { on = 1; next } /^```$/ { on = 0 } on' "$readme") \
		<("$program" 2>&1 || echo "exit status $?")); then
		tap_ok "$name"
	else
		tap_not_ok "$name" "$difference"
	fi
fi
tap_end
