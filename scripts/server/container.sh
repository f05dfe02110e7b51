# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
#
# A container: of an image that holds PostgreSQL, or of a root of our own.  It
# shares the machine's network, so that figures are not those of a proxy.

# docker comes first, for it may have the image already.  A client without an
# engine says so at once.
container_find() {
	local engine
	container_engines=()
	for engine in docker podman; do
		! { command -v "$engine" && timeout 10 "$engine" info; } >/dev/null 2>&1 ||
			container_engines+=("$engine")
	done
	[[ ${#container_engines[@]} -gt 0 ]]
}

# Who asks for nothing else gets an engine, too.
container_can() {
	why='neither docker nor podman answers'
	container_find ||
		{ [[ ${modes[*]} == container ]] && scripts/needs podman runc >&2 && container_find; }
}

engine() {
	local seconds=60
	[[ $1 != @(run|--runtime) ]] || seconds=600
	timeout -k 5 "$seconds" "${server[engine]}" "$@"
}

# ---- what it is made of --------------------------------------------------------

pull_image() { # IMAGE SECONDS
	local said
	say "pulling $1"
	said=$(timeout "$2" "${server[engine]}" pull -q "$1" 2>&1 </dev/null) && return
	why="$1 cannot be pulled: ${said:-it takes longer than $2 s}"
	return 1
}

# An image that was asked for, and no other; or the usual one; or, with podman if
# that can't be had soon, a root of our own, which is it but for its builder.
container_image() {
	server[image]=${image:-postgres:$version}
	if engine image inspect "${server[image]}" >/dev/null 2>&1; then
		:
	elif [[ $image || ${server[engine]} == docker ]]; then
		pull_image "${server[image]}" 600
	elif root_is_cached || { ! pull_image "${server[image]}" 20 && say "$why"; }; then
		server[image]=''
		root_unpack
	fi
}

container_create() {
	local engine
	server[container]=${server[folder]##*/}
	for engine in "${container_engines[@]}"; do
		server[engine]=$engine
		container_image || continue
		server[what]="${server[image]:-PostgreSQL $version of Debian} in a container of $engine"
		return
	done
	return 1
}

# ---- running it ----------------------------------------------------------------

# What runs in there, as the user whom images and packages call postgres.
container_program() {
	cat <<-'END'
		set -eu
		bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)
		bin=${bin:-$(dirname "$(command -v initdb)")}
		data=/var/lib/postgresql/rowan
		if [ ! -e "$data/ready" ]; then
			rm -rf "$data"
			"$bin/initdb" -D "$data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 \
				--no-sync --no-instructions >/dev/null
			printf '%s\n' "$SETTINGS" >>"$data/postgresql.conf"
			printf '%s\n' "$RULES" >"$data/pg_hba.conf"
			[ -z "$CERTIFICATES" ] ||
				printf '%s' "$CERTIFICATES" | base64 -d | tar -C "$data" -x
			: >"$data/ready"
		fi
		exec "$bin/postgres" -D "$data" -p "$PORT"
	END
}

run_container() {
	local certificates='' options cpus
	[[ ! ${server[tls]:-} ]] || certificates=$(cd "${server[folder]}/tls" &&
		tar -c server.key right.crt wrong-host.crt expired.crt | base64 -w 0)
	options=(--detach --name "${server[container]}" --network host
		--user postgres --stop-signal SIGINT --shm-size 512m
		--ulimit nofile=1024:1024 --ulimit nproc=4096:4096
		--env "PORT=${server[port]}" --env "SETTINGS=$(settings)"
		--env "RULES=$(client_rules)" --env "CERTIFICATES=$certificates"
		--entrypoint /bin/sh)
	# docker's containers are no children of ours, and inherit no processors.
	if [[ ${server[engine]} == docker && $(nproc) != "$(nproc --all)" ]]; then
		cpus=$(taskset -cp $$)
		options+=(--cpuset-cpus "${cpus##* }")
	fi
	if [[ ${server[image]} ]]; then
		engine run "${options[@]}" "${server[image]}" -c "$(container_program)"
	else
		engine --runtime runc run "${options[@]}" --rootfs "${server[folder]}/root" \
			-c "$(container_program)"
	fi
}

# What never came up is made anew, since its port was not to be had.
container_start() {
	local end=$((SECONDS + 60))
	if [[ ${server[up]:-} ]]; then
		why=$(close_files && engine start "${server[container]}" 2>&1) || return
	else
		engine rm -f -v "${server[container]}" >/dev/null 2>&1 || true
		why=$(close_files && run_container 2>&1) || return
	fi
	while [[ $SECONDS -lt $end ]]; do
		! ask "${server[url]}" -Atqc 'SELECT 1' >/dev/null 2>&1 || return 0
		[[ $(container_state) == running ]] || break
		sleep 0.1
	done
	why=$(engine logs --tail 5 "${server[container]}" 2>&1)
	return 1
}

container_state() {
	local status
	status=$(engine container inspect -f '{{.State.Status}}' "${server[container]}" 2>/dev/null) || true
	case $status in
	running | paused) printf '%s\n' "$status" ;;
	*) printf 'stopped\n' ;;
	esac
}

container_stop() {
	[[ $(container_state) != paused ]] || container_unpause
	why=$(engine stop -t 20 "${server[container]}" 2>&1)
}

container_kill() {
	container_unpause
	for _ in {1..100}; do
		[[ $(container_state) != stopped ]] || return 0
		why=$(engine kill -s KILL "${server[container]}" 2>&1) || true
		sleep 0.1
	done
	return 1
}

container_pause() {
	[[ $(container_state) != running ]] || why=$(engine pause "${server[container]}" 2>&1)
}

container_unpause() {
	[[ $(container_state) != paused ]] || why=$(engine unpause "${server[container]}" 2>&1)
}

# Even where the folder that this was started in is gone.
container_remove() {
	[[ ! ${server[container]:-} ]] ||
		(cd / && engine rm -f -v "${server[container]}") >/dev/null 2>&1 || true
	root_remove
}
