# shellcheck shell=bash
# ./dev chaos: a shop under load in which everything fails, and whose books must add up all the same (tests/chaos).

# chaos MINUTES [--seed N]
chaos() {
    [ $# -gt 0 ] || fail 'how long?' 'usage: ./dev chaos MINUTES [--seed N]'
    state_locate
    mkdir -p "$LOGS"
    packages_install build run test
    node_locate
    node_packages test standins
    node_packages test tests/http
    BUILD=$REPOSITORY/.dev/build-test
    build_in "$BUILD" --enable-werror
    STOCKPILOT_BUILD=$BUILD STOCKPILOT_NO_BUILD=1 PATH="${NODE%/*}:$PATH" \
        "$NODE" "${WITHOUT_TAP[@]}" "$REPOSITORY/tests/chaos/main.mjs" "$@"
}
