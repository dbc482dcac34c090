# PostgreSQL: a cluster of its own, over TCP with a password, without a Unix socket.

postgres_processes() { echo postgres; }

postgres_stop_signal() { echo INT; } # "fast": sessions are closed, everything is written

postgres_port() { echo $((FIRST_PORT + 4)); }

# postgres_bin: prints the directory of the newest installed server's programs
postgres_bin() {
    local initdb
    initdb=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
    [[ -x $initdb ]] || initdb=$(command -v initdb) || return 1
    dirname "$initdb"
}

postgres_is_here() { postgres_bin >/dev/null; }

postgres_how() { echo "'start' installs Debian's postgresql"; }

postgres_obtain() { "$ROOT/scripts/debian-packages" postgresql; }

postgres_answers() { "$(postgres_bin)/pg_isready" --quiet --host=127.0.0.1 --port="$(postgres_port)"; }

# PostgreSQL refuses to run as root: sets `postgres_user`, and `as_postgres`, the words that go before a command.
postgres_become() {
    postgres_user=$(id -un) as_postgres=()
    ((EUID == 0)) || return 0
    postgres_user=nobody
    ! id postgres >/dev/null 2>&1 || postgres_user=postgres
    as_postgres=(setpriv --reuid="$postgres_user" --regid="$(id -g "$postgres_user")" --init-groups --)
}

# postgres_home: prints the directory of the data, which that user must be able to reach
postgres_home() {
    if "${as_postgres[@]}" test -x "$DIR"; then
        echo "$DIR/postgres"
    else
        echo "/var/lib/stt-services/$ID"
    fi
}

# postgres_create DATA: makes the cluster aside and moves it into place when it is whole
postgres_create() {
    local new=$1.new
    rm -rf "$new"
    install -d -m 700 -o "$postgres_user" "$new" &&
        install -m 600 -o "$postgres_user" "$DIR/password" "$new.password" &&
        "${as_postgres[@]}" "$(postgres_bin)/initdb" --pgdata="$new" --username=stt --pwfile="$new.password" \
            --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 &&
        "${as_postgres[@]}" "$(postgres_bin)/postgres" --single -D "$new" postgres <<<'CREATE DATABASE stt' &&
        rm "$new.password" && mv "$new" "$1"
}

# postgres_unlock DATA: removes the lock file of a killed server. It names a process that may still be in the
# process table, dead but not reaped, which PostgreSQL takes for alive; so wait until none works in DATA.
postgres_unlock() {
    local limit=$((SECONDS + TIMEOUT))
    while [[ -n $(find /proc/[0-9]*/cwd -maxdepth 0 -lname "$1" 2>/dev/null) ]]; do
        ((SECONDS < limit)) || complain "postgres: processes that are not ours still work in $1" || return 1
        sleep 0.1
    done
    rm -f "$1/postmaster.pid"
}

postgres_launch() {
    local postgres_user as_postgres data
    postgres_become
    data=$(postgres_home)/data
    mkdir -p "$(dirname "$data")" # root's, and open to be passed through
    [[ -d $data ]] || postgres_create "$data" >>"$DIR/postgres.log" 2>&1 || return 1
    postgres_unlock "$data" || return 1
    launch postgres "${as_postgres[@]}" "$(postgres_bin)/postgres" -D "$data" \
        -c listen_addresses=127.0.0.1 -c port="$(postgres_port)" -c unix_socket_directories=
}

postgres_settings() { echo "DATABASE_URL=postgresql://stt:$(password)@$(address postgres)/stt"; }
