# shellcheck shell=bash
# The stack as a whole: up, down, status, and what one does with a running one.

readonly READY_SECONDS=30
# In the order they are started; api is the pool with its workers.
PARAMETERS_PRINT='' # of what Parameter Store has
readonly PARTS=(postgres "${STANDINS[@]}" api notifier nginx dashboard)

stack_up() {
    local demo=${STOCKPILOT_DEMO:-small}
    case ${1-} in
        '') ;;
        --large) demo=large ;;
        *) fail "unknown option: $1" 'usage: ./dev up [--large]' ;;
    esac
    state_open
    packages_install build run
    build
    node_locate
    node_packages run standins
    if dashboard_wanted; then
        node_packages build web
        dashboard_build
    fi
    state_make_sockets
    state_choose_passwords
    postgres_choose_folder
    postgres_start
    postgres_prepare
    migrate
    load_demo "$demo"
    certificate_make || fail_with_log "$LOGS/setup.log" 'the certificate could not be made'
    serve
    [ "$demo" = none ] || demo_images_put
    wait_until_ready
    write_description
    introduce
}

# Between choosing a port and binding it somebody else may have taken it: then once more, with another.
serve() {
    local attempt
    for attempt in 1 2 3; do
        PORT_LOST=no
        state_choose_ports
        write_configuration
        standins_start
        if [ "$PORT_LOST" = no ]; then
            put_parameters
            api_start
            notifier_start
            nginx_start
            dashboard_start
        fi
        [ "$PORT_LOST" = yes ] || return 0
        step "A port was taken meanwhile: choosing again ($attempt)"
    done
    fail 'no port of 127.0.0.1 stays free' 'ss -ltnp shows who listens where.'
}

# port_was_taken NAME: has it ended, and is that what it said?
port_was_taken() {
    process_gone "$1" && process_said "$1" | grep -qE 'Address already in use|EADDRINUSE'
}

# await_listening NAME WHAT SECONDS SETTLED...: until it listens, or has lost its port, which PORT_LOST tells. WHAT is for people.
await_listening() {
    local name=$1 what=$2 seconds=$3
    shift 3
    if until_deadline "$seconds" "$@" && ! process_gone "$name"; then return; fi
    if port_was_taken "$name"; then
        PORT_LOST=yes
        return
    fi
    fail_with_log "$LOGS/$name.log" "$what does not start"
}

# The KEY=value lines of local.conf.
local_configuration() { [ ! -f "$STATE/local.conf" ] || grep -E '^[A-Z0-9_]+=' "$STATE/local.conf" || true; }

# Of several lines of one KEY the last, from standard input.
last_of_each() { awk -F= '{ line[$1] = $0 } END { for (key in line) print line[key] }' | sort; }

# What is this host's, and where the rest is; what local.conf has is here and wins.
write_configuration() {
    {
        cat <<END
STOCKPILOT_ENVIRONMENT=development
AWS_REGION=$AWS_REGION_NAME
USE_PARAMETER_STORE=true
PARAMETER_STORE_PATH=$PARAMETER_PATH
SSM_ENDPOINT=$(standin_address ssm)
JWKS_CACHE_NAME=$(key_cache)
SCOREBOARD_NAME=$(scoreboard)
IMAGE_DIRECTORY=$STATE/images
MIGRATIONS_DIRECTORY=$REPOSITORY/sql/migrations
END
        local_configuration
    } | last_of_each | write_private "$STATE/stockpilot.conf"
}

# The rest of the configuration, as Parameter Store has it. What local.conf has as empty is in neither place.
parameters() {
    {
        cat <<END
DATABASE_URL=$(app_database_url)
COGNITO_USER_POOL_ID=$POOL
COGNITO_CLIENT_ID=$CLIENT
COGNITO_ISSUER=$(issuer)
COGNITO_JWKS_URL=$(issuer)/.well-known/jwks.json
COGNITO_ENDPOINT=$(standin_address oidc)
S3_BUCKET_NAME=$IMAGE_BUCKET
S3_ENDPOINT=$(standin_address s3)
CLOUDFRONT_DOMAIN=127.0.0.1:$CDN_PORT
SNS_ENDPOINT=$(standin_address sns)
SNS_STOCK_ALERTS_TOPIC_ARN=$(topic_arn stockpilot-stock-alerts)
SNS_SYSTEM_ALERTS_TOPIC_ARN=$(topic_arn stockpilot-system-alerts)
SNS_ORDER_NOTIFICATIONS_TOPIC_ARN=$(topic_arn stockpilot-order-notifications)
IMAGE_BASE_URL=https://127.0.0.1:$HTTPS_PORT/images
LOG_LEVEL=info
END
        local_configuration | grep -E '^[A-Z0-9_]+=$' || true
    } | last_of_each
}

# Ours are set again at each `up`, and all else that is there is left alone. PARAMETERS_PRINT changes with any of them.
put_parameters() {
    PARAMETERS_PRINT=$(parameters | parameters_manage set 2>>"$LOGS/setup.log") ||
        fail_with_log "$LOGS/setup.log" 'the parameters could not be put into the counterpart of Parameter Store'
}

migrate() {
    step 'Migrating the database'
    DATABASE_URL=$(owner_database_url) "$(program stockpilotctl)" migrate --config /dev/null \
        --directory "$REPOSITORY/sql/migrations" >>"$LOGS/setup.log" 2>&1 || fail_with_log "$LOGS/setup.log" 'the migrations failed' \
        'If a migration was edited after it ran here: ./dev down --purge, and up again.'
}

# load_demo small|large|none
load_demo() {
    [ "$1" != none ] || return 0
    step "Loading the demo data, unless there is data already"
    local outcome
    local -a options=(--if-empty)
    [ "$1" != large ] || options+=(--large)
    outcome=$(DATABASE_URL=$(owner_database_url) "$REPOSITORY/sql/demo/load" --images "$STATE/images" "${options[@]}" \
        2>>"$LOGS/setup.log") || fail_with_log "$LOGS/setup.log" 'the demo data could not be loaded'
    step "$outcome"
    [[ $outcome = *'nothing to load'* ]] || rm -f "$STATE/s3/demo-images"
    if [[ $1 = large && $outcome = *'nothing to load'* ]]; then
        printf '       For the large shop in place of what is there: ./dev down --purge, then ./dev up --large\n'
    fi
}

# Our own servers are asked directly, whatever proxy or .curlrc there is.
ask() { curl -q -s --noproxy '*' "$@"; }

api_socket() { printf '%s/api.sock' "$SOCKETS"; }

# The workers' shared memory, named by us: nobody else would know when it can go.
key_cache() { printf '/%s' "${SOCKETS##*/}"; }
scoreboard() { printf '/%s-scoreboard' "${SOCKETS##*/}"; }

# STOCKPILOT_WORKERS is a number, or two with a dash between: the pool then scales by itself.
pool_size() {
    local count=${STOCKPILOT_WORKERS:-4}
    case $count in
        *-*) printf -- '--min\n%s\n--max\n%s\n' "${count%-*}" "${count#*-}" ;;
        *) printf -- '--workers\n%s\n' "$count" ;;
    esac
}

# The pool and its workers, as one part: what the pool starts, it also ends.
api_start() {
    local print
    local -a size command
    mapfile -t size < <(pool_size)
    mapfile -t command < <(aws_environment)
    command+=(spawn-fcgi -n -M 0660 -b 1024 -s "$(api_socket)" -- "$(program stockpilot-pool)"
        "${size[@]}" --config "$STATE/stockpilot.conf")
    print=$(fingerprint "$(program stockpilot-pool)" "$(program stockpilot-api)" "$STATE/stockpilot.conf" -- \
        "$PARAMETERS_PRINT" "${command[@]}")
    if process_current api "$print" && [ -S "$(api_socket)" ]; then return 0; fi
    api_stop

    step "Starting the pool of workers: ${size[*]}"
    process_start api "$print" "${command[@]}"
    if ! until_deadline "$READY_SECONDS" api_settled || process_gone api; then
        fail_with_log "$LOGS/api.log" 'the workers do not start'
    fi
}

# The processes whose parent is PID.
process_children() {
    local stat
    local -a field
    for stat in /proc/[0-9]*/stat; do
        stat=${stat#/proc/}
        if process_fields "${stat%/stat}" field && [ "${field[1]}" = "$1" ]; then printf '%s\n' "${stat%/stat}"; fi
    done
}

workers() { process_children "$(process_pid api)"; }

# All the workers it starts with are there.
api_answers() {
    local count=${STOCKPILOT_WORKERS:-4}
    [ "$(workers | wc -l)" -ge "${count%-*}" ]
}
api_settled() { process_gone api || api_answers; }

# A drain may take a while: nginx lets go of its connections first.
api_stop() {
    local name
    process_stop api TERM 40
    # Of a ./dev up from before there was a pool.
    for name in $(process_names worker-); do process_stop "$name"; done
    rm -f "$(api_socket)"
}

# Publishes what the outbox has; keeps the summaries up to date.
notifier_start() {
    local print
    local -a command
    mapfile -t command < <(aws_environment)
    command+=("$(program stockpilot-notifier)" --config "$STATE/stockpilot.conf")
    print=$(fingerprint "$(program stockpilot-notifier)" "$STATE/stockpilot.conf" -- "$PARAMETERS_PRINT" "${command[@]}")
    process_current notifier "$print" && return
    process_stop notifier TERM 5
    step 'Starting the notifier'
    process_start notifier "$print" "${command[@]}"
    if ! until_deadline "$READY_SECONDS" notifier_settled || process_gone notifier; then
        fail_with_log "$LOGS/notifier.log" 'the notifier does not start'
    fi
}

notifier_settled() { process_gone notifier || process_said notifier | grep -q '"event":"notifier_started"'; }

nginx_render() {
    local nginx=$REPOSITORY/nginx user=''
    "$nginx/render" "$nginx/stockpilot.conf.in" LISTEN_ADDRESS=127.0.0.1 HTTP_PORT="$HTTP_PORT" \
        HTTPS_PORT="$HTTPS_PORT" API_PORT="$API_PORT" SOCKET="$(api_socket)" CONFIG_DIRECTORY="$nginx" \
        CERTIFICATE="$STATE/tls/server.pem" CERTIFICATE_KEY="$STATE/tls/server.key" \
        IMAGE_DIRECTORY="$STATE/images" ACME_DIRECTORY="$STATE/acme" ACCESS_LOG="$LOGS/access.log" ERROR_LOG="$LOGS/nginx.log" \
        ORIGINS="$(page_origins)" \
        RATE="${STOCKPILOT_RATE:-50}" BURST="${STOCKPILOT_BURST:-100}" \
        CONNECTIONS="${STOCKPILOT_CONNECTIONS:-32}" KEEPALIVE="${STOCKPILOT_KEEPALIVE:-128}" \
        HEADER_TIMEOUT="${STOCKPILOT_HEADER_TIMEOUT:-10}" BODY_TIMEOUT="${STOCKPILOT_BODY_TIMEOUT:-10}" \
        SEND_TIMEOUT="${STOCKPILOT_SEND_TIMEOUT:-10}" >"$STATE/nginx/stockpilot.conf" || return
    "$nginx/render" "$nginx/cdn.conf.in" LISTEN_ADDRESS=127.0.0.1 CDN_PORT="$CDN_PORT" CONFIG_DIRECTORY="$nginx" \
        CERTIFICATE="$STATE/tls/server.pem" CERTIFICATE_KEY="$STATE/tls/server.key" CDN_LOG="$LOGS/cdn.log" \
        ERROR_LOG="$LOGS/nginx.log" CACHE_DIRECTORY="$STATE/nginx/cdn" ORIGIN_SOCKET="$(cdn_socket)" \
        >"$STATE/nginx/cdn.conf" || return
    # nginx's processes stay who we are: its own user could not reach a checkout below /root.
    is_root && user='user root root;'
    "$nginx/render" "$nginx/private.conf.in" STATE="$STATE" ERROR_LOG="$LOGS/nginx.log" \
        WORKER_PROCESSES=2 USER_DIRECTIVE="$user" >"$STATE/nginx/nginx.conf"
}

# It writes its pid when it has all its ports; until then somebody else may answer on one of them.
nginx_answers() {
    local pid
    pid=$(cat "$STATE/nginx/nginx.pid" 2>/dev/null) && [ "$pid" = "$(process_pid nginx)" ] &&
        ask -m 2 -o "$STATE/nginx/answer" "http://127.0.0.1:$HTTP_PORT/"
}
nginx_settled() { process_gone nginx || nginx_answers; }

nginx_start() {
    local print program
    # In sbin, which an ordinary user need not have in PATH.
    program=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v nginx) || fail 'nginx is missing'
    nginx_render || fail 'the nginx configuration could not be rendered'
    print=$(fingerprint "$STATE"/nginx/*.conf "$REPOSITORY"/nginx/*.conf "$REPOSITORY"/nginx/fastcgi_params.stockpilot \
        "$STATE/tls/server.pem" --)
    process_current nginx "$print" && return
    process_stop nginx QUIT 3
    step 'Starting nginx'
    process_start nginx "$print" "$program" -p "$STATE/nginx" -e "$LOGS/nginx.log" -c "$STATE/nginx/nginx.conf"
    await_listening nginx nginx "$READY_SECONDS" nginx_settled
}

api_ready() {
    [ "$(ask -m 5 --cacert "$STATE/tls/ca.pem" -o "$STATE/run/readyz" -w '%{http_code}' \
        "$(stack_address)/readyz")" = 200 ]
}

wait_until_ready() {
    step 'Waiting until the API is ready'
    until_deadline "$READY_SECONDS" api_ready && return
    printf '\n%s/readyz says:\n%s\n' "$(stack_address)" "$(cat "$STATE/run/readyz" 2>/dev/null || echo nothing)" >&2
    fail_with_log "$LOGS/api.log" "the API is not ready after $READY_SECONDS s" \
        './dev logs shows all logs, ./dev status what is running.'
}

stack_address() { printf 'https://127.0.0.1:%s' "$HTTPS_PORT"; }
cdn_address() { printf 'https://127.0.0.1:%s' "$CDN_PORT"; }

# For tests and scripts: everything about this stack, as JSON. Through a pipe, since passwords do not stand on a command
# line, which everyone can read.
write_description() {
    local name pid pids=''
    local -a parts=(postgres nginx "${STANDINS[@]}" api notifier)
    if dashboard_wanted; then parts+=(dashboard); fi
    for name in "${parts[@]}"; do
        pid=$(process_pid "$name") || fail_with_log "$LOGS/$name.log" "$name has ended by itself" 'Try again: ./dev up'
        pids+="pid.${name/api/pool}=$pid"$'\n'
    done
    /usr/bin/python3 "$REPOSITORY/scripts/dev/describe.py" < <(
        printf '%s\n' "url=$(stack_address)" "httpUrl=http://127.0.0.1:$HTTP_PORT" "apiUrl=https://127.0.0.1:$API_PORT" \
            "caFile=$STATE/tls/ca.pem" "issuer=$(issuer)" "jwksUrl=$(issuer)/.well-known/jwks.json" "clientId=$CLIENT" \
            "signingKeysFile=$STATE/oidc/keys.json" "databaseUrl=$(app_database_url)" "ownerDatabaseUrl=$(owner_database_url)" \
            "adminDatabaseUrl=$(admin_database_url)" "clusterDirectory=$POSTGRES_DATA" "socket=$(api_socket)" \
            "configFile=$STATE/stockpilot.conf" "imageDirectory=$STATE/images" "logDirectory=$LOGS" "state=$STATE" "build=$BUILD" \
            "mailboxUrl=$(standin_address sns)/mailbox" "s3Bucket=$IMAGE_BUCKET" "accountKey=$ACCOUNT_KEY:$ACCOUNT_SECRET" "cdnUrl=$(cdn_address)"
        for name in "${STANDINS[@]}"; do printf '%sUrl=%s\n' "$name" "$(standin_address "$name")"; done
        if dashboard_wanted; then printf 'dashboardUrl=%s\n' "$(dashboard_address)"; fi
        printf '%s' "$pids"
        workers | sed 's/^/worker=/'
    ) | write_private "$STATE/stack.json"
}

introduce() {
    local certificate setting='' dashboard=''
    printf -v certificate '%q' "$STATE/tls/ca.pem"
    [ -z "${STOCKPILOT_STATE-}" ] || printf -v setting 'STOCKPILOT_STATE=%q ' "$STATE"
    if dashboard_wanted; then printf -v dashboard '  The dashboard %s\n' "$(dashboard_address)"; fi
    cat <<END
[$(printf '%3d' "$SECONDS")s] Ready.

$dashboard  The API       $(stack_address)        (and on port $API_PORT; plain HTTP on $HTTP_PORT redirects)
  Its pages     $(stack_address)/docs   $(stack_address)/openapi.json
  Sign-ins      admin, staff, viewer    password StockPilot-demo-1
  Provider      $(issuer)
  Mailboxes     $(standin_address sns)/mailbox        (what Amazon SNS would send)
                $(standin_address oidc)/mailbox        (what Amazon Cognito would: passwords of who is invited)
  Images        $(cdn_address)/products/...        (what CloudFront is; the bucket behind it: $(standin_address s3))

  curl --cacert $certificate -H "Authorization: Bearer \$($setting./dev token)" $(stack_address)/products

  ./dev status · ./dev logs · ./dev psql · ./dev down
END
}

stack_down() {
    local purge=no
    case ${1-} in
        '') ;;
        --purge) purge=yes ;;
        *) fail "unknown option: $1" 'usage: ./dev down [--purge]' ;;
    esac
    [ -d "$STATE" ] || { step 'Nothing is there.'; return; }
    state_open
    step 'Stopping'
    process_stop dashboard
    process_stop nginx
    process_stop notifier TERM 5
    api_stop
    standins_stop
    postgres_stop
    rm -rf "$STATE/stack.json" "$SOCKETS" "/dev/shm$(key_cache)" "/dev/shm$(scoreboard)"
    [ "$purge" = no ] || stack_purge
    step 'Stopped.'
}

# Everything this stack made; not the programs, nor Node.
stack_purge() {
    local cluster=$POSTGRES_DATA part
    if [ -n "$cluster" ]; then
        postgres_forget
        if [[ $cluster == /var/lib/stockpilot-dev/* ]]; then
            rmdir "${cluster%/*}"
            rmdir --ignore-fail-on-non-empty /var/lib/stockpilot-dev
        fi
    fi
    for part in images log nginx "${STANDINS[@]}" aws run tls cluster passwords ports stockpilot.conf dashboard.env dashboard-secret lock; do
        rm -rf "${STATE:?}/$part"
    done
    rmdir "$STATE" 2>/dev/null || true
    step 'Forgot the data, the certificate and the ports.'
}

# 0 when all is running, 3 when something is not (as systemctl and the LSB have it).
stack_status() {
    state_locate
    local part pid code=0
    for part in "${PARTS[@]}"; do
        if [ "$part" = dashboard ] && ! dashboard_wanted; then continue; fi
        if pid=$(process_pid "$part"); then
            printf '%-10s running  %7s  since %s\n' "$part" "$pid" "$(process_since "$pid")"
        elif [ -s "$STATE/run/$part.pid" ]; then
            printf '%-10s died\n' "$part"
            code=3
        else
            printf '%-10s stopped\n' "$part"
            code=3
        fi
    done
    if [ "$code" = 0 ]; then
        if api_ready; then
            printf '%-10s %s\n' ready "$(stack_address)"
        else
            printf '%-10s %s/readyz: %s\n' 'not ready' "$(stack_address)" "$(cat "$STATE/run/readyz" 2>/dev/null)"
            code=3
        fi
    fi
    if process_alive api; then
        printf '\n'
        "$(program stockpilotctl)" --config "$STATE/stockpilot.conf" status || code=3
        printf '\n'
    fi
    printf '%-10s %s\n' state "$STATE" socket "$(api_socket)" certificate "$STATE/tls/ca.pem"
    return "$code"
}

stack_logs() {
    state_locate
    local part=${1-} option=${2-} log
    [ -d "$LOGS" ] || fail 'there are no logs yet' 'Start the stack first: ./dev up'
    if [ "$part" = -f ]; then
        exec tail -n 15 -F "$LOGS"/*.log
    fi
    if [ -z "$part" ]; then
        for log in "$LOGS"/*.log; do
            [ -s "$log" ] || continue
            printf '==> %s <==\n' "$log"
            tail -n 15 "$log"
            printf '\n'
        done
        return
    fi
    log=$LOGS/$part.log
    [ -f "$log" ] || fail "no log of that name: $part" "There are: $(cd "$LOGS" && echo *.log)"
    case $option in
        '') tail -n 100 "$log" ;;
        -f) tail -n 100 -F "$log" ;;
        *) fail "unknown option: $option" 'usage: ./dev logs [PART] [-f]' ;;
    esac
}

# For the commands that need a running stack.
stack_require() {
    state_locate
    [ -f "$STATE/stack.json" ] || fail 'the stack is not running' 'Start it: ./dev up'
}

stack_url() {
    stack_require
    printf '%s\n' "$(stack_address)"
}

stack_token() {
    stack_require
    node_locate
    "$NODE" "$REPOSITORY/standins/oidc/sign-in.mjs" --issuer "$(issuer)" --client "$CLIENT" --user "${1:-admin}" ||
        fail "no token for ${1:-admin}" 'Users: admin, staff, viewer, nogroup.' 'Does the provider run? ./dev status'
}

stack_psql() {
    stack_require
    PGPASSWORD=$OWNER_PASSWORD exec psql -h "$(postgres_socket)" -U stockpilot_owner -d stockpilot "$@"
}

# stockpilotctl with the configuration and the credentials of the stack.
stack_ctl() {
    stack_require
    local -a command
    mapfile -t command < <(aws_environment)
    exec "${command[@]}" "$(program stockpilotctl)" --config "$STATE/stockpilot.conf" "$@"
}

# parameter [NAME [VALUE]]
stack_parameter() {
    stack_require
    node_locate
    case $# in
        0 | 1) parameters_manage get "$@" ;;
        2) printf '%s=%s\n' "$1" "$2" | parameters_manage set >/dev/null ;;
        *) fail 'one parameter at a time' 'usage: ./dev parameter [NAME [VALUE]]' ;;
    esac
}
