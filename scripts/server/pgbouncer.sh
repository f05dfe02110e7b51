# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
#
# pgbouncer in front of a server: any database, any of the server's roles, and no
# more connections to the server than a small pool has.

pgbouncer_settings() { # PORT MODE
	cat <<-END
		[databases]
		* = host=127.0.0.1 port=${server[port]}
		[pgbouncer]
		listen_addr = 127.0.0.1
		listen_port = $1
		unix_socket_dir =
		pool_mode = $2
		default_pool_size = 20
		max_client_conn = 500
		auth_type = trust
		auth_file = ${server[folder]}/pgbouncer.users
		auth_user = postgres
		admin_users = postgres
		server_login_retry = 1
		logfile = ${server[folder]}/pgbouncer.log
		pidfile = ${server[folder]}/pgbouncer.pid
	END
}

pgbouncer_lives() {
	process_lives "${server[pooler]:-none}"
}

pgbouncer_create() { # MODE
	local folder=${server[folder]}
	rm -f "$folder"/pgbouncer.*
	printf '"postgres" ""\n' >"$folder/pgbouncer.users"
	for _ in {1..10}; do
		server[pooler_port]=$(free_port)
		server[pooler_url]=postgresql://postgres@127.0.0.1:${server[pooler_port]}/postgres
		pgbouncer_settings "${server[pooler_port]}" "$1" >"$folder/pgbouncer.ini"
		pgbouncer_start && return
		why=$(cat "$folder"/pgbouncer.{said,log} 2>/dev/null | tail -n 5)
		[[ $why == *'in use'* ]] || break
	done
	return 1
}

pgbouncer_start() {
	local folder=${server[folder]} end=$((SECONDS + 15))
	PATH+=:/usr/sbin as_server pgbouncer -d pgbouncer.ini \
		</dev/null >"$folder/pgbouncer.said" 2>&1 || return
	while [[ $SECONDS -lt $end ]]; do
		if [[ -s $folder/pgbouncer.pid ]]; then
			server[pooler]=$(process_name "$(<"$folder/pgbouncer.pid")")
			save_state
			! ask "${server[pooler_url]}" -Atqc 'SELECT 1' >/dev/null 2>&1 || return 0
		fi
		sleep 0.05
	done
	return 1
}

pgbouncer_stop() {
	local signal
	for signal in {TERM,KILL}{1..100}; do
		pgbouncer_lives || break
		kill -s "${signal%%[0-9]*}" "${server[pooler]%:*}" 2>/dev/null || true
		sleep 0.05
	done
	server[pooler]=''
}
