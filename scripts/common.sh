# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034
#
# What the scripts share; they run in the top folder of the tree.
script=$(realpath "$0")
unset CDPATH
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

# A script's help is the comment on its top.
show_help() {
	awk 'NR > 3 && !/^#/ { exit } NR > 3 { sub(/^# ?/, ""); print }' "$script"
	exit 0
}

# Exit codes: 1 something is wrong with the project, 2 with the command line,
# 3 with the machine.
usage_error() {
	printf '%s: %s; --help says what there is\n' "${script##*/}" "$1" >&2
	exit 2
}

machine_error() {
	printf '%s: %s\n' "${script##*/}" "$1" >&2
	exit 3
}

terminal=
red='' green='' yellow='' bold='' plain=''
if [[ -t 1 && ${TERM:-dumb} != dumb ]]; then
	terminal=yes
	if [[ -z ${NO_COLOR:-} ]]; then
		red=$'\e[31m' green=$'\e[32m' yellow=$'\e[33m' bold=$'\e[1m' plain=$'\e[0m'
	fi
fi

# One line that the next one replaces; nothing where there is no terminal.
progress() {
	[[ $terminal ]] || return 0
	local line=$*
	printf '\r\e[K%s' "${line:0:$((${COLUMNS:-80} - 1))}"
}

# run_logged LOG COMMAND..: its output goes to the log, on a terminal also its
# last line to the progress line.
run_logged() {
	local log=$1 line status=0
	shift
	if [[ $terminal ]]; then
		"$@" </dev/null 2>&1 | while IFS= read -r line; do
			printf '%s\n' "$line"
			progress "$line" >&2
		done >"$log" 2>/dev/tty || status=$?
		progress
	else
		"$@" </dev/null >"$log" 2>&1 || status=$?
	fi
	return "$status"
}

# The part of a build log that says what went wrong.
show_errors() {
	local part
	part=$(grep -nE -m1 '^FAILED:|error:|CMake Error' "$1" | cut -d: -f1) || part=
	if [[ $part ]]; then
		sed -n "$part,$((part + 29))p" "$1"
	else
		tail -n 20 "$1"
	fi
	printf 'all of it: %s\n' "$1"
}
