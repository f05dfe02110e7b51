#!/bin/bash
# SPDX-License-Identifier: MIT
#
# run.sh PROGRAM FILE: the README's program succeeds and prints what the README says.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../tap.sh
. "$here/../tap.sh" readme

program=$1 want=$2 name=the_program_prints_what_the_readme_says

if tap_wanted "$name"; then
	if ! got=$("$program" 2>&1); then
		tap_not_ok "$name" "the program failed: $got"
	elif difference=$(diff "$want" <(printf '%s\n' "$got")); then
		tap_ok "$name"
	else
		tap_not_ok "$name" "$difference"
	fi
fi
tap_end
