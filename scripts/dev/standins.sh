# shellcheck shell=bash disable=SC2034
# What stands in for AWS on one machine: each a Node server of standins/, as one part of the stack.

readonly CLIENT=stockpilot-dev
# An account that is nobody's, and the role that this machine has in it.
readonly AWS_REGION_NAME=us-east-1 AWS_ACCOUNT=000000000000 AWS_ROLE=stockpilot-development
readonly TOPICS=(stockpilot-stock-alerts stockpilot-system-alerts stockpilot-order-notifications)
readonly IMAGE_BUCKET=stockpilot-images
# Who fills the bucket and sets parameters, beside the programs: this script, people, and tests.
readonly ACCOUNT_KEY=AKIADEVELOPMENTONLY0 ACCOUNT_SECRET=development-only-opens-nothing-else
readonly SHOP_MAIL=owner@stockpilot.test
readonly PARAMETER_PATH=/stockpilot/development
readonly SECRET_PARAMETERS=(DATABASE_URL MIGRATION_DATABASE_URL)

# The parts in the order they are started, each with a port of its own; standins/NAME/server.mjs is its program.
readonly STANDINS=(imds oidc sns s3 ssm)
PORT_LOST=no # a server found its port taken

# Its preferred port in .dev, in the order of STANDINS.
readonly STANDIN_FIRST_PORTS=(9300 9400 9500 9000 9600)

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
    await_listening "$name" "$what" "$READY_SECONDS" standin_settled "$name"
}

# Its own word: what answers on that port might be another stack's.
standin_settled() { process_gone "$1" || process_said "$1" | grep -q "ready port=${STANDIN_PORT[$1]}"; }

standins_start() {
    imds_start
    oidc_start
    sns_start
    s3_start
    ssm_start
}

standins_stop() {
    local name
    for name in "${STANDINS[@]}"; do process_stop "$name"; done
}

issuer() { printf '%s/%s' "$(standin_address oidc)" "$POOL"; }

imds_start() {
    standin_start imds 'the counterpart of the instance metadata service' --state "$STATE/imds" --role "$AWS_ROLE" --test-controls
}

# What the counterparts of AWS accept: the role's temporary credentials, those of now and those of before.
credentials_given_out() { printf '%s/imds/credentials.json' "$STATE"; }

# noting_calls ARRAY: the options of what they keep of the role's calls. A run of tests holds the role's policy against all of them.
noting_calls() {
    local -n to=$1
    [ -z "${STOCKPILOT_ROLE_CALLS:-}" ] || to+=(--calls-file "$STOCKPILOT_ROLE_CALLS")
}

# The words before a program's command that give it AWS credentials: as on an instance it has none of its own and asks the
# metadata service. Whoever starts this may have an account at AWS: it is not used, unless in a file for this stack.
aws_environment() {
    printf '%s\n' env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN -u AWS_PROFILE -u AWS_EC2_METADATA_DISABLED \
        AWS_SHARED_CREDENTIALS_FILE="$STATE/aws-credentials" AWS_EC2_METADATA_SERVICE_ENDPOINT="$(standin_address imds)"
}
# The dashboard's own, and those of pages that are being worked on.
page_origins() { printf '%s' "${STOCKPILOT_ORIGINS-$(dashboard_address) http://localhost:3000}"; }

# A command with the account's key.
as_account() {
    env -u AWS_SESSION_TOKEN -u AWS_PROFILE AWS_ACCESS_KEY_ID="$ACCOUNT_KEY" AWS_SECRET_ACCESS_KEY="$ACCOUNT_SECRET" "$@"
}

oidc_start() {
    local origin
    local -a options=(--state "$STATE/oidc" --pool "$POOL" --client "$CLIENT" --client another-app --region "$AWS_REGION_NAME" --account "$AWS_ACCOUNT"
        --credentials-file "$(credentials_given_out)" --credential "$ACCOUNT_KEY:$ACCOUNT_SECRET" --test-controls)
    for origin in $(page_origins); do options+=(--origin "$origin"); done
    noting_calls options
    standin_start oidc 'the OpenID provider' "${options[@]}"
}

topic_arn() { printf 'arn:aws:sns:%s:%s:%s' "$AWS_REGION_NAME" "$AWS_ACCOUNT" "$1"; }

sns_start() {
    local topic
    local -a options=(--state "$STATE/sns" --region "$AWS_REGION_NAME" --account "$AWS_ACCOUNT"
        --credentials-file "$(credentials_given_out)" --credential "$ACCOUNT_KEY:$ACCOUNT_SECRET" --test-controls)
    for topic in "${TOPICS[@]}"; do options+=(--topic "$topic" --subscribe "$topic=$SHOP_MAIL"); done
    noting_calls options
    standin_start sns 'the counterpart of SNS' "${options[@]}"
}

# Where the CDN reads without a signature: see standins/s3/server.mjs.
cdn_socket() { printf '%s/cdn.sock' "$SOCKETS"; }

s3_start() {
    local origin
    local -a options=(--state "$STATE/s3" --bucket "$IMAGE_BUCKET" --region "$AWS_REGION_NAME"
        --credentials-file "$(credentials_given_out)" --credential "$ACCOUNT_KEY:$ACCOUNT_SECRET" --cdn-socket "$(cdn_socket)"
        --test-controls)
    for origin in $(page_origins); do options+=(--origin "$origin"); done
    noting_calls options
    standin_start s3 'the counterpart of S3' "${options[@]}"
}

# Once for each load of the demo data: an image that was replaced since does not come back.
demo_images_put() {
    local put=$STATE/s3/demo-images
    if [ -f "$put" ] || [ ! -d "$STATE/images/products" ]; then return 0; fi
    step 'Putting the demo images into the bucket'
    as_account "$NODE" "$REPOSITORY/standins/s3/put-images.mjs" --endpoint "$(standin_address s3)" --region "$AWS_REGION_NAME" --bucket "$IMAGE_BUCKET" --directory "$STATE/images" \
        >>"$LOGS/setup.log" 2>&1 || fail_with_log "$LOGS/setup.log" 'the demo images could not be put into the bucket'
    touch "$put"
}

ssm_start() {
    local -a options=(--state "$STATE/ssm" --region "$AWS_REGION_NAME" --account "$AWS_ACCOUNT"
        --credentials-file "$(credentials_given_out)" --credential "$ACCOUNT_KEY:$ACCOUNT_SECRET" --test-controls)
    noting_calls options
    standin_start ssm 'the counterpart of Parameter Store' "${options[@]}"
}

# parameters_manage set|get [NAME]: standins/ssm/manage.mjs tells.
parameters_manage() {
    local name
    local -a options=(--endpoint "$(standin_address ssm)" --path "$PARAMETER_PATH")
    for name in "${SECRET_PARAMETERS[@]}"; do options+=(--secure "$name"); done
    AWS_REGION=$AWS_REGION_NAME as_account "$NODE" "$REPOSITORY/standins/ssm/manage.mjs" "${options[@]}" "$@"
}
