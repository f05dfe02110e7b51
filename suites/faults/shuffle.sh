#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# shuffle.sh PROGRAM ..
#
# The tests of these programs, each in a process of its own and in other orders than they
# are written in (ROWAN_ORDERS, else 2): none needs another one before it, and none minds.
set -uo pipefail
# shellcheck source=suites/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh" faults-shuffle
if [[ ${ROWAN_TEST_ENGINE:-} == postgresql && ! ${ROWAN_POSTGRES_URL:-} ]]; then
	[[ ! ${CI:-} ]] || exit 1
	echo 'SKIPPED, no PostgreSQL: ROWAN_POSTGRES_URL is not set'
	exit 77
fi
matrix=${ROWAN_FAULTS:-}
unset CRITERION_OUTPUTS CRITERION_TEST_PATTERN ROWAN_FAULTS
began=$SECONDS seed=$RANDOM alone=0 failed=''

# "program suite/test" of each.
list() {
	local program line suite=''
	for program; do
		while IFS= read -r line; do
			case $line in
			*': '*' test'*) suite=${line%%:*} ;;
			*'── '*) printf '%s %s/%s\n' "$program" "$suite" "${line#*'── '}" ;;
			esac
		done < <("$program" --list)
	done
}

# The same order again for the same seed.
shuffled() { # SEED
	shuf --random-source=<(yes "$1")
}

for ((order = 1; order <= ${ROWAN_ORDERS:-2}; order++)); do
	while read -r program test; do
		alone=$((alone + 1))
		"$program" --filter "$test" >/dev/null 2>&1 </dev/null ||
			failed+="$test fails in order $seed.$order"$'\n'
	done < <(list "$@" | shuffled "$seed.$order")
done

if [[ $failed || $alone == 0 ]]; then
	tap_not_ok txn9_tests_pass_in_any_order "${failed:-no test was found}"
else
	tap_ok txn9_tests_pass_in_any_order
	printf '# %d runs, seed %d\n' "$alone" "$seed"
fi
wrong=$(grep -c . <<<"$failed")
[[ ! $matrix ]] || printf 'txn-9\t%s\tfaults-shuffle\t%d\t%d\t%d\t0\t%d\t%s\n' \
	"${ROWAN_TEST_ENGINE:-sqlite}" "$alone" $((alone - wrong)) "$wrong" $((SECONDS - began)) \
	"tests run alone, in ${ROWAN_ORDERS:-2} shuffled orders" >>"$matrix"
tap_end
