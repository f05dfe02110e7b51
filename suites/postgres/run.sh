#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# run.sh SUITE SCRIPT: what scripts/postgres promises, on servers of this suite's own.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=suites/tap.sh
. "$here/../tap.sh"
shopt -s nullglob

script=$2
states=${script%/*/*}/build/postgres
unset ROWAN_POSTGRES_URL ROWAN_POSTGRES_DIRECT_URL "${!PG@}"

# Servers are made in here, where each of them leaves nothing.
work=$(mktemp -d)
export TMPDIR=$work/tmp
mkdir "$TMPDIR"
chmod 755 "$work" "$TMPDIR"

clean_up() {
	local state
	for state in "$states/suite-$$"*; do
		"$script" down --name "${state##*/}" 2>/dev/null
	done
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# ---- steps of a test -----------------------------------------------------------

# pg COMMAND ARGUMENT..: on this test's server.  What it prints is left in $said, how
# it ended in $status.
pg() {
	said=$("$script" "$1" --name "$server" "${@:2}" 2>"$work/remarks")
	status=$?
}

# A condition that has to hold; the first one that does not is the test's fault.
must() { # WHAT CONDITION..
	local what=$1
	shift
	[[ $fault ]] || "$@" || fault="$what; last: ${said:-} (status ${status:-}) $(tail -n 5 "$work/remarks")"
}

is() { # TEXT WANT
	[[ $1 == "$2" ]]
}

# shellcheck disable=SC2053 # $2 is a pattern
like() { # TEXT PATTERN
	[[ $1 == $2 ]]
}

query() { # SQL
	pg psql -Atqc "$1"
}

answered() { # PORT
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

refused() { # PORT
	! answered "$1"
}

state_of() { # KEY
	sed -n "s/^$1=//p" "$states/$server/state"
}

# Nothing is left of the server whose folder and port are known.
gone() { # FOLDER PORT
	[[ ! -e $1 && ! -e $states/$server ]] && refused "$2" && no_process "$1" &&
		! grep -qF "$1" /proc/mounts
}

no_process() { # FOLDER
	! readlink /proc/[0-9]*/cwd 2>/dev/null | grep -qF "$1"
}

# Waits for what happens by itself: half a minute is more than it ever takes.
soon() { # CONDITION..
	for _ in {1..300}; do
		"$@" && return
		sleep 0.1
	done
	return 1
}

# A function is a test, on a server of its own that goes afterwards.
check() { # TEST
	server=suite-$$
	check_here "$1" "$1"
	"$script" down --name "$server" 2>/dev/null
}

check_here() { # NAME FUNCTION
	tap_wanted "$1" || return 0
	fault='' said='' status=''
	"$2"
	if [[ $fault ]]; then
		tap_not_ok "$1" "$fault"
	else
		tap_ok "$1"
	fi
}

# ---- tests -----------------------------------------------------------------------

up_prints_its_url_and_psql_gets_there() {
	local url
	pg up --local
	url=$said
	must 'up prints a URL and nothing else' like "$url" 'postgresql://postgres@127.0.0.1:+([0-9])/postgres'
	pg url
	must 'url prints it, too' is "$said" "$url"
	query 'SELECT version()'
	must 'psql gets there' like "$said" 'PostgreSQL 1*'
	pg psql --set=a=b -Atc '\echo :a'
	must 'with its own options' is "$said" b
	pg status
	must 'it is running' is "$status" 0
	must 'status tells the URL' like "$said" "*$url*"
	pg up --local
	must 'a second up is the same server' is "$said" "$url"
	pg up --local --durable
	must 'other options are refused' is "$status" 3
}

tests_do_not_wait_for_the_disk_and_durable_servers_do() {
	pg up --local
	query 'SHOW fsync'
	must 'fsync is off' is "$said" off
	query 'SHOW max_connections'
	must 'there is room for pools' is "$said" 300
	pg down
	pg up --local --durable
	query "SELECT string_agg(setting, ' ') FROM pg_settings
	       WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')"
	must 'everything is on' is "$said" 'on on on'
}

two_servers_run_at_once() {
	local first=$server url
	pg up --local
	url=$said
	query 'CREATE TABLE mine ()'
	server=$first-b
	pg up --local
	must 'they are two' like "$said" '!('"$url"')'
	query "SELECT to_regclass('mine') IS NULL"
	must 'with data of their own' is "$said" t
	pg down
	server=$first
	query 'SELECT 1'
	must 'the first one is still up' is "$said" 1
}

two_ups_of_a_name_start_one_server() {
	local first
	"$script" up --local --name "$server" >"$work/first" 2>/dev/null &
	first=$!
	pg up --local
	wait "$first"
	must 'both have the same URL' is "$said" "$(<"$work/first")"
	must 'and it is one' like "$said" 'postgresql://*'
}

down_leaves_nothing_behind() {
	local folder port segment
	pg up --local
	folder=$(state_of folder) port=$(state_of port)
	segment=$(sed -n '7s/.* //p' "$folder/data/postmaster.pid")
	must 'there is something to leave' test -d "$folder/data"
	must 'and somebody who answers' answered "$port"
	pg down
	must 'down is well' is "$status" 0
	must 'it is gone' gone "$folder" "$port"
	must 'and so is its memory' is "$(ipcs -m | awk -v id="$segment" '$2 == id')" ''
	pg down
	must 'another down is no mistake' is "$status" 0
	pg status
	must 'and it is not running' is "$status" 1
}

what_a_crash_left_is_removed() {
	local folder port
	pg up --local
	folder=$(state_of folder) port=$(state_of port)
	pg kill
	pg status
	must 'it is not running' is "$status" 1
	pg up --local
	must 'up starts a new one' is "$status" 0
	must 'of which it says so' grep -q 'removing what is left' "$work/remarks"
	must 'nothing is left of the old one' test ! -e "$folder"
	folder=$(state_of folder) port=$(state_of port)
	pg kill
	pg down
	must 'down removes a killed one, too' gone "$folder" "$port"
}

a_lost_folder_is_no_obstacle() {
	pg up --local
	pg kill
	rm -rf "$(state_of folder)"
	pg up --local
	must 'up starts a new one' is "$status" 0
	query 'SELECT 1'
	must 'which answers' is "$said" 1
}

without_a_folder_none_is_started() {
	said=$(TMPDIR=$work/none "$script" up --local --tls --name "$server" 2>"$work/remarks")
	status=$?
	must 'up says so' grep -q 'no folder can be made' "$work/remarks"
	must 'it is the machine that lacks something' is "$status" 3
	must 'no state' test ! -e "$states/$server"
	must 'and nothing in the top folder' test ! -e /tls
}

an_interrupted_up_leaves_nothing() {
	local pid
	"$script" up --local --name "$server" >/dev/null 2>&1 &
	pid=$!
	soon test -e "$states/$server/state"
	kill -s TERM "$pid"
	wait "$pid"
	must 'no state' test ! -e "$states/$server"
	must 'and no folder' is "$(echo "$TMPDIR"/*)" ''
}

it_goes_with_the_process_it_is_for() {
	local process folder port
	sleep 600 &
	process=$!
	pg up --local --for "$process"
	must 'it is up' is "$status" 0
	folder=$(state_of folder) port=$(state_of port)
	query 'SELECT 1'
	must 'while the process runs' is "$said" 1
	kill "$process"
	wait "$process" 2>/dev/null
	must 'afterwards it goes by itself' soon gone "$folder" "$port"
	pg up --local --for "$process"
	must 'a process that has ended is refused' is "$status" 2
}

it_goes_with_what_is_known_of_it() {
	local folder port
	pg up --local
	folder=$(state_of folder) port=$(state_of port)
	rm -r "${states:?}/$server"
	must 'nobody is left whom nobody knows' soon gone "$folder" "$port"
}

the_environment_names_the_main_server() {
	local url=postgresql://somebody@elsewhere.example/base own
	pg up --local
	own=$said
	export ROWAN_POSTGRES_URL=$url
	said=$("$script" up 2>"$work/remarks") status=$?
	must 'up starts none' is "$said" "$url"
	must 'and says so' grep -q 'none is started' "$work/remarks"
	said=$("$script" url)
	must 'url prints it' is "$said" "$url"
	"$script" down 2>"$work/remarks"
	must 'down leaves it alone' grep -q 'not stopped' "$work/remarks"
	said=$("$script" kill 2>"$work/remarks")
	must 'kill is refused' is "$?" 3
	pg url
	must 'servers with a name are not meant' is "$said" "$own"
	unset ROWAN_POSTGRES_URL
}

members_of_with_password_need_theirs() {
	local url
	pg up --local
	url=$said
	query "CREATE ROLE with_password; CREATE ROLE keyed LOGIN PASSWORD 'right' IN ROLE with_password"
	said=$(psql "${url/postgres@/keyed:right@}" -Atqc 'SELECT current_user' 2>"$work/remarks")
	must 'with it they get in' is "$said" keyed
	said=$(psql "${url/postgres@/keyed:wrong@}" -Atqc 'SELECT current_user' 2>"$work/remarks")
	must 'with another they do not' is "$said" ''
	must 'because of it' grep -q 'password authentication failed' "$work/remarks"
}

mistakes_are_named() {
	local line want
	while read -r want line; do
		# shellcheck disable=SC2086 # words of a command
		said=$("$script" $line 2>&1)
		status=$?
		must "'$line' ends with $want" is "$status" "$want"
		must "'$line' is one line" is "$(wc -l <<<"$said")" 1
	done <<-END
		2
		2 sideways
		2 up down
		2 up --sideways
		2 up --name
		2 up --name a/b
		2 up --for nobody
		2 url --local --image postgres:15
		2 tls sideways
		2 pgbouncer
		2 pgbouncer restart
		2 pgbouncer up --pool-mode statement
		1 url --name $server
		1 restart --name $server
		1 tls --name $server
	END
}

# ---- in either way ---------------------------------------------------------------

# These run on one server: as a private
# cluster, and in a container.

it_is_up() {
	pg up "$mode" --tls
	must 'up is well' is "$status" 0
	query 'SELECT 1'
	must 'it answers' is "$said" 1
	query "CREATE TABLE kept AS SELECT 7 AS n"
}

restart_keeps_port_and_data() {
	local url
	pg url
	url=$said
	pg restart
	must 'it starts again' is "$status" 0
	pg url
	must 'on the same port' is "$said" "$url"
	query 'TABLE kept'
	must 'with the same data' is "$said" 7
}

a_killed_server_comes_back_with_what_was_committed() {
	query 'UPDATE kept SET n = 8'
	pg kill
	must 'kill is well' is "$status" 0
	query 'TABLE kept'
	must 'nobody answers' is "$status" 2
	pg status
	must 'it is not running' is "$status" 1
	must 'and said to be stopped' like "$said" '*stopped*'
	pg restart
	query 'TABLE kept'
	must 'it has what was committed' is "$said" 8
}

a_paused_server_is_silent_and_goes_on() {
	local port
	port=$(state_of port)
	pg pause
	must 'pause is well' is "$status" 0
	must 'connections are taken' answered "$port"
	said=$(timeout 1 "$script" psql --name "$server" -Atqc 'TABLE kept' 2>"$work/remarks")
	must 'and not answered' is "$?" 124
	pg status
	must 'it is said to be paused' like "$said" '*paused*'
	pg unpause
	query 'SELECT count(*) FROM kept'
	must 'it goes on' is "$said" 1
	pg pause
	pg restart
	query 'SELECT count(*) FROM kept'
	must 'a paused one can be restarted' is "$said" 1
}

verify() { # HOST
	local url
	url=$("$script" url --name "$server")
	said=$(psql "${url/127.0.0.1/$1}?sslmode=verify-full&sslrootcert=$root" -Atqc \
		'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()' 2>"$work/remarks")
}

tls_shows_the_certificate_that_is_asked_for() {
	local root
	pg tls
	root=$said
	must 'there is a root to trust' grep -q 'BEGIN CERTIFICATE' "$root"
	verify localhost
	must 'the right one is taken' is "$said" t
	verify 127.0.0.1
	must 'for the address, too' is "$said" t
	pg tls wrong-host
	verify localhost
	must 'another host is not' grep -q 'does not match host name' "$work/remarks"
	pg tls expired
	verify localhost
	must 'nor one that expired' grep -q 'certificate verify failed' "$work/remarks"
	pg tls right
	verify localhost
	must 'the right one is, again' is "$said" t
}

pgbouncer_stands_in_front() {
	local pooled
	pg pgbouncer up
	pooled=$said
	must 'it has a URL of its own' like "$pooled" 'postgresql://postgres@127.0.0.1:+([0-9])/postgres'
	must 'which is not the server' is "$(pooled_query postgres 'SHOW port')" "$(state_of port)"
	must 'pools for transactions' like "$(pooled_query pgbouncer 'SHOW POOLS')" '*transaction*'
	query 'CREATE DATABASE another'
	must 'any database is behind it' is "$(pooled_query another 'SELECT current_database()')" another
	pg pgbouncer up --pool-mode session
	pooled=$said
	must 'or for sessions' like "$(pooled_query pgbouncer 'SHOW POOLS')" '*session*'
	pg pgbouncer url
	must 'url prints its URL' is "$said" "$pooled"
	pg pgbouncer down
	must 'down ends it' refused "$(state_of pooler_port)"
	pg pgbouncer url
	must 'then there is no URL' is "$status" 1
	query 'SELECT 1'
	must 'and the server goes on' is "$said" 1
	pg pgbouncer up
}

pooled_query() { # DATABASE SQL
	psql "${pooled%/*}/$1" -Atqc "$2" 2>"$work/remarks"
}

down_takes_all_of_it() {
	local folder port pooler container
	folder=$(state_of folder) port=$(state_of port) pooler=$(state_of pooler_port)
	container=$(state_of container)
	pg down
	must 'the server is gone' gone "$folder" "$port"
	must 'its pgbouncer is, too' refused "${pooler:-$port}"
	[[ ! $container ]] || must 'and its container' is "$(containers "$container")" ''
}

containers() { # NAME
	local engine
	for engine in docker podman; do
		"$engine" ps -aq --filter "name=$1" 2>/dev/null
	done
}

life_tests=(it_is_up restart_keeps_port_and_data
	a_killed_server_comes_back_with_what_was_committed
	a_paused_server_is_silent_and_goes_on
	tls_shows_the_certificate_that_is_asked_for
	pgbouncer_stands_in_front
	down_takes_all_of_it)

life_is_wanted() { # SUFFIX
	local test
	for test in "${life_tests[@]}"; do
		! tap_wanted "$test$1" || return 0
	done
	return 1
}

life() { # SUFFIX
	local test fault='' said='' status=''
	tap_wanted "it_is_up$1" || it_is_up
	for test in "${life_tests[@]}"; do
		if [[ $test == pgbouncer* && ! $pgbouncer ]]; then
			tap_skip "$test$1" 'pgbouncer is not installed'
		else
			check_here "$test$1" "$test"
		fi
	done
}

# ---- what can run here -----------------------------------------------------------

# A root is not built for this, which takes a minute or more.
container_is_quick() {
	local roots=("${XDG_CACHE_HOME:-${HOME:-/var}/.cache}"/rowan/postgres-*.tar.gz)
	[[ ${CI:-} || ${#roots[@]} -gt 0 ]] || docker image inspect postgres:15 >/dev/null 2>&1 ||
		podman image exists postgres:15 2>/dev/null
}

pgbouncer=$(PATH+=:/usr/sbin command -v pgbouncer)

check mistakes_are_named
server=suite-$$
pg up --local
if [[ $status != 0 ]]; then
	if [[ ${CI:-} ]]; then
		tap_not_ok up_prints_its_url_and_psql_gets_there "$(cat "$work/remarks")"
	else
		tap_skip up_prints_its_url_and_psql_gets_there "$(tail -n 1 "$work/remarks")"
	fi
	tap_end
	exit
fi
pg down

check up_prints_its_url_and_psql_gets_there
check tests_do_not_wait_for_the_disk_and_durable_servers_do
check two_servers_run_at_once
check two_ups_of_a_name_start_one_server
check down_leaves_nothing_behind
check what_a_crash_left_is_removed
check a_lost_folder_is_no_obstacle
check without_a_folder_none_is_started
check an_interrupted_up_leaves_nothing
check it_goes_with_the_process_it_is_for
check it_goes_with_what_is_known_of_it
check the_environment_names_the_main_server
check members_of_with_password_need_theirs

if life_is_wanted ''; then
	mode=--local server=suite-$$-life
	life ''
fi
if life_is_wanted _in_a_container; then
	mode=--container server=suite-$$-life_in_a_container
	if ! container_is_quick; then
		tap_skip it_is_up_in_a_container 'no image, and no root that was built before'
	elif ! { pg up "$mode" --tls && [[ $status == 0 ]]; }; then
		tap_skip it_is_up_in_a_container "$(grep 'no container' "$work/remarks")"
	else
		life _in_a_container
	fi
fi
tap_end
