#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# run.sh SUITE SOURCE_DIR VERSION: installs the library as an archive and as a shared
# library, and makes Debian packages; fixtures/example is built with what was installed,
# by CMake and by pkg-config, and run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=suites/tap.sh
. ../tap.sh
export LC_ALL=C
unset DESTDIR CRITERION_OUTPUTS
export DEBFULLNAME='Ada Packager' DEBEMAIL=ada@debian.org

source=$2 version=$3
folder=$(mktemp -d "${TMPDIR:-/tmp}/rowan-install.XXXXXX")
trap 'rm -rf "$folder"' EXIT

# Quiet, unless it fails.
quiet() {
	"$@" >"$folder/log" 2>&1 && return
	printf '%s\n' "$*"
	tail -n 8 "$folder/log"
	return 1
}

# check NAME COMMAND..: it says nothing, or what is wrong.
check() {
	local name=$1 said status=0
	shift
	tap_wanted "$name" || return 0
	said=$("$@" 2>&1) || status=$?
	if [[ $status == 0 && ! $said ]]; then
		tap_ok "$name"
	else
		tap_not_ok "$name" "${said:-$* ended with $status}"
	fi
}

# ---- what is installed ------------------------------------------------------------

# Into a folder that it knows nothing of, as a package does: $folder/KIND/usr.
install_as() { # archive|shared
	local shared=OFF type=Debug
	[[ $1 == archive ]] || shared=ON type=Release
	[[ ! -d $folder/$1 ]] || return 0
	quiet cmake -S "$source" -B "$folder/build-$1" -G Ninja -DCMAKE_BUILD_TYPE=$type \
		-DCMAKE_INSTALL_PREFIX=/usr -DBUILD_SHARED_LIBS=$shared -DROWAN_DEBIAN=$shared \
		-DROWAN_SUITES=OFF -DROWAN_BENCH=OFF &&
		quiet cmake --build "$folder/build-$1" &&
		DESTDIR=$folder/$1 quiet cmake --install "$folder/build-$1"
}

# The environment of a project that is built with it.
use() { # archive|shared|packages
	local pc
	pc=$(find "$folder/$1" -name rowan.pc)
	export PKG_CONFIG_PATH=${pc%/*} LD_LIBRARY_PATH=${pc%/pkgconfig/*}
}

# ---- who uses it ------------------------------------------------------------------

# What the example prints, and its tests on a database in memory.
run_example() { # FOLDER
	local said
	said=$("$1/books" 2>&1) || true
	[[ $said == 'Fundamental Algorithms, 650 pages' ]] || printf 'books says: %s\n' "$said"
	ROWAN_TEST_ENGINE=sqlite CRITERION_TEST_PATTERN='*/*' quiet "$1/books-tests" --verbose || return
	grep -q 'Tested: 3 | Passing: 3' "$folder/log" || cat "$folder/log"
}

by_cmake() { # archive|shared
	local into=$folder/example-$1-cmake
	install_as "$1" || return
	use "$1"
	quiet cmake -S "$source/fixtures/example" -B "$into" -G Ninja \
		-DCMAKE_PREFIX_PATH="$folder/$1/usr" &&
		quiet cmake --build "$into" && run_example "$into"
}

by_pkg_config() { # archive|shared|packages
	local into=$folder/example-$1-make
	if [[ $1 == packages ]]; then
		make_packages || return
	else
		install_as "$1" || return
	fi
	use "$1"
	cp -r "$source/fixtures/example" "$into"
	quiet make -C "$into" && run_example "$into"
}

# A program that is linked with the shared library needs no other.
needs_rowan_alone() {
	local needed
	by_pkg_config shared || return
	needed=$(readelf -d "$folder/example-shared-make/books" |
		sed -nE 's/.*\(NEEDED\).*\[(lib[a-z0-9_-]+\.so.*)\]$/\1/p' | grep -v '^libc\.so')
	[[ $needed == "librowan.so.${version%.*}" ]] || printf 'books needs %s\n' "$needed"
}

by_add_subdirectory() {
	local into=$folder/subdirectory
	mkdir "$into"
	cat >"$into/CMakeLists.txt" <<-END
		cmake_minimum_required(VERSION 3.25)
		project(books LANGUAGES C)
		find_package(PkgConfig REQUIRED)
		pkg_check_modules(CRITERION REQUIRED IMPORTED_TARGET criterion)
		add_subdirectory($source rowan)
		set(example $source/fixtures/example)
		add_executable(books \${example}/main.c \${example}/book.c)
		target_link_libraries(books PRIVATE rowan::rowan)
		add_executable(books-tests \${example}/tests.c \${example}/book.c)
		target_link_libraries(books-tests PRIVATE rowan::fixtures PkgConfig::CRITERION)
		file(GENERATE OUTPUT install.txt CONTENT "\${ROWAN_INSTALL}")
	END
	quiet cmake -S "$into" -B "$into" -G Ninja -DCMAKE_BUILD_TYPE=Debug &&
		quiet cmake --build "$into" && run_example "$into"
	[[ $(<"$into/install.txt") == OFF ]] || echo 'it would be installed with the program'
}

asks_for_another_version() {
	local into=$folder/version other=${version%.*}
	other=${other%.*}.$((${other#*.} - 1))
	install_as archive || return
	mkdir "$into"
	cat >"$into/CMakeLists.txt" <<-END
		cmake_minimum_required(VERSION 3.25)
		project(books LANGUAGES C)
		find_package(rowan $other REQUIRED)
	END
	! cmake -S "$into" -B "$into" -G Ninja -DCMAKE_PREFIX_PATH="$folder/archive/usr" \
		>"$folder/log" 2>&1 || echo "$version was taken for $other"
	grep -q "requested version \"$other\"" "$folder/log" || cat "$folder/log"
}

# ---- what it holds ----------------------------------------------------------------

headers_are_installed() { # archive|shared
	install_as "$1" || return
	diff <(cd "$source" && find lib/include fixtures/include -name '*.h' |
		sed -E 's|^[a-z]+/include/||' | sort) \
		<(cd "$folder/$1/usr/include" && find . -name '*.h' | sed 's|^\./||' | sort)
}

names_no_folder_of_this_machine() { # archive|shared
	install_as "$1" || return
	! grep -rIlE "$folder|$source" "$folder/$1" || return
}

# A program may call its own functions what it likes.
names_are_its_own() {
	local archive object=$folder/same-names.o
	install_as archive || return
	use archive
	archive=$(find "$folder/archive" -name librowan.a)
	nm -g --defined-only "$archive" | awk 'NF == 3 && $3 !~ /^(rowan|_)/ { print $3 " is public" }'
	{
		nm -g --defined-only "$archive" | awk '$3 ~ /^rowan_private_/ {
			sub(/^rowan_private_/, "", $3)
			print "int " $3 ";"
		}'
		printf '%s\n' '#include <rowan.h>' 'int main(void) { struct rowan_error error;' \
			'return !rowan_engine_open("sqlite://", .error = &error); }'
	} >"$folder/same-names.c"
	grep -q '^int text_add;' "$folder/same-names.c" || echo 'nothing is hidden'
	# shellcheck disable=SC2046 # several words
	quiet gcc -o "$object" "$folder/same-names.c" $(pkg-config --cflags --libs rowan) &&
		"$object" || echo 'they collide'
}

# ---- Debian packages ---------------------------------------------------------------

make_packages() {
	[[ ! -d $folder/packages ]] || return 0
	install_as shared || return
	(cd "$folder/build-shared" && quiet cpack) || return
	for package in "$folder/build-shared"/*.deb; do
		dpkg-deb -x "$package" "$folder/packages" || return
	done
}

field() { # PACKAGE FIELD
	dpkg-deb -f "$folder/build-shared/$1"_*.deb "$2"
}

packages_depend_on() {
	local library depends
	make_packages || return
	library=librowan${version%.*}
	depends=$(field "$library" Depends)
	for package in libc6 libpq5 libsqlite3-0; do
		[[ ", $depends" == *", $package (>= "* ]] || printf '%s depends on: %s\n' "$library" "$depends"
	done
	depends=$(field librowan-dev Depends)
	for package in "$library (= $version)" 'libsqlite3-dev (>= 3.37)' 'libpq-dev (>= 14)'; do
		[[ ", $depends," == *", $package,"* ]] || printf 'librowan-dev depends on: %s\n' "$depends"
	done
	[[ $(field "$library" Maintainer) == 'Ada Packager <ada@debian.org>' ]] || field "$library" Maintainer
}

packages_share_no_file() {
	make_packages || return
	for package in "$folder/build-shared"/*.deb; do
		dpkg-deb -c "$package" | awk '!/^d/ { print $6 }'
	done | sort | uniq -d
	[[ $(cat "$folder"/packages/usr/share/doc/*/copyright | sort -u) == \
		"$(sort -u "$source/LICENSE")" ]] || echo 'the copyright is not that of LICENSE'
}

lintian_finds_no_error() {
	make_packages || return
	lintian --fail-on none --allow-root "$folder/build-shared"/*.deb | grep '^E:' || true
}

library_is_small() {
	install_as shared || return
	"$source/scripts/size" --of "$folder/build-shared" >"$folder/log" || cat "$folder/log"
}

has() {
	local tool
	for tool; do
		command -v "$tool" >/dev/null || { missing=$tool; return 1; }
	done
}

if ! has cmake ninja make cc pkg-config readelf; then
	tap_skip an_archive_is_found_by_cmake "$missing is not installed"
	tap_end
	exit
fi
check b05_the_library_is_small library_is_small
check an_archive_is_found_by_cmake by_cmake archive
check an_archive_is_found_by_pkg_config by_pkg_config archive
check a_shared_library_is_found_by_cmake by_cmake shared
check a_program_needs_the_shared_library_alone needs_rowan_alone
check the_names_of_a_program_are_its_own names_are_its_own
check an_older_minor_version_is_not_meant asks_for_another_version
check add_subdirectory_needs_no_installation by_add_subdirectory
check all_public_headers_are_installed headers_are_installed archive
check an_archive_can_be_moved names_no_folder_of_this_machine archive
check a_shared_library_can_be_moved names_no_folder_of_this_machine shared
if ! has cpack dpkg-deb dpkg-shlibdeps gzip; then
	tap_skip packages_depend_on_what_they_need "$missing is not installed"
	tap_end
	exit
fi
check packages_depend_on_what_they_need packages_depend_on
check packages_share_no_file packages_share_no_file
check packages_are_enough_for_a_program by_pkg_config packages
if has lintian; then
	check lintian_finds_no_error_in_packages lintian_finds_no_error
else
	tap_skip lintian_finds_no_error_in_packages 'lintian is not installed'
fi
tap_end
