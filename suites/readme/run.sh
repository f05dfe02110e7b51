#!/bin/bash
# SPDX-License-Identifier: MIT
#
# run.sh FILE COMMAND..: the README's program succeeds and prints what the README says.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../tap.sh
. "$here/../tap.sh" readme

want=$1 name=the_program_prints_what_the_readme_says
shift

if tap_wanted "$name"; then
	got=$("$@")	# through a pooler a warning comes besides, on stderr
	status=$?
	if [[ $status == 77 ]]; then
		tap_skip "$name" "$got"
	elif [[ $status != 0 ]]; then
		tap_not_ok "$name" "the program failed with $status: $got"
	elif difference=$(diff "$want" <(printf '%s\n' "$got")); then
		tap_ok "$name"
	else
		tap_not_ok "$name" "$difference"
	fi
fi
tap_end
