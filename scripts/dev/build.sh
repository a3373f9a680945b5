# shellcheck shell=bash
# Builds the programs, out of the source tree. All stacks of a checkout share one build, in .dev/build;
# STOCKPILOT_BUILD names another one, e.g. with sanitizers. STOCKPILOT_NO_BUILD=1 takes it as it is.

BUILD=${STOCKPILOT_BUILD:-$REPOSITORY/.dev/build}

# build_in FOLDER [CONFIGURE OPTION...]: make's own rules notice a changed configure.ac or Makefile.am;
# here it is only a matter of the first time.
build_in() {
    local folder=$1 log=$LOGS/build.log
    shift
    [[ $folder != *[\"\\\#\$\&\'\`$'\n']* ]] || fail "the path $folder has characters configure cannot take" \
        'Put the checkout into a folder with a plainer name.'
    mkdir -p "$folder" "$TOOLS"
    : >"$log"
    (
        flock 8
        if [ ! -x "$REPOSITORY/configure" ] || [ ! -f "$REPOSITORY/Makefile.in" ]; then
            step 'Making the configure script'
            "$REPOSITORY/autogen.sh" >>"$log" 2>&1 9>&- || exit 1
        fi
        cd "$folder"
        if [ ! -f Makefile ] || [ "$(cat configured-with 2>/dev/null)" != "$*" ]; then
            step "Configuring${*:+ with $*}"
            # By a relative path: configure takes a space in the working directory, but none in its own.
            # Debian's Python, since Debian's yaml module is its own.
            "$(realpath --relative-to=. "$REPOSITORY")/configure" --prefix=/usr/local PYTHON=/usr/bin/python3 "$@" \
                >>"$log" 2>&1 9>&- || exit 1
            printf '%s\n' "$*" >configured-with
        fi
        step 'Building'
        make -j"$(nproc)" >>"$log" 2>&1 9>&-
    ) 8>"$TOOLS/build.lock" || fail_with_log "$log" 'the build failed' \
        "The whole output is in $log." "To start the build over: rm -r ${folder@Q}"
}

build() {
    [ -z "${STOCKPILOT_NO_BUILD-}" ] || return 0
    if [ -n "${STOCKPILOT_BUILD-}" ] && [ -f "$BUILD/Makefile" ]; then
        # Somebody else's configuration: only brought up to date.
        step "Building in $BUILD"
        make -C "$BUILD" -j"$(nproc)" >"$LOGS/build.log" 2>&1 9>&- || fail_with_log "$LOGS/build.log" 'the build failed'
    elif [ -n "${STOCKPILOT_BUILD-}" ]; then
        [ -x "$(program stockpilot-api)" ] || fail "there is no build in STOCKPILOT_BUILD=$BUILD"
    else
        build_in "$BUILD"
    fi
}

program() { printf '%s/%s' "$BUILD" "$1"; }
