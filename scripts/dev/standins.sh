# shellcheck shell=bash disable=SC2034
# What stands in for AWS on one machine: each a Node server of standins/, as one part of the stack.

readonly CLIENT=stockpilot-dev
# An account that is nobody's, and a key that opens nothing else.
readonly AWS_REGION_NAME=us-east-1 AWS_ACCOUNT=000000000000
readonly AWS_KEY=AKIADEVELOPMENTONLY0 AWS_SECRET=development-only-opens-nothing-else
readonly TOPICS=(stockpilot-stock-alerts stockpilot-system-alerts stockpilot-order-notifications)
readonly SHOP_MAIL=owner@stockpilot.test
readonly PARAMETER_PATH=/stockpilot/development
readonly SECRET_PARAMETERS=(DATABASE_URL MIGRATION_DATABASE_URL)

# The parts, each with a port of its own; standins/NAME/server.mjs is its program.
readonly STANDINS=(oidc sns ssm)
PORT_LOST=no # a server found its port taken

# Its preferred port in .dev, in the order of STANDINS.
readonly STANDIN_FIRST_PORTS=(9400 9500 9600)

standin_address() { printf 'http://127.0.0.1:%s' "${STANDIN_PORT[$1]}"; }

# standin_start NAME WHAT OPTION...: WHAT is for people. It is ready when it says "ready port=N".
standin_start() {
    local name=$1 what=$2 print
    local -a command=("$NODE" "$REPOSITORY/standins/$name/server.mjs" --port "${STANDIN_PORT[$name]}" "${@:3}")
    print=$(fingerprint "$REPOSITORY/standins/$name"/*.mjs "$REPOSITORY"/standins/aws/*.mjs \
        "$REPOSITORY/standins/package-lock.json" -- "${command[@]}")
    process_current "$name" "$print" && return
    process_stop "$name"
    step "Starting $what"
    process_start "$name" "$print" "${command[@]}"
    if ! until_deadline "$READY_SECONDS" standin_settled "$name" || process_gone "$name"; then
        if port_was_taken "$name"; then
            PORT_LOST=yes
            return
        fi
        fail_with_log "$LOGS/$name.log" "$what does not start"
    fi
}

# Its own word: what answers on that port might be another stack's.
standin_settled() { process_gone "$1" || process_said "$1" | grep -q "ready port=${STANDIN_PORT[$1]}"; }

standins_start() {
    write_credentials
    oidc_start
    sns_start
    ssm_start
}

standins_stop() {
    local name
    for name in "${STANDINS[@]}"; do process_stop "$name"; done
}

issuer() { printf '%s/%s' "$(standin_address oidc)" "$POOL"; }

oidc_start() {
    local origin
    local -a options=(--state "$STATE/oidc" --pool "$POOL" --client "$CLIENT" --client another-app --test-controls)
    for origin in ${STOCKPILOT_ORIGINS-http://localhost:3000}; do options+=(--origin "$origin"); done
    standin_start oidc 'the OpenID provider' "${options[@]}"
}

topic_arn() { printf 'arn:aws:sns:%s:%s:%s' "$AWS_REGION_NAME" "$AWS_ACCOUNT" "$1"; }

# What the programs sign with, where the AWS SDKs look for it as well.
credentials_file() { printf '%s/aws/credentials' "$STATE"; }
write_credentials() {
    [ ! -f "$(credentials_file)" ] || return 0
    (umask 077 && mkdir -p "$STATE/aws")
    printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$AWS_KEY" "$AWS_SECRET" |
        write_private "$(credentials_file)"
}

# The words before a program's command that give it AWS credentials. Whoever starts this may have an account at AWS: it
# is not used.
aws_environment() {
    printf '%s\n' env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN -u AWS_PROFILE \
        AWS_SHARED_CREDENTIALS_FILE="$(credentials_file)"
}

sns_start() {
    local topic
    local -a options=(--state "$STATE/sns" --region "$AWS_REGION_NAME" --account "$AWS_ACCOUNT"
        --credential "$AWS_KEY:$AWS_SECRET" --test-controls)
    for topic in "${TOPICS[@]}"; do options+=(--topic "$topic" --subscribe "$topic=$SHOP_MAIL"); done
    standin_start sns 'the counterpart of SNS' "${options[@]}"
}

ssm_start() {
    standin_start ssm 'the counterpart of Parameter Store' --state "$STATE/ssm" --region "$AWS_REGION_NAME" \
        --account "$AWS_ACCOUNT" --credential "$AWS_KEY:$AWS_SECRET" --test-controls
}

# parameters_manage set|get [NAME]: standins/ssm/manage.mjs tells.
parameters_manage() {
    local name
    local -a options=(--endpoint "$(standin_address ssm)" --path "$PARAMETER_PATH") command
    for name in "${SECRET_PARAMETERS[@]}"; do options+=(--secure "$name"); done
    mapfile -t command < <(aws_environment)
    "${command[@]}" AWS_REGION="$AWS_REGION_NAME" "$NODE" "$REPOSITORY/standins/ssm/manage.mjs" "${options[@]}" "$@"
}
