# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# How a server is set up, in a container as well as without one.

# Lines of postgresql.conf.  A durable server keeps PostgreSQL's own settings of all
# that decides how long a commit takes.  The others write to the disk when they get
# to it, and yet lose nothing that was committed when they are killed: commits wait
# until the kernel has them (synchronous_commit), which costs next to nothing.
settings() {
	cat <<-'END'

		listen_addresses = '127.0.0.1,::1'
		max_connections = 300
		max_locks_per_transaction = 256
		max_prepared_transactions = 20
		shared_buffers = 256MB
		max_wal_size = 2GB
		jit = off
		timezone = 'UTC'
		log_timezone = 'UTC'
		lc_messages = 'C'
	END
	[[ ${server[durable]:-} ]] || cat <<-'END'
		fsync = off
		full_page_writes = off
		wal_level = minimal
		max_wal_senders = 0
		checkpoint_timeout = 30min
		autovacuum_naptime = 10s
		autovacuum_max_workers = 2
		deadlock_timeout = 100ms
	END
	[[ ! ${server[tls]:-} ]] || cat <<-'END'
		ssl = on
		ssl_cert_file = 'right.crt'
		ssl_key_file = 'server.key'
	END
}

# pg_hba.conf: on loopback everybody is let in, but for members of the role
# with_password (once somebody creates it), who need theirs.
client_rules() {
	cat <<-'END'
		local all +with_password scram-sha-256
		host  all +with_password all scram-sha-256
		local all all trust
		host  all all all trust
	END
}
