# shellcheck shell=bash disable=SC2034
# Where one stack keeps its things, and the choices it remembers: ports, passwords.
#
# STATE     this stack's folder: $STOCKPILOT_STATE or .dev
# TOOLS     what all stacks of this checkout share: Node, if it had to be fetched
# SOCKETS   a short folder in /tmp: a unix socket's path must fit into 108 bytes

: "${REPOSITORY:?}"
STATE=${STOCKPILOT_STATE:-$REPOSITORY/.dev}
TOOLS=$REPOSITORY/.dev/tools
LOGS=
SOCKETS=
POSTGRES_DATA=
HTTPS_PORT='' HTTP_PORT='' API_PORT='' CDN_PORT='' DASHBOARD_PORT=''
declare -A STANDIN_PORT=()
ADMIN_PASSWORD='' OWNER_PASSWORD='' APP_PASSWORD=''
readonly POOL=us-east-1_StockPilot

# The settings of the programs come from the stack's own file only; somebody's DATABASE_URL in the
# environment must not lead a demo to their real database. tests/lint/options.py holds the list.
unset DATABASE_URL DATABASE_PASSWORD MIGRATION_DATABASE_URL MIGRATION_DATABASE_PASSWORD MIGRATIONS_DIRECTORY AWS_REGION COGNITO_USER_POOL_ID \
    COGNITO_CLIENT_ID COGNITO_ISSUER COGNITO_JWKS_URL COGNITO_ENDPOINT JWKS_CACHE_NAME JWT_LEEWAY_SECONDS DEFAULT_ROLE \
    S3_BUCKET_NAME S3_ENDPOINT CLOUDFRONT_DOMAIN SNS_ENDPOINT SNS_STOCK_ALERTS_TOPIC_ARN SNS_SYSTEM_ALERTS_TOPIC_ARN \
    SNS_ORDER_NOTIFICATIONS_TOPIC_ARN USE_PARAMETER_STORE PARAMETER_STORE_PATH SSM_ENDPOINT STOCKPILOT_CONFIG \
    STOCKPILOT_ENVIRONMENT LOG_LEVEL METRICS_INTERVAL_S REQUEST_DEADLINE_MS MAX_KEPT_CONNECTIONS IMAGE_DIRECTORY IMAGE_BASE_URL \
    SLOW_REQUEST_MS SCOREBOARD_NAME WORKER_HARD_LIMIT_MS WORKER_MAX_REQUESTS WORKER_MAX_MEMORY_MB \
    NOTIFIER_POLL_MS NOTIFIER_PUBLISH_TIMEOUT_MS NOTIFIER_RETRY_MS NOTIFIER_RETRY_MAX_MS NOTIFIER_MAX_ATTEMPTS
# Nor may libpq's defaults, all of which begin so.
unset "${!PG@}"

is_root() { [ "$(id -u)" -eq 0 ]; }

# The names that follow from STATE, and what is remembered. Makes nothing.
state_locate() {
    state_name
    state_recall
}

state_name() {
    STATE=$(realpath -m "$STATE")
    [[ $STATE != *[\"\\\;\{\}\$\@\[$'\n']* ]] || fail "the path $STATE has characters nginx cannot read" \
        'Set STOCKPILOT_STATE to a folder with a plainer name.'
    LOGS=$STATE/log
    SOCKETS=/tmp/stockpilot-$(id -u)-$(state_key)
}

state_recall() {
    # shellcheck source=/dev/null
    [ ! -f "$STATE/ports" ] || . "$STATE/ports"
    # shellcheck source=/dev/null
    [ ! -f "$STATE/passwords" ] || . "$STATE/passwords"
    [ ! -f "$STATE/cluster" ] || POSTGRES_DATA=$(<"$STATE/cluster")
}

# Ten characters that stand for STATE where its path would be too long.
state_key() { printf '%s' "$STATE" | sha256sum | cut -c1-10; }

# Makes the folders, and holds the stack's lock until this process ends: two `up` at once would start
# everything twice. Daemons must not inherit descriptor 9.
state_open() {
    state_name
    until state_lock; do :; done
    # Only now: whoever had the lock may have chosen the passwords, or forgotten them.
    state_recall
    mkdir -p "$LOGS" "$STATE/run" "$STATE/nginx" "$STATE/tls" "$STATE/oidc" "$STATE/images"
    chmod 700 "$STATE/tls" "$STATE/oidc"
}

# Fails when a purge took away the file that was waited for.
state_lock() {
    (umask 077 && mkdir -p "$STATE") || fail "cannot make the folder $STATE"
    [ -O "$STATE" ] || fail "$STATE belongs to another user" "Let that user run ./dev, or set STOCKPILOT_STATE to a folder of your own."
    exec 9>"$STATE/lock" || fail "cannot write into the folder $STATE"
    if ! flock --nonblock 9; then
        step 'Waiting for another ./dev on this stack'
        flock 9 || fail "cannot lock $STATE/lock"
    fi
    [ "$STATE/lock" -ef /proc/self/fd/9 ]
}

# /tmp is everyone's: a folder that somebody else put there is not used.
state_make_sockets() {
    mkdir -m 0711 "$SOCKETS" 2>/dev/null || true
    if [ -L "$SOCKETS" ] || [ ! -d "$SOCKETS" ] || [ ! -O "$SOCKETS" ]; then
        fail "$SOCKETS is there already and is not ours" 'Remove it, or set STOCKPILOT_STATE to another folder.'
    fi
}

state_choose_passwords() {
    [ -z "$APP_PASSWORD" ] || return 0
    local name
    for name in ADMIN_PASSWORD OWNER_PASSWORD APP_PASSWORD; do
        printf '%s=%s\n' "$name" "$(od -An -N18 -tx1 /dev/urandom | tr -d ' \n')"
    done | write_private "$STATE/passwords"
    # shellcheck source=/dev/null
    . "$STATE/passwords"
}

# write_private FILE: standard input into a file that only we may read, all of it or nothing.
write_private() {
    (umask 077 && cat >"$1.new") && mv "$1.new" "$1"
}

# free_ports PREFERRED...: for each a port of 127.0.0.1 that can be bound now: the preferred one if
# possible, any other if not (or if it is 0). Those are below the kernel's own range: a port from there
# may become somebody's outgoing connection before our server binds it.
free_ports() {
    /usr/bin/python3 - "$@" <<'END'
import random, socket, sys

with open('/proc/sys/net/ipv4/ip_local_port_range') as kernel:
    first = int(kernel.read().split()[0])
ours = range(20000, first if first > 21000 else 32768)

def bound(port):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(('127.0.0.1', port))
        return listener
    except OSError:
        listener.close()
        return None

held = []
for preferred in map(int, sys.argv[1:]):
    candidates = [preferred] * (preferred > 0) + random.sample(ours, 100)
    listener = next(filter(None, map(bound, candidates)), None)
    if listener is None:
        sys.exit(1)
    held.append(listener)
print(*(listener.getsockname()[1] for listener in held))
END
}

# Ports are chosen once and kept, so that an address noted yesterday is right today; unless somebody
# else has taken one meanwhile. Those of what runs are kept.
state_choose_ports() {
    local chosen name i
    local -a wanted=("${HTTPS_PORT:-0}" "${HTTP_PORT:-0}" "${API_PORT:-0}" "${CDN_PORT:-0}" "${DASHBOARD_PORT:-0}")
    for name in "${STANDINS[@]}"; do wanted+=("${STANDIN_PORT[$name]:-0}"); done
    if [ "$STATE" = "$REPOSITORY/.dev" ]; then
        local -a first=(8443 8080 8000 8444 3000 "${STANDIN_FIRST_PORTS[@]}")
        for i in "${!wanted[@]}"; do [ "${wanted[i]}" != 0 ] || wanted[i]=${first[i]}; done
    fi
    # What is left of it holds its ports; and one from before there was a CDN has not all of them.
    if [ -z "$CDN_PORT" ] || ! process_alive nginx; then process_stop nginx; fi
    chosen=$(free_ports "${wanted[@]}") || fail 'there is no free port on 127.0.0.1'
    read -ra wanted <<<"$chosen"
    if ! process_alive nginx; then
        HTTPS_PORT=${wanted[0]} HTTP_PORT=${wanted[1]} API_PORT=${wanted[2]} CDN_PORT=${wanted[3]}
    fi
    process_alive dashboard || DASHBOARD_PORT=${wanted[4]}
    for i in "${!STANDINS[@]}"; do
        name=${STANDINS[i]}
        # Of a checkout from before it had a port under this name.
        [ -n "${STANDIN_PORT[$name]-}" ] || process_stop "$name"
        if ! process_alive "$name"; then STANDIN_PORT[$name]=${wanted[i + 5]}; fi
    done
    {
        printf '%s\n' "HTTPS_PORT=$HTTPS_PORT" "HTTP_PORT=$HTTP_PORT" "API_PORT=$API_PORT" "CDN_PORT=$CDN_PORT" \
            "DASHBOARD_PORT=$DASHBOARD_PORT"
        for name in "${STANDINS[@]}"; do printf 'STANDIN_PORT[%s]=%s\n' "$name" "${STANDIN_PORT[$name]}"; done
    } | write_private "$STATE/ports"
}
