# shellcheck shell=bash
# What ./dev says: steps with the time since the start, and failures with what to do about them.

step() {
    printf '[%3ds] %s\n' "$SECONDS" "$*"
}

# fail WHAT [REMEDY...]: one remedy a line.
fail() {
    printf '\n./dev: %s\n' "$1" >&2
    shift
    [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
    exit 1
}

# fail_with_log LOG WHAT [REMEDY...]: the same, and the end of a log. What failed stands before and behind it:
# whoever cuts a long output keeps one of the two.
fail_with_log() {
    local log=$1
    shift
    if [ -s "$log" ]; then
        printf '\n./dev: %s\n--- the end of %s\n' "$1" "$log" >&2
        tail -n 25 "$log" >&2
        printf -- '---\n' >&2
    fi
    fail "$@"
}

# Seconds since boot. SECONDS follows the wall clock, which jumps when it is set or a virtual machine resumes.
uptime_seconds() {
    local uptime
    read -r uptime _ </proc/uptime
    printf '%s' "${uptime%.*}"
}

# until_deadline SECONDS COMMAND...: tries the command ten times a second; 1 when time is up.
until_deadline() {
    local deadline=$(($(uptime_seconds) + $1))
    shift
    until "$@"; do
        [ "$(uptime_seconds)" -lt "$deadline" ] || return 1
        sleep 0.1
    done
}
