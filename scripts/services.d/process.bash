# Processes that this script started: each has a pid file, and carries a mark in its environment that
# tells it from a stranger who was given the same number later.

# launch NAME COMMAND...: starts a process in a session of its own, its output in DIR/NAME.log
launch() {
    local name=$1
    shift
    STT_SERVICE="$DIR:$name" setsid "$@" </dev/null >>"$DIR/$name.log" 2>&1 9>&- &
    echo "$!" >"$DIR/$name.pid"
    # The mark is not there before exec.
    until pid_of "$name" >/dev/null || ! kill -0 "$!" 2>/dev/null; do sleep 0.05; done
}

# pid_of NAME: prints the number of our living process, or fails
pid_of() {
    local pid
    pid=$(cat "$DIR/$1.pid" 2>/dev/null) &&
        grep -zqxF "STT_SERVICE=$DIR:$1" "/proc/$pid/environ" 2>/dev/null && echo "$pid"
}

# end NAME SIGNAL: signals our process and waits until it is gone
end() {
    local pid limit=$((SECONDS + TIMEOUT))
    pid=$(pid_of "$1") || return 0
    kill -s "$2" "$pid" 2>/dev/null || true
    while pid_of "$1" >/dev/null; do
        ((SECONDS < limit)) || complain "$1: still running ${TIMEOUT} s after SIG$2" || return 1
        sleep 0.05
    done
    rm -f "$DIR/$1.pid"
}

# strike NAME: kill -9 for our process and its children
strike() {
    local pid
    pid=$(pid_of "$1") || return 0
    # shellcheck disable=SC2046 # a list of numbers
    kill -s KILL "$pid" $(cat "/proc/$pid/task/$pid/children" 2>/dev/null) 2>/dev/null || true
    end "$1" KILL
}

# first_bytes PORT REQUEST: prints the first 12 bytes, less NULs, that a server on loopback answers
first_bytes() (
    exec 3<>"/dev/tcp/127.0.0.1/$1" && printf '%b' "$2" >&3 && LC_ALL=C read -r -t 5 -N 12 answer <&3
    printf '%s' "$answer"
) 2>/dev/null
