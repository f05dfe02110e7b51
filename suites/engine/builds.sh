#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# builds.sh SUITE SOURCE_DIR: the library without PostgreSQL and with it, each built in
# a temporary folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=suites/tap.sh
. ../tap.sh
export LC_ALL=C

source=$2
folder=$(mktemp -d "${TMPDIR:-/tmp}/rowan-builds.XXXXXX")
trap 'rm -rf "$folder"' EXIT

build() { # ON|OFF
	local into=$folder/$1
	{
		cmake -S "$source" -B "$into" -G Ninja -DCMAKE_BUILD_TYPE=Debug \
			-DBUILD_SHARED_LIBS=ON -DROWAN_POSTGRES="$1" \
			-DROWAN_SUITES=OFF -DROWAN_BENCH=OFF &&
			cmake --build "$into" --target rowan
	} >"$folder/log" 2>&1 && return
	tail -n 5 "$folder/log"
	return 1
}

# What the library needs besides the C library and the loader: "libpq libsqlite3".
needed() { # ON|OFF
	readelf -d "$folder/$1/lib/librowan.so" |
		sed -nE 's/.*\(NEEDED\).*\[(lib[a-z0-9_-]+)\.so.*\]$/\1/p' |
		grep -vxE 'libc|libm|libpthread' | sort | paste -sd ' '
}

check_needs() { # NAME ON|OFF WANTED
	local found
	tap_wanted "$1" || return 0
	if ! found=$(build "$2"); then
		tap_not_ok "$1" "$found"
	elif found=$(needed "$2") && [[ $found == "$3" ]]; then
		tap_ok "$1"
	else
		tap_not_ok "$1" "the library needs $found, not $3"
	fi
}

# A program that opens an engine, and prints why it could not.
check_says() { # NAME ON|OFF URL WORDS
	local name=$1 lib=$folder/$2/lib said
	tap_wanted "$name" || return 0
	[[ -e $lib/librowan.so ]] || build "$2" >"$folder/said" || {
		tap_not_ok "$name" "$(<"$folder/said")"
		return
	}
	cat >"$folder/program.c" <<-'END'
		#include <rowan.h>
		#include <stdio.h>

		int main(int argc, char **argv)
		{
			struct rowan_error error;
			struct rowan_engine *engine = rowan_engine_open(argv[argc - 1], .error = &error);

			puts(engine ? rowan_engine_url(engine) : error.message);
			rowan_engine_close(engine);
			return 0;
		}
	END
	if ! said=$(cc -std=c11 -I "$source/lib/include" -o "$folder/program" "$folder/program.c" \
		-L "$lib" -lrowan -Wl,-rpath,"$lib" 2>&1 && "$folder/program" "$3" 2>&1); then
		tap_not_ok "$name" "$said"
	elif [[ $said == "$4" ]]; then
		tap_ok "$name"
	else
		tap_not_ok "$name" "it says \"$said\", not \"$4\""
	fi
}

for tool in cmake ninja readelf cc; do
	command -v "$tool" >/dev/null || {
		tap_skip e13_the_core_needs_sqlite_alone "$tool is not installed"
		tap_end
		exit
	}
done
check_needs e13_the_core_needs_sqlite_alone OFF 'libsqlite3'
check_needs e13_with_postgresql_it_needs_libpq_as_well ON 'libpq libsqlite3'
check_says e13_without_postgresql_its_urls_are_refused_by_name OFF \
	postgresql://ada:hunter2@localhost/tasks 'this build has no PostgreSQL driver'
check_says e13_with_postgresql_its_urls_are_understood ON \
	postgresql+asyncpg://ada:hunter2@localhost/tasks \
	'postgresql+asyncpg://ada:***@localhost/tasks'
tap_end
