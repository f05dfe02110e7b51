# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
#
# A root file system with PostgreSQL in it, out of Debian's packages, where no
# registry of images can be reached.  It is built once and kept as a file.

root_release=bookworm
root_cache=${XDG_CACHE_HOME:-${HOME:-/var}/.cache}/rowan/postgres-$version-$(uname -m).tar.gz

root_is_cached() {
	[[ ${server[engine]} == podman && -f $root_cache ]]
}

root_unpack() {
	root_is_cached || root_build || return
	mkdir "${server[folder]}/root"
	tar -C "${server[folder]}/root" --numeric-owner -xzf "$root_cache" && return
	rm -f "$root_cache"
	why="$root_cache was damaged, and is removed now"
	return 1
}

# The machine's own mirror of that release; without one, that of debootstrap.
debian_mirror() {
	# shellcheck disable=SC2016 # variables of apt
	apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' \
		'Component: main' 2>/dev/null |
		awk -v release="$root_release" '$2 == release { print $1; exit }'
}

root_build() {
	local build=${server[folder]}/build log=${server[folder]}/debootstrap.log start=$SECONDS mirror
	why="a root out of Debian's packages takes podman"
	[[ ${server[engine]} == podman ]] || return
	why="a root out of Debian's packages takes root"
	[[ $(id -u) == 0 ]] || return
	why=$(scripts/needs debootstrap runc 2>&1) || return

	say "building a root file system out of Debian's packages (once; about a minute)"
	mirror=$(debian_mirror)
	if ! run_logged "$log" timeout 600 debootstrap --variant=minbase \
		--include="postgresql-$version" "$root_release" "$build" ${mirror:+"$mirror"}; then
		why="debootstrap failed: $(grep -E '^[EW]: ' "$log" | tail -n 3)"
		return 1
	fi
	root_pack "$build" || return
	say "built in $((SECONDS - start)) s, kept as $root_cache"
	rm -rf --one-file-system "$build"
}

# What a server does not read stays out, which is most of it: what is left has to
# be unpacked each time.
root_pack() { # FOLDER
	local without=(--exclude='./dev/*' --exclude='./var/'{cache,lib}'/apt/*'
		--exclude='./var/lib/dpkg/*' --exclude="./var/lib/postgresql/$version"
		--exclude='./etc/postgresql/*'
		--exclude='./usr/share/'{doc,man,info,locale,i18n,bash-completion}
		--exclude='*/'{perl,perl5,perl-base,gconv}
		--exclude='*/'{llvmjit\*,bitcode,libLLVM-\*,libz3.so\*})
	mkdir -p "${root_cache%/*}"
	why="$root_cache cannot be written"
	tar -C "$1" --numeric-owner -c "${without[@]}" . | gzip -1 >"$root_cache.$$" &&
		mv "$root_cache.$$" "$root_cache"
}

# debootstrap mounts file systems, and leaves them if it is killed.
root_remove() {
	local mounts
	own_folder || return 0
	rm -f "$root_cache.$$"
	mapfile -t mounts < <(awk -v folder="${server[folder]}/" \
		'index($2, folder) == 1 { print $2 }' /proc/mounts | sort -r)
	[[ ${#mounts[@]} == 0 ]] || umount "${mounts[@]}" 2>/dev/null || umount -l "${mounts[@]}" || true
}
