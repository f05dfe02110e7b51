# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
#
# A private cluster of the installed server, run by somebody who is not root.

# The server's programs: those of this version, else of the newest there is.
local_bin() {
	local bin
	while IFS= read -r bin; do
		[[ -x $bin/initdb && -x $bin/postgres ]] && printf '%s\n' "$bin" && return
	done < <(
		printf '%s\n' "/usr/lib/postgresql/$version/bin"
		printf '%s\n' /usr/lib/postgresql/*/bin | sort -Vr
		dirname "$(command -v initdb)"
	)
	return 1
}

local_can() {
	why='PostgreSQL is not installed'
	local_bin >/dev/null || { scripts/needs postgres >&2 && local_bin >/dev/null; }
}

local_create() {
	local folder=${server[folder]} user release sockets
	server[bin]=$(local_bin)
	release=$("${server[bin]}/postgres" --version)
	release=${release#*PostgreSQL) }
	server[what]="a private cluster of the installed PostgreSQL ${release%% *}"
	user=$(server_user)
	if ! as_server "${server[bin]}/initdb" -D data -U postgres -A trust -E UTF8 \
		--locale=C.UTF-8 --no-sync --no-instructions >"$folder/initdb.log" 2>&1; then
		why="initdb failed: $(tail -n 3 "$folder/initdb.log")"
		return 1
	fi
	{
		settings
		# The path of a socket is limited.
		[[ ${#folder} -gt 85 ]] || sockets=$folder
		printf "unix_socket_directories = '%s'\n" "${sockets:-}"
		# A file, so that nothing is left of it outside of the folder.
		printf 'dynamic_shared_memory_type = mmap\n'
	} >>"$folder/data/postgresql.conf"
	client_rules >"$folder/data/pg_hba.conf"
	[[ ! ${server[tls]:-} ]] || install -m 600 ${user:+-o "$user"} \
		"$folder"/tls/{server.key,*.crt} "$folder/data"
}

local_start() {
	as_server "${server[bin]}/pg_ctl" -D data -l log -o "-p ${server[port]}" -w -s start \
		</dev/null >/dev/null 2>&1 && return
	why=$(tail -n 5 "${server[folder]}/log" 2>&1)
	return 1
}

# The processes of the cluster, its postmaster first: all work in its folder.
local_processes() {
	local data=${server[folder]}/data link pid first=none
	{
		read -r first <"$data/postmaster.pid"
		for link in "/proc/$first/cwd" /proc/[0-9]*/cwd; do
			pid=${link//[!0-9]/}
			[[ $link -ef $data && $(readlink "/proc/$pid/exe") == */postgres ]] &&
				printf '%s\n' "$pid"
		done
	} 2>/dev/null | awk '!seen[$0]++'
}

local_signal() { # SIGNAL
	local pids
	mapfile -t pids < <(local_processes)
	[[ ${#pids[@]} == 0 ]] || kill -s "$1" "${pids[@]}" 2>/dev/null || true
}

local_state() {
	local first
	first=$(local_processes | head -n 1)
	case $(process_state "${first:-none}") in
	'') printf 'stopped\n' ;;
	T) printf 'paused\n' ;;
	*) printf 'running\n' ;;
	esac
}

local_stop() {
	local_signal CONT
	as_server "${server[bin]}/pg_ctl" -D data -m fast -w -t 20 -s stop >/dev/null 2>&1 || local_kill
}

# The postmaster goes first and so starts no further process.  What it leaves would
# be in the way of the next one for as long as nobody has waited for the dead.
local_kill() {
	local lock=${server[folder]}/data/postmaster.pid segment
	for _ in {1..500}; do
		[[ $(local_processes) ]] || break
		local_signal KILL
		sleep 0.02
	done
	why='its processes do not end'
	[[ ! $(local_processes) ]] || return
	segment=$(sed -n '7s/.* //p' "$lock" 2>/dev/null) || true
	[[ ! $segment ]] || ipcrm -m "$segment" 2>/dev/null || true
	rm -f "$lock" "${server[folder]}"/.s.PGSQL.*
}

local_pause() {
	local_signal STOP
}

local_unpause() {
	local_signal CONT
}

local_remove() {
	own_folder && [[ -d ${server[folder]}/data ]] || return 0
	local_signal CONT
	as_server "${server[bin]}/pg_ctl" -D data -m immediate -w -t 20 -s stop >/dev/null 2>&1 || true
	local_kill || say "$why"
}
