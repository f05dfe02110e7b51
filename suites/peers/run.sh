#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# run.sh SUITE PEERS.PY FOLDER: the benchmark beside other libraries, with Rowan's programs where
# they are built in that folder.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=suites/tap.sh
. "$here/../tap.sh"

python=/usr/bin/python3 peers=$2 rowan=$3/bench-throughput report=$3/bench-report
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

run() { # OPTION..
	"$python" -B "$peers" "$@" >"$work/out" 2>&1
}

# expect NAME STATUS WORDS.. -- OPTION..: how a run ends, and what it says.
expect() {
	local name=$1 want=$2 words=() word status=0
	shift 2
	while [[ $1 != -- ]]; do words+=("$1") && shift; done
	shift
	tap_wanted "$name" || return 0
	run "$@" || status=$?
	if [[ $status != "$want" ]]; then
		tap_not_ok "$name" "ended with $status, not $want: $(tail -n 5 "$work/out")"
		return
	fi
	for word in "${words[@]}"; do
		if ! grep -qF -- "$word" "$work/out"; then
			tap_not_ok "$name" "does not say '$word': $(tail -n 5 "$work/out")"
			return
		fi
	done
	tap_ok "$name"
}

# A run as if nothing were installed.
nobody=(--quick --json "$work/absent.json")
for library in sqlalchemy sqlmodel peewee sqlite3; do
	nobody+=(--without "$library")
done

# A program that speaks as bench-throughput does.
play_rowan() { # FILE LINE..: what it does with each turn
	printf '%s\n' '#!/bin/sh' "echo '{}'" "while read -r name count; do" "${@:2}" 'done' >"$1"
	chmod +x "$1"
}

# ---- tests -------------------------------------------------------------------

# All that is installed, once, with Rowan where it is built.
run_all() {
	local options=(--quick --rounds 1 --json "$work/peers.json")
	[[ ! -f $work/peers.json ]] || return 0
	[[ ! -x $rowan ]] || options+=(--rowan "$rowan")
	run "${options[@]}" && cp "$work/out" "$work/all"
}

check_complete() {
	local name=a_run_on_what_is_installed_is_complete said
	tap_wanted "$name" || return 0
	if ! run_all; then
		tap_not_ok "$name" "$(tail -n 20 "$work/out")"
	elif ! said=$("$python" "$here/complete.py" "$work/peers.json" 2>&1); then
		tap_not_ok "$name" "$said"
	else
		tap_ok "$name"
	fi
}

check_sqlalchemy() {
	local name=sqlalchemy_is_among_them
	tap_wanted "$name" || return 0
	if ! "$python" -c 'import sqlalchemy' 2>/dev/null; then
		tap_skip "$name" 'SQLAlchemy is not installed (Debian: python3-sqlalchemy)'
	elif run_all && grep -q '^SQLAlchemy: SQLAlchemy [0-9]' "$work/all"; then
		tap_ok "$name"
	else
		tap_not_ok "$name" "$(tail -n 20 "$work/out")"
	fi
}

check_absent() {
	expect absent_libraries_are_named_and_no_error 0 'SQLAlchemy is absent' \
		'SQLModel is absent' 'peewee is absent' 'no other library here' -- "${nobody[@]}"
}

check_mistakes() {
	local options=(--without sqlalchemy --without sqlmodel --without peewee)
	options+=(--quick --rounds 1 --only get --rowan)
	play_rowan "$work/other" \
		"echo '{\"rowan\": {\"ns\": 1000, \"cpu_ns\": 1000, \"checksum\": \"0123456789abcdef\"}}'"
	expect different_work_is_an_error 1 'not all did the same work: ' \
		'rowan 0123456789abcdef' -- "${options[@]}" "$work/other"
	play_rowan "$work/broken" 'exit 3'
	expect a_program_that_ends_early_is_named 1 'Rowan ended early, with status 3' -- \
		"${options[@]}" "$work/broken"
	expect a_program_that_is_not_there_is_named 1 'nowhere: No such file' -- \
		"${options[@]}" "$work/nowhere"
	expect a_file_is_no_engine 2 'in memory' -- --engine sqlite:///file.db
}

# What the section says, of the run that was complete, and of one with nobody.
check_report() {
	local name=the_report_has_a_section_for_them part said
	[[ -x $report ]] || { tap_skip "$name" 'the benchmarks are not built here'; return; }
	tap_wanted "$name" || return 0
	run_all
	for part in peers absent; do
		[[ -f $work/$part.json ]] || run "${nobody[@]}"
		mkdir -p "$work/$part"
		cp "$work/$part.json" "$work/$part/peers.json"
		if ! said=$("$report" --parts "$work/$part" --out "$work/$part" 2>&1); then
			tap_not_ok "$name" "$said"
			return
		fi
	done
	if grep -q '<td>get by key, cold</td><td[^>]*>[0-9]' "$work/peers/report.html" &&
		grep -q '<dt>peewee</dt><dd>absent' "$work/absent/report.html"; then
		tap_ok "$name"
	else
		tap_not_ok "$name" "$(grep -A 3 '<h2>Beside' "$work"/*/report.html)"
	fi
}

# Each library has a schema of its own, which goes with it.
check_postgres() {
	local name=on_postgres_nothing_is_left_behind left
	if [[ -z ${ROWAN_POSTGRES_URL:-} ]]; then
		if [[ ${CI:-} ]] && tap_wanted "$name"; then
			tap_not_ok "$name" 'ROWAN_POSTGRES_URL is not set'
		else
			tap_skip "$name" 'ROWAN_POSTGRES_URL is not set'
		fi
	elif ! "$python" -c 'import psycopg2' 2>/dev/null; then
		tap_skip "$name" 'no driver is installed (Debian: python3-psycopg2)'
	elif tap_wanted "$name"; then
		if ! run --engine "$ROWAN_POSTGRES_URL" --quick --rounds 1 --only get; then
			tap_not_ok "$name" "$(tail -n 5 "$work/out")"
		elif left=$("$python" "$here/schemas.py" "$ROWAN_POSTGRES_URL" 2>&1); then
			tap_ok "$name"
		else
			tap_not_ok "$name" "$left"
		fi
	fi
}

if [[ -x $python ]]; then
	check_complete
	check_sqlalchemy
	check_absent
	check_mistakes
	check_report
	check_postgres
else
	tap_skip a_run_on_what_is_installed_is_complete "there is no $python"
fi
tap_end
