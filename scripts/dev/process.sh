# shellcheck shell=bash
# Processes that outlive ./dev. Each is recorded in STATE/run/NAME.pid as "PID STARTED FINGERPRINT BOOT":
# STARTED, the kernel's start time of the process, tells it from a later one that got the same id;
# FINGERPRINT, a hash of the program and its settings, tells whether it must be restarted; and BOOT names
# the boot of the machine, after which neither the process nor its group can be ours any more.

declare -A PROCESS_LOG_START=()

# process_fields PID ARRAY: the fields of /proc/PID/stat after the second, which is the program's name in
# parentheses and may hold anything. Fails when there is no such process, or only its corpse.
process_fields() {
    local stat=
    local -n into=$2
    { IFS= read -rd '' stat <"/proc/$1/stat"; } 2>/dev/null || true
    [ -n "$stat" ] || return 1
    read -ra into <<<"${stat##*) }"
    [[ ${into[0]} != [ZX] ]]
}

# The start time of a process, in clock ticks since boot.
process_started() {
    local -a field
    process_fields "$1" field && printf '%s' "${field[19]}"
}

# The same for people.
process_since() {
    local uptime
    read -r uptime _ </proc/uptime
    date -d "@$(($(date +%s) - ${uptime%.*} + $(process_started "$1") / $(getconf CLK_TCK)))" '+%F %T'
}

# Does a process group have a living member?
process_group_alive() {
    local stat
    local -a field
    for stat in /proc/[0-9]*/stat; do
        stat=${stat#/proc/}
        if process_fields "${stat%/stat}" field && [ "${field[2]}" = "$1" ]; then return 0; fi
    done
    return 1
}

process_group_gone() { ! process_group_alive "$1"; }

boot() { cat /proc/sys/kernel/random/boot_id; }

process_record() {
    local name=$1 pid=$2 fingerprint=$3
    printf '%s %s %s %s\n' "$pid" "$(process_started "$pid" || echo gone)" "$fingerprint" \
        "$(boot)" >"$STATE/run/$name.pid"
}

# The id of a recorded process that is still that process; fails when it is gone.
process_pid() {
    local pid started booted
    [ -s "$STATE/run/$1.pid" ] || return 1
    read -r pid started _ booted <"$STATE/run/$1.pid"
    [ "${booted:-$(boot)}" = "$(boot)" ] && [ "$(process_started "$pid")" = "$started" ] || return 1
    printf '%s' "$pid"
}

process_alive() { process_pid "$1" >/dev/null; }

process_gone() { ! process_alive "$1"; }

# Alive, and started with just these settings?
process_current() {
    local name=$1 fingerprint=$2 recorded
    process_alive "$name" || return 1
    read -r _ _ recorded _ <"$STATE/run/$name.pid"
    [ "$recorded" = "$fingerprint" ]
}

# process_start NAME FINGERPRINT COMMAND...: in a session of its own, without our terminal, input or
# lock; what it prints goes to the end of log/NAME.log.
process_start() {
    local name=$1 fingerprint=$2
    shift 2
    PROCESS_LOG_START[$name]=$(stat -c %s "$LOGS/$name.log" 2>/dev/null || echo 0)
    setsid "$@" </dev/null >>"$LOGS/$name.log" 2>&1 9>&- &
    process_record "$name" $! "$fingerprint"
    disown $!
}

# process_said NAME: what is in its log since we started it.
process_said() { tail -c "+$((PROCESS_LOG_START[$1] + 1))" "$LOGS/$1.log"; }

# Each leads a process group. When the leader was killed, its group may live on (nginx's workers do),
# and as long as it does, the kernel gives its id to nobody else: a living process of that id is a
# stranger, a group of that id without one is ours.
process_sweep_orphans() {
    local pid booted
    [ -s "$STATE/run/$1.pid" ] || return 0
    read -r pid _ _ booted <"$STATE/run/$1.pid"
    if [ "${booted:-$(boot)}" = "$(boot)" ] && ! process_started "$pid" >/dev/null && process_group_alive "$pid"; then
        kill -s TERM -- "-$pid" 2>/dev/null || true
        until_deadline 5 process_group_gone "$pid" || kill -s KILL -- "-$pid" 2>/dev/null || true
    fi
}

# process_stop NAME [SIGNAL [SECONDS]]: asks, waits, and kills when the answer takes too long.
process_stop() {
    local name=$1 signal=${2:-TERM} seconds=${3:-10} pid
    if pid=$(process_pid "$name"); then
        kill -s "$signal" "$pid" 2>/dev/null || true
        if ! until_deadline "$seconds" process_gone "$name"; then
            step "$name did not stop within $seconds s: killed"
            kill -s KILL -- "-$pid" 2>/dev/null || kill -s KILL "$pid" 2>/dev/null || true
            until_deadline 5 process_gone "$name" || true
        fi
    fi
    process_sweep_orphans "$name"
    rm -f "$STATE/run/$name.pid"
}

# The names of recorded processes that begin with a word.
process_names() {
    local file
    for file in "$STATE/run/$1"*.pid; do
        [ -e "$file" ] || continue
        file=${file##*/}
        printf '%s\n' "${file%.pid}"
    done
}

# A hash of files and words: fingerprint FILE... -- WORD...
fingerprint() {
    local -a files=()
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        files+=("$1")
        shift
    done
    { cat "${files[@]}"; printf '%s\n' "$@"; } | sha256sum | cut -c1-16
}
