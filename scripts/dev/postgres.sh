# shellcheck shell=bash
# A PostgreSQL cluster of the stack's own: no TCP, passwords by SCRAM, three roles. PostgreSQL refuses to
# run as root; there it runs as `postgres`, who must be able to reach its files.

readonly POSTGRES_PROGRAMS=/usr/lib/postgresql/15/bin
POSTGRES_OPTIONS=()     # for whoever wants more on the server's command line

# Runs a program as the user the cluster belongs to.
as_postgres() {
    if is_root; then
        setpriv --reuid=postgres --regid=postgres --init-groups env --chdir=/ HOME=/var/lib/postgresql "$@"
    else
        "$@"
    fi
}

postgres_socket() { printf '%s/pg' "$SOCKETS"; }

# postgres_url ROLE PASSWORD
postgres_url() { printf 'postgresql://%s:%s@/stockpilot?host=%s' "$1" "$2" "$(postgres_socket)"; }

app_database_url() { postgres_url stockpilot_app "$APP_PASSWORD"; }
owner_database_url() { postgres_url stockpilot_owner "$OWNER_PASSWORD"; }
admin_database_url() { postgres_url postgres "$ADMIN_PASSWORD"; }

# As the superuser, in the database given first.
admin_psql() {
    local database=$1
    shift
    PGPASSWORD=$ADMIN_PASSWORD psql -X -q -v ON_ERROR_STOP=1 -h "$(postgres_socket)" -U postgres -d "$database" "$@"
}

# A folder for the cluster: in STATE, or for root, when `postgres` cannot get there (a checkout below
# /root), in /var/lib.
postgres_choose_folder() {
    local folder=$STATE/postgres
    if is_root; then
        chmod o+x "$STATE"
        if ! as_postgres test -x "$STATE"; then
            folder=/var/lib/stockpilot-dev/$(state_key)/postgres
            (umask 022 && mkdir -p "${folder%/*}")
        fi
    fi
    POSTGRES_DATA=$folder
    printf '%s\n' "$folder" >"$STATE/cluster"
}

# Made beside its place and moved there, so that a cluster that is there is complete.
postgres_initialise() {
    local new=$POSTGRES_DATA.new
    [ -e "$POSTGRES_DATA/PG_VERSION" ] && return
    step 'Making a PostgreSQL cluster'
    rm -rf "$new"
    mkdir -m 700 "$new"
    printf '%s\n' "$ADMIN_PASSWORD" | write_private "$new.password"
    is_root && chown postgres: "$new" "$new.password"
    # It keeps the stack's lock: should this ./dev be killed, the next one waits for it.
    as_postgres "$POSTGRES_PROGRAMS/initdb" -D "$new" -U postgres --pwfile="$new.password" \
        --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 >>"$LOGS/setup.log" 2>&1 ||
        fail_with_log "$LOGS/setup.log" 'initdb failed'
    rm -f "$new.password"
    mv "$new" "$POSTGRES_DATA"
}

# After a crash the two lock files may name a process that has nothing to do with them, or one that nobody
# has waited for, and PostgreSQL would not dare to start. A real postmaster sits in its data folder.
postgres_drop_stale_locks() {
    local lock pid
    for lock in "$POSTGRES_DATA/postmaster.pid" "$(postgres_socket)/.s.PGSQL.5432.lock"; do
        pid=$(head -n 1 "$lock" 2>/dev/null) || continue
        if [ "$(readlink "/proc/$pid/cwd")" != "$(realpath "$POSTGRES_DATA")" ]; then
            rm -f "$lock"
        fi
    done
}

postgres_answers() {
    "$POSTGRES_PROGRAMS/pg_isready" -q -h "$(postgres_socket)" -U postgres -d postgres
}

postgres_settled() { process_gone postgres || postgres_answers; }

postgres_start() {
    process_alive postgres && postgres_answers && return
    process_stop postgres INT
    postgres_initialise
    local socket
    socket=$(postgres_socket)
    [ -d "$socket" ] || mkdir -m 700 "$socket"
    is_root && chown postgres: "$socket"

    step 'Starting PostgreSQL'
    local -a command=("$POSTGRES_PROGRAMS/postgres" -D "$POSTGRES_DATA" -k "$socket" -c listen_addresses=
        -c max_connections=100 -c cluster_name=stockpilot -c deadlock_timeout=200ms)
    if is_root; then
        command=(setpriv --reuid=postgres --regid=postgres --init-groups "${command[@]}")
    fi
    # Backends of a postmaster that was killed need a moment to notice; until then a new one refuses.
    local attempt
    for attempt in 1 2 3 4 5; do
        postgres_drop_stale_locks
        process_start postgres "$attempt" "${command[@]}" "${POSTGRES_OPTIONS[@]}"
        until_deadline 60 postgres_settled || break
        process_gone postgres || return 0
        sleep 1
    done
    fail_with_log "$LOGS/postgres.log" 'PostgreSQL does not start'
}

postgres_stop() {
    process_stop postgres INT 20
}

postgres_make_database() {
    local there
    there=$(admin_psql postgres -At -c "select count(*) from pg_database where datname = 'stockpilot'") || return
    [ "$there" = 1 ] || admin_psql postgres -c 'create database stockpilot'
}

# Removes the cluster. A server that was killed has left shared memory behind, which only another one in the same
# folder finds: so one starts, tidies up and ends.
postgres_forget() {
    if [ -f "$POSTGRES_DATA/postmaster.pid" ]; then
        postgres_drop_stale_locks
        as_postgres "$POSTGRES_PROGRAMS/postgres" --single -D "$POSTGRES_DATA" postgres </dev/null >/dev/null 2>&1 || true
    fi
    rm -rf "$POSTGRES_DATA" "$POSTGRES_DATA.new" "$POSTGRES_DATA.new.password"
}

# The database and the two roles. Safe to repeat; passwords go through standard input, since everyone
# can read command lines.
postgres_prepare() {
    postgres_make_database 2>>"$LOGS/setup.log" || fail_with_log "$LOGS/setup.log" 'the database could not be made'
    {
        printf "\\\\set owner_password '%s'\n\\\\set app_password '%s'\n" "$OWNER_PASSWORD" "$APP_PASSWORD"
        cat "$REPOSITORY/sql/roles.sql"
    } | admin_psql stockpilot -f - >>"$LOGS/setup.log" 2>&1 ||
        fail_with_log "$LOGS/setup.log" 'the database roles could not be made (sql/roles.sql)'
}
