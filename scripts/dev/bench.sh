# shellcheck shell=bash
# ./dev bench: this system beside its peers. What is measured, and how, is in bench/; here is what has to be there first.

readonly BENCH_PEERS_OF_NODE=(bench/peers/express-prisma bench/peers/fastify-pg)

bench_usage() {
    cat <<'END'
usage: ./dev bench [OPTION...]           everything: most of an hour
       ./dev bench --quick [OPTION...]   a first look: minutes; demo data, 32 clients, one round
       ./dev bench tokens                what a token costs a worker: at first sight, remembered, bad
       ./dev bench start                 how long the pool takes from its start until it is ready
       ./dev bench million               a million requests; memory and descriptors must stay as they were
       ./dev bench two-hosts [OPTION...] a balancer, two hosts, a primary and a standby in network namespaces: load, the loss of a host and of
                                         the primary, and a pooler; the books must add up. Minutes. Takes root or sudo
       ./dev bench dashboard             Lighthouse on every page of the dashboard, and what each loads: a quarter of an hour

  --endpoints A,B   of: dashboard product search create update bad-token one-token many-tokens list
  --peers A,B       of: express-prisma php-fpm fastify-pg go go-batch nginx-return pgbench; none for ours alone
  --clients N,N     8,32,256
  --data WHICH      demo, large or both
  --seconds N       of each measurement, 3
  --rounds N        3
  --no-mixed        without the mixed load, which is left out too where --endpoints is given
  --json FILE       write the results there as well
  --publish         write them to docs/performance/: results.json, table.md, chart.svg
  --requests N      of million
  --only A,B        of two-hosts: throughput hosts database pooler; it takes --quick (one loss of each kind), --seconds, --rounds,
                    --haste N (health checks N times as frequent as the template's, 10), --pgbouncer FILE, --json and --publish (docs/scaling.md, docs/performance/two-hosts.json) too
  --pages A,B       of dashboard, which takes --rounds and --publish too

STOCKPILOT_WORKERS (8) is the size of the pool. The bench has stacks of its own in .dev/bench; of yours it takes nothing.
bench/README.md tells what is equal and what is not.
END
}

bench() {
    case " $* " in
        *' --help '* | *' -h '*) bench_usage; return ;;
    esac
    state_locate
    mkdir -p "$LOGS" "$TOOLS"
    if [ "${1-}" = two-hosts ]; then
        bench_two_hosts "${@:2}"
        return
    fi
    exec 7>"$TOOLS/bench.lock"
    flock --nonblock 7 || fail 'another ./dev bench is running in this checkout' 'Two at once would measure each other.'
    if [ "${1-}" = dashboard ]; then
        bench_dashboard "${@:2}"
        return
    fi
    packages_install build run bench
    node_locate
    node_packages run standins
    bench_build 7>&-
    # The peers end with it, and it takes its stacks down, also when it is interrupted.
    PATH=${NODE%/*}:$PATH exec "$NODE" "$REPOSITORY/bench/bench.mjs" --state "$STATE/bench" --build "$BUILD" "$@"
}

# On a stack of its own with the demo shop, which is taken down again.
bench_dashboard() {
    local status=0
    local -a environment=(STOCKPILOT_STATE="$STATE/bench/dashboard" STOCKPILOT_DASHBOARD=yes STOCKPILOT_DEMO=small)
    packages_install build run test
    node_locate
    node_packages test tests/browser
    node_packages test tests/http
    node_packages run bench/dashboard
    env "${environment[@]}" "$REPOSITORY/dev" up 7>&-
    PATH=${NODE%/*}:$PATH "$NODE" "${WITHOUT_TAP[@]}" "$REPOSITORY/bench/dashboard/main.mjs" --stack "$STATE/bench/dashboard/stack.json" "$@" || status=$?
    env "${environment[@]}" "$REPOSITORY/dev" down 7>&-
    return "$status"
}

# Beside whatever runs: in namespaces of its own it meets nobody, and it ends with them.
bench_two_hosts() {
    packages_install build run two-hosts
    node_locate
    node_packages run standins
    build
    # A quick look has no use for it.
    if [[ " $* " != *' --quick '* ]]; then
        step 'Building the load generator'
        make -C "$BUILD" bench/load/load >>"$LOGS/build.log" 2>&1 || fail_with_log "$LOGS/build.log" 'the load generator could not be built'
    fi
    PATH=${NODE%/*}:$PATH exec "$REPOSITORY/bench/two_hosts/run" "$NODE" "$REPOSITORY/bench/two_hosts/main.mjs" --build "$BUILD" "$@"
}

bench_build() {
    local peer
    build
    step 'Building the load generator and the peers'
    make -C "$BUILD" bench/load/load bench/token_bench >>"$LOGS/build.log" 2>&1 ||
        fail_with_log "$LOGS/build.log" 'the load generator could not be built'
    for peer in "${BENCH_PEERS_OF_NODE[@]}"; do node_packages run "$peer"; done
    bench_build_prisma
    bench_build_go
}

# Generating Prisma's client asks for no engine, but looks for one unless it is told of one; there is none in npm.
bench_build_prisma() {
    local folder=$REPOSITORY/bench/peers/express-prisma print
    print=$(fingerprint "$folder/schema.prisma" "$folder/package-lock.json" --)
    [ "$(cat "$folder/node_modules/.prisma/.stockpilot" 2>/dev/null)" != "$print" ] || return 0
    (
        cd "$folder" && PATH=${NODE%/*}:$PATH CHECKPOINT_DISABLE=1 PRISMA_SCHEMA_ENGINE_BINARY=/bin/true \
            node_modules/.bin/prisma generate --schema schema.prisma
    ) >>"$LOGS/setup.log" 2>&1 || fail_with_log "$LOGS/setup.log" "Prisma's client could not be generated"
    printf '%s\n' "$print" >"$folder/node_modules/.prisma/.stockpilot"
}

# With Debian's Go and Debian's pgx, without a network.
bench_build_go() {
    (
        cd "$REPOSITORY/bench/peers/go" && GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$TOOLS/go-cache" GOFLAGS='' \
            go build -trimpath -o "$BUILD/peer-go" .
    ) >>"$LOGS/build.log" 2>&1 || fail_with_log "$LOGS/build.log" "Go's peer could not be built"
}
