# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
#
# Certificates of a root of our own, for one key: the right one for loopback, one
# for another host, and one that expired yesterday.

tls_create() {
	local folder=${server[folder]}/tls
	why='openssl is not installed'
	scripts/needs openssl >&2 || return
	mkdir "$folder"
	if ! (
		cd "$folder" || exit
		key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
		openssl req -x509 "${key[@]}" -days 30 -subj '/CN=Rowan, for tests' \
			-keyout root.key -out root.crt &&
			openssl req -new "${key[@]}" -subj / -keyout server.key -out request &&
			tls_sign right 30 'DNS:localhost,IP:127.0.0.1,IP:::1' &&
			tls_sign wrong-host 30 'DNS:elsewhere.example' &&
			tls_sign expired -1 'DNS:localhost,IP:127.0.0.1,IP:::1'
	) >"${server[folder]}/tls.log" 2>&1 </dev/null; then
		why="openssl: $(tail -n 3 "${server[folder]}/tls.log")"
		return 1
	fi
	rm "$folder"/{root.key,root.srl,request}
}

tls_sign() { # NAME DAYS HOSTS
	printf 'subjectAltName=%s\n' "$3" |
		openssl x509 -req -in request -CA root.crt -CAkey root.key -CAcreateserial \
			-days "$2" -extfile /dev/stdin -out "$1.crt"
}

# The server reads its configuration and then makes new connections with it.
tls_present() { # NAME
	local end=$((SECONDS + 15))
	ask "${server[url]}" -qc "ALTER SYSTEM SET ssl_cert_file = '$1.crt'" \
		-c 'SELECT pg_reload_conf()' >/dev/null || return
	while [[ $SECONDS -lt $end ]]; do
		[[ $(ask "${server[url]}" -Atqc 'SHOW ssl_cert_file') != "$1.crt" ]] || return 0
		sleep 0.05
	done
	return 1
}
