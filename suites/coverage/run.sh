#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# run.sh SUITE SOURCE_DIR: that scripts/coverage counts what tests execute, in all of their
# processes, and fails when that is too little.  In a folder of its own, with a library of
# two functions.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=suites/tap.sh
. ../tap.sh
export LC_ALL=C
unset CRITERION_OUTPUTS

source=$2
folder=$(mktemp -d "${TMPDIR:-/tmp}/rowan-coverage.XXXXXX")
trap 'rm -rf "$folder"' EXIT

mkdir -p "$folder"/{scripts,lib/half,build/coverage/{lib,suites}}
cp "$source"/scripts/{coverage,common.sh,needs} "$folder/scripts"
cp library.c "$folder/lib/half/"
objects=$folder/build/coverage/lib

# build PROGRAM [OPTION..]: of its source and the library, which alone is counted.
build() {
	local name=$1 cc=(gcc -std=c11 -O0)
	(cd "$folder" && "${cc[@]}" --coverage -c lib/half/library.c -o "$objects/library.o")
	"${cc[@]}" -c "$name.c" -o "$folder/$name.o"
	"${cc[@]}" -c ../counters.c -o "$folder/counters.o"
	"${cc[@]}" -o "$folder/$name" "$folder/$name.o" "$objects/library.o" --coverage "${@:2}"
}

# measure [OPTION..]: what scripts/coverage says of the run before.
measure() {
	"$folder/scripts/coverage" --again "$@" 2>&1
}

# check NAME STATUS WORDS [OPTION..]: it ends so, and says that.
check() {
	local name=$1 wanted=$2 words=$3 said status=0
	tap_wanted "$name" || return 0
	said=$(measure "${@:4}") || status=$?
	if [[ $status == "$wanted" && $said == *$words* ]]; then
		tap_ok "$name"
	else
		tap_not_ok "$name" "$status instead of $wanted: $said"
	fi
}

# executed: lines of the library, in percent.
executed() {
	{ measure --fail-under-line 0 --fail-under-branch 0 || true; } | awk '$1 == "lib" { print $3 }'
}

check_executed() { # NAME PERCENT
	local got
	tap_wanted "$1" || return 0
	got=$(executed)
	if [[ $got == "$2" ]]; then tap_ok "$1"; else tap_not_ok "$1" "$got % instead of $2 %"; fi
}

check_files() { # NAME FILE..
	local name=$1 file
	tap_wanted "$name" || return 0
	for file in "${@:2}"; do
		[[ -s $folder/build/coverage/report/$file ]] && continue
		tap_not_ok "$name" "no $file"
		return
	done
	tap_ok "$name"
}

if ! command -v gcovr >/dev/null; then
	if [[ ${CI:-} ]]; then
		tap_not_ok t07_coverage 'there is no gcovr'
	else
		tap_skip t07_coverage 'there is no gcovr: scripts/needs gcovr'
	fi
	tap_end
	exit
fi

check t07_without_a_run_nothing_is_said 3 'nothing was counted'

# A child that ends by _exit() takes its counts along, unless they are written first.
build leaves
"$folder/leaves"
check_executed t07_a_child_that_leaves_is_forgotten_by_the_compiler 0.0
find "$folder" -name '*.gcda' -delete
build leaves "$folder/counters.o" -Wl,--wrap=_exit
"$folder/leaves"
check_executed t07_a_child_that_leaves_is_counted 33.3
find "$folder" -name '*.gcda' -delete

# shellcheck disable=SC2046 # several words
build tests "$folder/counters.o" -Wl,--wrap=_exit $(pkg-config --libs criterion)
"$folder/tests" --quiet >"$folder/log" 2>&1 || cat "$folder/log"
check_executed t07_what_workers_of_tests_execute_is_counted 50.0
check t07_enough_is_enough 0 '50.0 %' --fail-under-line 50 --fail-under-branch 50
check t07_too_few_lines_fail 1 'fewer lines than 50.1 %' --fail-under-line 50.1 \
	--fail-under-branch 50
check t07_too_few_branches_fail 1 'fewer branches than 50.1 %' --fail-under-line 50 \
	--fail-under-branch 50.1
check t07_a_limit_that_is_no_number_is_refused 2 "not 'most'" --fail-under-line most
check_files t07_reports_for_people_and_programs index.html cobertura.xml summary.json
tap_end
