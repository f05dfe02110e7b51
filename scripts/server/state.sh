# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
#
# What is known about a server: lines "key=value" in build/postgres/NAME/state.
# That folder is also what is locked.
declare -A server=()

load_state() {
	local line
	server=()
	[[ -f $place/state ]] || return 1
	while IFS= read -r line; do
		server[${line%%=*}]=${line#*=}
	done <"$place/state"
	[[ ${server[folder]:-} ]]
}

# Only what is in a folder of ours is ever stopped, unmounted or removed.
own_folder() {
	[[ ${server[folder]:-} == */rowan-postgres.* ]]
}

save_state() {
	local key
	for key in "${!server[@]}"; do
		printf '%s=%s\n' "$key" "${server[$key]}"
	done >"$place/state.new"
	mv "$place/state.new" "$place/state"
}

# Only one at a time changes what runs under a name.  Whoever had the lock may
# have removed the folder, which then is another one.
lock_place() {
	while :; do
		mkdir -p "$place" || return
		if { exec {lock}<"$place"; } 2>/dev/null; then
			flock "$lock"
			[[ ! $place -ef /proc/$BASHPID/fd/$lock ]] || return 0
			exec {lock}<&-
		fi
	done
}

forget_place() {
	rm -f "$place/state.new"
	rmdir "$place" 2>/dev/null || true
}

# ---- processes ---------------------------------------------------------------

# Field N of the process's status, counted from its state; nothing if it ended.
process_field() { # PID N
	local line fields
	{ line=$(<"/proc/$1/stat"); } 2>/dev/null || return 0
	read -ra fields <<<"${line##*) }"
	[[ ${fields[0]} == [ZX] ]] || printf '%s\n' "${fields[$2]}"
}

process_state() { # PID
	process_field "$1" 0
}

# A number is used again; together with the time of its start it is not.
process_name() { # PID
	printf '%s:%s\n' "$1" "$(process_field "$1" 19)"
}

process_lives() { # NAME
	[[ $1 == +([0-9]):+([0-9]) && $(process_name "${1%:*}") == "$1" ]]
}

# Close the files that the caller has open: what stays in the background would
# keep pipes and locks.  For subshells.
close_files() {
	local file
	for file in /proc/"$BASHPID"/fd/*; do
		file=${file##*/}
		[[ $file -le 2 || $file -ge 255 ]] || exec {file}>&-
	done
}

# Who runs what may not be root; nobody else if we are not.
server_user() {
	[[ $(id -u) == 0 ]] || return 0
	id -un postgres 2>/dev/null || printf 'nobody\n'
}

# Run as that user, in the server's folder.
as_server() {
	local user
	user=$(server_user)
	(
		cd "${server[folder]}" || exit
		[[ ! $user ]] ||
			set -- setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups "$@"
		close_files
		exec "$@"
	)
}

# A port on which nobody answers, below those that clients get.
free_port() {
	local port
	while :; do
		port=$((20000 + SRANDOM % 12000))
		(exec {connection}<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	printf '%d\n' "$port"
}
