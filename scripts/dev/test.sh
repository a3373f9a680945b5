# shellcheck shell=bash
# ./dev test: everything that has to hold, counted. Nothing is skipped, and nothing stays behind.

readonly TEST_PARTS=(unit store lint aws release package dev http browser sanitizers)
# For people on the terminal, and for count_tap in a file, whose name follows.
readonly NODE_REPORTERS=(--test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap)
# A stack that tests share is the same whoever runs them. As a whole they send more than one address may; those about
# limits start their own.
readonly WITHOUT_SETTINGS=(-u STOCKPILOT_ROLE_CALLS -u STOCKPILOT_DEMO -u STOCKPILOT_WORKERS -u STOCKPILOT_ORIGINS -u STOCKPILOT_KEEPALIVE -u STOCKPILOT_DASHBOARD)
readonly WITHOUT_LIMITS=(STOCKPILOT_RATE=100000 STOCKPILOT_BURST=100000 STOCKPILOT_CONNECTIONS=1000)
PASSED=0
FAILED=0
FAILURES=           # what the failed tests said, told once more at the end
TEST_WORK=          # temporary files and the private stacks of this run
TEST_CHILD=         # the process group that is being waited for

run_tests() {
    local part
    local -a parts=("$@")
    [ $# -gt 0 ] || parts=("${TEST_PARTS[@]}")
    for part in "${parts[@]}"; do
        [[ " ${TEST_PARTS[*]} " == *" $part "* ]] || fail "no such part: $part" "Parts: ${TEST_PARTS[*]}"
    done

    state_locate
    mkdir -p "$LOGS"
    packages_install build run test two-hosts
    node_locate
    mkdir -p "$TOOLS"
    exec 7>"$TOOLS/test.lock"
    flock --nonblock 7 || fail 'another ./dev test is running in this checkout' 'Both would write into the same builds.'
    TEST_WORK=$(mktemp -d "${TMPDIR:-/tmp}/stockpilot-test.XXXXXX")
    trap test_leave EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP

    for part in "${parts[@]}"; do
        # What most parts run; a part that needs another build makes it.
        BUILD=$REPOSITORY/.dev/build-test
        build_in "$BUILD" --enable-werror
        "test_$part"
    done

    [ -z "$FAILURES" ] || printf '\nWhat failed:\n%s\n' "$FAILURES"
    printf '\n%d passed, %d failed\n' "$PASSED" "$FAILED"
    [ "$FAILED" -eq 0 ]
}

count() {
    PASSED=$((PASSED + $1))
    FAILED=$((FAILED + $2))
}

# failure WHAT: counts one, and keeps it for the end.
failure() {
    count 0 1
    FAILURES+=$1$'\n'
}

# What automake's TESTS begin with, by the part that runs them.
readonly UNIT_TESTS=(tests/unit/ tests/fuzz/ tests/ctl/)
readonly STORE_TESTS=(tests/store/)
readonly LINT_TESTS=(tests/lint/)

test_unit() { check_programs unit "${UNIT_TESTS[@]}"; }

# Here, and not in the builds that run these tests again, with the large shop.
test_store() {
    # shellcheck disable=SC2034
    local -x STOCKPILOT_PLANS_LARGE=1
    check_programs store "${STORE_TESTS[@]}"
}

test_lint() {
    local all run
    local -a scripts=("$REPOSITORY"/scripts/dev/*.sh)
    check_programs lint "${LINT_TESTS[@]}"
    all=$(beginning_with TESTS '')
    run=$(beginning_with TESTS "${UNIT_TESTS[@]}" "${STORE_TESTS[@]}" "${LINT_TESTS[@]}")
    one_test 'every test of make check belongs to a part of ./dev test' [ "$all" = "$run" ]
    one_test shellcheck env -C "$REPOSITORY" shellcheck -x dev "${scripts[@]}" scripts/dev/at-once scripts/with-postgres nginx/render \
        systemd/render infra/secrets .ci/run tests/release/builds tests/release/install tests/package/bare-root tests/package/host-root tests/package/run \
        infra/host/set-up-host infra/host/get-certificate infra/host/use-certificate bench/two_hosts/run debian/postinst debian/postrm debian/prerm
    one_test 'clang-format' make -C "$BUILD" format-check
    one_test 'clang-tidy' make -C "$BUILD" tidy
}

# one_test NAME COMMAND...: a test that is one command; its output is kept for when it fails.
one_test() {
    local name=$1 log
    log=$LOGS/test-one.log
    shift
    step "$name"
    if attended "$@" >"$log" 2>&1; then
        count 1 0
    else
        tail -n 40 "$log"
        failure "$name: $(tail -n 20 "$log")"
    fi
}

# What is made on AWS, by its template.
test_aws() {
    local tap=$LOGS/test-aws.tap
    node_packages test tests/aws
    node_packages test standins
    # By Debian's own Python, which is where its AWS CLI is.
    one_test 'the AWS CLI takes the commands of the documents' /usr/bin/python3 -B "$REPOSITORY/tests/aws/guide_commands.py"
    one_test 'and would find what is wrong with them' /usr/bin/python3 -B "$REPOSITORY/tests/aws/guide_commands.py" --self-test
    step 'tests/aws'
    attended env TMPDIR="$TEST_WORK" "$NODE" --test "${NODE_REPORTERS[@]}" --test-reporter-destination="$tap" "$REPOSITORY"/tests/aws/*.test.mjs || true
    count_tap "$tap"
}

# What a packager does, and the builds that no other part makes.
test_release() {
    # Below the checkout: from there configure finds it by a path without the space that may be in its name.
    local folder=$REPOSITORY/.dev/build-release
    rm -rf "$folder"
    mkdir -p "$folder"
    one_test 'clang builds everything without a warning' "$REPOSITORY/tests/release/builds" "$folder/clang" clang
    one_test 'the fuzz targets run under libFuzzer' "$REPOSITORY/tests/release/builds" "$folder/fuzzing" fuzzing
    one_test 'a build for coverage counts' "$REPOSITORY/tests/release/builds" "$folder/coverage" coverage
    one_test 'make install' "$REPOSITORY/tests/release/install" "$BUILD" "$TEST_WORK/installed"
    # Without the plans, which the part store makes of a large shop.
    one_test 'make distcheck' make -C "$BUILD" -j"$(nproc)" distcheck TESTS="$(beginning_with TESTS '' | sed 's| tests/store/sql/run_plans||')"
    rm -rf "$folder"
}

# The Debian package in a bare Debian 12 that it may change as it likes; and the user data of infra/stockpilot.yaml, which makes a host of another one.
test_package() {
    local package
    node_packages test standins
    node_packages test tests/aws
    one_test 'make deb' make -C "$BUILD" deb
    one_test 'lintian has nothing against the package' lintian --allow-root -I --fail-on error,warning,info "$BUILD"/deb/stockpilot_*.changes
    for package in "$BUILD"/deb/stockpilot_*.deb; do :; done
    package_tests "$package" package
    one_test 'a root of Debian 12 with what a host asks for' env TMPDIR="$TEST_WORK" "$REPOSITORY/tests/package/host-root" "$TOOLS/host-root.tar" "$TOOLS/bare-root.tar"
    package_tests "$package" host --net
}

# package_tests PACKAGE NAME [--net]: a file of tests/package, with --net in a network of its own.
package_tests() {
    local tap=$LOGS/test-$2.tap
    step "tests/package/$2"
    attended env TMPDIR="$TEST_WORK" STOCKPILOT_PACKAGE="$1" STOCKPILOT_BARE_ROOT="$TOOLS/bare-root.tar" STOCKPILOT_HOST_ROOT="$TOOLS/host-root.tar" \
        "$REPOSITORY/scripts/with-postgres" "$REPOSITORY/tests/package/run" "${@:3}" \
        "$NODE" --test "${NODE_REPORTERS[@]}" --test-reporter-destination="$tap" "$REPOSITORY/tests/package/$2.test.mjs" || true
    count_tap "$tap"
}

# ./dev itself, on stacks of its own.
test_dev() {
    local tap=$LOGS/test-dev.tap
    node_packages test standins
    # Here, where it may take its time: those who run ./dev in these tests have a deadline, and one of them has no npm.
    node_packages build web
    dashboard_build
    step 'tests/dev'
    attended env TMPDIR="$TEST_WORK" STOCKPILOT_BUILD="$BUILD" STOCKPILOT_NO_BUILD=1 PATH="${NODE%/*}:$PATH" \
        "$NODE" --test "${NODE_REPORTERS[@]}" --test-reporter-destination="$tap" "$REPOSITORY"/tests/dev/*.test.mjs || true
    count_tap "$tap"
}

# A sanitizer brings its own allocation functions, so the tests that have them fail run here only.
test_http() {
    make -C "$BUILD" -s tests/faults/failing_allocations.so tests/faults/stockpilot-api ||
        fail 'the worker whose allocations fail does not build'
    http_tests http recorded "$REPOSITORY"/tests/oracle/*.test.mjs "$REPOSITORY"/tests/faults/*.test.mjs
}

# In Debian's Chromium: the dashboard of a stack with the demo shop in it, and what breaks things on stacks of its own. In two lanes, each
# with a shop to itself.
test_browser() {
    local lane stack
    local -a files
    local -a commands=()
    node_packages test standins
    node_packages test tests/http
    node_packages test tests/browser
    local -a environment=("${WITHOUT_SETTINGS[@]}" TMPDIR="$TEST_WORK" STOCKPILOT_BUILD="$BUILD" STOCKPILOT_NO_BUILD=1
        STOCKPILOT_FAILED_LOGS="$LOGS/failed-stacks" STOCKPILOT_SCREENSHOTS="$LOGS/failed-pages" "${WITHOUT_LIMITS[@]}" PATH="${NODE%/*}:$PATH")
    rm -rf "$LOGS/failed-pages"
    for lane in 0 1; do
        stack=$TEST_WORK/browser-$lane
        step "Starting a stack with the dashboard, for lane $lane"
        if ! attended env "${environment[@]}" STOCKPILOT_STATE="$stack" "$REPOSITORY/dev" up; then
            failure "browser: the stack for lane $lane does not start"
            return
        fi
        readarray -t files < <(dealt "$lane" "$REPOSITORY"/tests/browser/*.test.mjs)
        commands+=(-- env STOCKPILOT_STATE="$stack" STOCKPILOT_STACK="$stack/stack.json" "$NODE" --test --test-concurrency=1
            "${NODE_REPORTERS[@]}" --test-reporter-destination="$LOGS/test-browser-$lane.tap" "${files[@]}")
    done
    step 'tests/browser'
    attended env "${environment[@]}" "$REPOSITORY/scripts/dev/at-once" "${commands[@]}" || true
    for lane in 0 1; do
        count_tap "$LOGS/test-browser-$lane.tap"
        attended env "${environment[@]}" STOCKPILOT_STATE="$TEST_WORK/browser-$lane" "$REPOSITORY/dev" down || failure "browser: ./dev down, lane $lane"
    done
}

# dealt LANE FILE...: every second of the files, by size, so that both lanes have about as much to do.
dealt() {
    local lane=$1
    shift
    wc -c "$@" | grep -v ' total$' | sort -rn | awk -v lane="$lane" '(NR + int(NR / 2)) % 2 == lane { sub(/^ *[0-9]+ /, ""); print }'
}

# The programs again, with the compiler's checks in them: every test that runs one of them.
test_sanitizers() {
    local -a oracles
    BUILD=$REPOSITORY/.dev/build-sanitizers
    build_in "$BUILD" --enable-werror --enable-asan --enable-ubsan CFLAGS='-O1 -g'
    check_programs sanitizers-check "${UNIT_TESTS[@]}" tests/store/run_all tests/store/test_ tests/store/sql/run_plans tests/store/sql/send_
    # Not those that hold what stands for AWS against AWS's own programs: nothing of ours runs there.
    readarray -t oracles < <(printf '%s\n' "$REPOSITORY"/tests/oracle/*.test.mjs | grep -v '_standin\.test\.mjs$')
    http_tests sanitizers-http unrecorded "${oracles[@]}"
}

# attended COMMAND...: in a process group of its own, so that a signal that ends this run ends all of it.
attended() {
    local status=0
    # Without the lock of this run: servers that outlive it must not keep it.
    setsid "$@" </dev/null 7>&- &
    TEST_CHILD=$!
    wait "$TEST_CHILD" || status=$?
    TEST_CHILD=
    return "$status"
}

# check_programs NAME PREFIX...: what `make check` does, for those of automake's TESTS. In two steps, so that
# one program that does not build keeps no other from running.
check_programs() {
    local name=$1 log tests programs
    shift
    log=$LOGS/test-$name.log
    tests=$(beginning_with TESTS "$@")
    programs=$(beginning_with check_PROGRAMS "$@")
    if [ -z "$tests" ]; then
        failure "$name: there are no tests in $*"
        return
    fi
    step "make check: $name"
    find "$BUILD/tests" -name '*.trs' -delete
    # shellcheck disable=SC2016
    attended env TMPDIR="$TEST_WORK" bash -c '
        {
            [ -z "$2" ] || make -C "$1" -k -j"$(nproc)" $2
            make -C "$1" -k -j"$(nproc)" check-TESTS check_PROGRAMS= TESTS="$3"
        } 2>&1 | tee "$4" | grep --line-buffered -E "^(PASS|FAIL|XPASS|ERROR|SKIP):|: error:|^make.*Error"
    ' - "$BUILD" "$programs" "$tests" "$log" || true
    count_programs "$log" "$tests"
}

# beginning_with VARIABLE PREFIX...: the words of a variable of the Makefile that begin so.
beginning_with() {
    local word prefix variable=$1
    shift
    # shellcheck disable=SC2016
    for word in $(printf 'include Makefile\nshow:\n\t@echo $(%s)\n' "$variable" | make -s -C "$BUILD" -f - show); do
        for prefix; do
            [[ $word != "$prefix"* ]] || printf '%s ' "$word"
        done
    done
}

# libcheck says how many checks a program made; a program of another kind counts as one test. What was
# skipped, or has left no result, has failed.
count_programs() {
    local log=$1 test base result checks bad
    for test in $2; do
        base=$BUILD/${test%.py}
        result=$(sed -n 's/^:test-result: //p' "$base.trs" 2>/dev/null) || true
        read -r checks bad < <(awk '/%: Checks: / {
            gsub(",", ""); for (i = 1; i < NF; i++) {
                if ($i == "Checks:") checks += $(i + 1)
                if ($i == "Failures:" || $i == "Errors:") bad += $(i + 1)
            } } END { print checks + 0, bad + 0 }' "$base.log" 2>/dev/null || echo 0 0)
        case $result in
            PASS) count "$((checks > 0 ? checks : 1))" 0 ;;
            *)
                count "$((checks - bad))" "$((bad > 0 ? bad : 1))"
                printf -- '--- %s: %s\n' "$test" "${result:-did not run, see $log}"
                [ -z "$result" ] || tail -n 40 "$base.log"
                FAILURES+="$test: ${result:-did not run}"$'\n'
                FAILURES+=$(grep -m 20 -E ':[EF]:|ERROR: |runtime error:' "$base.log" 2>/dev/null ||
                    tail -n 10 "$base.log" 2>/dev/null || true)$'\n'
                ;;
        esac
    done
}

# http_tests NAME recorded|unrecorded FILE...: tests/http and further files, with the programs in BUILD. Those of tests/http that
# share a stack run one after the other, and then what is not of tests/http; beside them, those that start what they need. They find it in their
# environment, and start others below TMPDIR. What is recorded is held against the description of the API, and what was called at AWS against the
# policy of those who call: once is enough, since no build may answer or call otherwise than another.
http_tests() {
    local name=$1 stack=$TEST_WORK/$1 calls=$TEST_WORK/$1-role-calls.ndjson tap=$LOGS/test-$1.tap
    local -a files=("$REPOSITORY"/tests/http/*.test.mjs) others=("${@:3}") shared apart recording=()
    local -a runner=("$NODE" --test --test-concurrency=1 "${NODE_REPORTERS[@]}")
    if [ ! -e "${files[0]}" ]; then
        failure "$name: there are no tests in tests/http"
        return
    fi
    node_packages test standins
    node_packages test tests/http
    [ "$2" = unrecorded ] || node_packages test tests/aws
    local -a environment=("${WITHOUT_SETTINGS[@]}" STOCKPILOT_DASHBOARD=no
        TMPDIR="$TEST_WORK" STOCKPILOT_BUILD="$BUILD" STOCKPILOT_NO_BUILD=1 STOCKPILOT_FAILED_LOGS="$LOGS/failed-stacks"
        STOCKPILOT_STATE="$stack" STOCKPILOT_STACK="$stack/stack.json" "${WITHOUT_LIMITS[@]}" NODE_EXTRA_CA_CERTS="$stack/tls/ca.pem"
        PATH="${NODE%/*}:$PATH" ASAN_OPTIONS=detect_leaks=1:abort_on_error=1 UBSAN_OPTIONS=print_stacktrace=1)
    # Found by each stack, that of all and those that tests start.
    [ "$2" = unrecorded ] || environment+=(STOCKPILOT_ROLE_CALLS="$calls")

    step "Starting a stack for the tests: $name"
    if ! attended env "${environment[@]}" "$REPOSITORY/dev" up; then
        failure "$name: the stack for the tests does not start"
        return
    fi
    [ "$2" = unrecorded ] || recording=("$NODE" "$REPOSITORY/tests/http/with-recording.mjs" --stack "$stack/stack.json" --into "$stack/traffic" --)
    step "tests/http: $name"
    readarray -t shared < <(on_the_shared_stack "${files[@]}")
    readarray -t apart < <(printf '%s\n' "${files[@]}" | grep -Fxv -f <(printf '%s\n' "${shared[@]}"))
    attended env "${environment[@]}" "${recording[@]}" "$REPOSITORY/scripts/dev/at-once" \
        "${runner[@]}" --test-reporter-destination="$tap" "${shared[@]}" "${others[@]}" \
        -- env -u STOCKPILOT_STACK "${runner[@]}" --test-reporter-destination="$tap.apart" "${apart[@]}" || true
    count_tap "$tap"
    count_tap "$tap.apart"
    [ "$2" = unrecorded ] || recorded_as_written "$name" "$stack/traffic" "$calls"

    attended env "${environment[@]}" "$REPOSITORY/dev" down || failure "$name: ./dev down"
    cp "$stack/log/api.log" "$LOGS/test-$name-api.log"
    if grep -E 'ERROR: (Address|Leak)Sanitizer|runtime error:' "$LOGS/test-$name-api.log"; then
        failure "$name: a sanitizer found something: see $LOGS/test-$name-api.log"
    fi
}

recorded_as_written() {
    step "The recorded traffic against docs/openapi.yaml: $1"
    no_drift "$1" "$LOGS/test-$1-drift.log" tests/http/openapi-drift.mjs --coverage "$2"
    step "The recorded calls at AWS against infra/stockpilot.yaml: $1"
    no_drift "$1" "$LOGS/test-$1-policy-drift.log" tests/aws/policy_drift.mjs --coverage "$3"
}

# no_drift NAME LOG PROGRAM PARAMETER...: a test that is one program, which prints what it finds.
no_drift() {
    if attended "$NODE" "$REPOSITORY/$3" "${@:4}" >"$2" 2>&1; then
        count 1 0
    else
        failure "$1: $(tail -n 20 "$2")"
    fi
    cat "$2"
}

# on_the_shared_stack FILE...: those of the files that use it. Were one missed, it would start one like it for itself.
on_the_shared_stack() {
    grep -lzP "import \{[^}]*\b(stack|token|request|rawRequest|sql|logLines)\b[^}]*\} from '\./stack\.mjs'" "$@"
}

count_tap() {
    local passed failed
    read -r passed failed < <(awk '
        /^# pass / { passed = $3 }
        /^# (fail|cancelled|skipped|todo) / { failed += $3 }
        END { print passed + 0, failed + 0 }' "$1" 2>/dev/null || echo 0 1)
    # Not one test: the runner did not get that far.
    [ "$((passed + failed))" -gt 0 ] || failed=1
    count "$passed" "$failed"
    [ "$failed" -eq 0 ] || FAILURES+=$(tap_failures "$1" || true)$'\n'
}

# The tests that failed, each with the first lines of its reason.
tap_failures() {
    awk '
        /^ *not ok / { telling = 60 }
        /^ *(stack: \|-|\.\.\.)$/ { telling = 0 }
        telling-- > 0 && !/^ *(---|duration_ms: .*|type: .*|code: .*)$/' "$1"
}

# as_owner_of FILE COMMAND...: a stack is taken down by whoever started it; of the tests, one does that as somebody
# else, from a checkout of their own.
as_owner_of() {
    local file=$1 owner
    shift
    owner=$(stat -c %u "$file")
    if [ "$owner" = "$(id -u)" ]; then
        "$@"
    else
        setpriv --reuid="$owner" --regid="$(stat -c %g "$file")" --clear-groups "$@"
    fi
}

# Whatever ends this run: first what is running, then every stack that was started below TEST_WORK.
test_leave() {
    local status=$? run
    trap '' INT TERM HUP
    if [ -n "$TEST_CHILD" ]; then
        kill -s TERM -- "-$TEST_CHILD" 2>/dev/null || true
        until_deadline 30 process_group_gone "$TEST_CHILD" || kill -s KILL -- "-$TEST_CHILD" 2>/dev/null || true
    fi
    while IFS= read -r run; do
        STOCKPILOT_STATE=${run%/run} as_owner_of "$run" "$REPOSITORY/dev" down --purge >/dev/null 2>&1 || true
    done < <(find "$TEST_WORK" -type d -name run)
    rm -rf "$TEST_WORK"
    exit "$status"
}
