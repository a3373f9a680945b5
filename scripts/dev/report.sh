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

# fail_with_log LOG WHAT [REMEDY...]: the end of a log first.
fail_with_log() {
    local log=$1
    shift
    if [ -s "$log" ]; then
        printf '\n--- the end of %s\n' "$log" >&2
        tail -n 25 "$log" >&2
        printf -- '---\n' >&2
    fi
    fail "$@"
}

# until_deadline SECONDS COMMAND...: tries the command ten times a second; 1 when time is up.
until_deadline() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.1
    done
}
