# shellcheck shell=bash
# The dashboard: web/ built by Next, and served by it as on Amplify Hosting. One build for all stacks of a checkout, since what differs
# between them is read when the server starts. STOCKPILOT_DASHBOARD=no leaves it out: for tests of the API alone.

readonly WEB=$REPOSITORY/web
readonly DASHBOARD_READY_SECONDS=60

dashboard_wanted() { [ "${STOCKPILOT_DASHBOARD:-yes}" != no ]; }

dashboard_address() { printf 'http://127.0.0.1:%s' "$DASHBOARD_PORT"; }

# A hash of what the build is made of.
dashboard_sources() {
    cd "$REPOSITORY" || return
    find web docs/openapi.yaml \( -name node_modules -o -name .next \) -prune -o -type f ! -name generated.ts ! -name next-env.d.ts \
        ! -name '*.tsbuildinfo' -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16
}

dashboard_build() {
    local print
    print=$(dashboard_sources)
    (
        flock 8
        [ "$(cat "$WEB/.next/.stockpilot" 2>/dev/null)" != "$print" ] || exit 0
        step 'Building the dashboard'
        cd "$WEB" || exit 1
        rm -f .next/.stockpilot
        # Standalone too, which is what Amplify runs.
        NEXT_PRIVATE_STANDALONE=true NEXT_TELEMETRY_DISABLED=1 PATH="${NODE%/*}:$PATH" npm run build >"$LOGS/build-dashboard.log" 2>&1 9>&- || exit 1
        printf '%s\n' "$print" >.next/.stockpilot
    ) 8>"$TOOLS/dashboard.lock" || fail_with_log "$LOGS/build-dashboard.log" 'the dashboard could not be built' \
        "To start the build over: rm -r ${WEB@Q}/.next"
}

# What seals its cookies: chosen once for a stack.
dashboard_secret() {
    [ -f "$STATE/dashboard-secret" ] || od -An -N32 -tx1 /dev/urandom | tr -d ' \n' | write_private "$STATE/dashboard-secret"
    cat "$STATE/dashboard-secret"
}

# Its environment, which on AWS is Amplify's: docs/configuration.md. For the shell to read.
dashboard_environment() {
    printf '%s=%q\n' DASHBOARD_URL "$(dashboard_address)" STOCKPILOT_API_URL "$(stack_address)" \
        COGNITO_ISSUER "$(issuer)" COGNITO_CLIENT_ID "$CLIENT" SESSION_SECRET "$(dashboard_secret)" \
        IMAGE_ORIGIN "$(cdn_address)" UPLOAD_ORIGIN "$(standin_address s3)" \
        NODE_EXTRA_CA_CERTS "$STATE/tls/ca.pem" NEXT_TELEMETRY_DISABLED 1
}

# The secret comes in by a file: everyone can read a command line.
dashboard_start() {
    dashboard_wanted || { process_stop dashboard; return; }
    local print
    # shellcheck disable=SC2016
    local -a command=(bash -c 'set -a; . "$1"; set +a; shift; exec "$@"' - "$STATE/dashboard.env"
        "$NODE" "$WEB/node_modules/next/dist/bin/next" start "$WEB" -H 127.0.0.1 -p "$DASHBOARD_PORT")
    dashboard_environment | write_private "$STATE/dashboard.env"
    print=$(fingerprint "$STATE/dashboard.env" "$WEB/.next/.stockpilot" -- "${command[@]}")
    process_current dashboard "$print" && return
    process_stop dashboard
    step 'Starting the dashboard'
    process_start dashboard "$print" "${command[@]}"
    await_listening dashboard 'the dashboard' "$DASHBOARD_READY_SECONDS" dashboard_settled
}

# Its own word first: what answers on that port might be another stack's.
dashboard_settled() {
    process_gone dashboard ||
        { process_said dashboard | grep -q 'Ready in' && ask -f -m 5 -o "$STATE/run/dashboard" "$(dashboard_address)/"; }
}

# screenshots [--window] [FOLDER], of the stack that runs.
stack_screenshots() {
    local window=()
    [ "${1-}" != --window ] || { window=(--window); shift; }
    stack_require
    packages_install test
    node_locate
    node_packages test tests/browser
    node_packages test tests/http
    "$NODE" "${WITHOUT_TAP[@]}" "$REPOSITORY/tests/browser/screenshots.mjs" --stack "$STATE/stack.json" --into "${1:-$STATE/screenshots}" "${window[@]}"
}
