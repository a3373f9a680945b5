# shellcheck shell=bash
# What has to be on the machine: Debian packages by apt, and Node's packages by npm.

readonly NODE_MAJOR=20
NODE=
# For programs that are no tests, and use what tests do: Node would report on them at the end.
# shellcheck disable=SC2034
readonly WITHOUT_TAP=(--test-reporter=tap --test-reporter-destination=/dev/null)

# packages_listed SECTION...: the packages under those headings of packages.debian.
packages_listed() {
    awk -v wanted=" $* " '
        /^# (build|run|test|bench|two-hosts)$/ { section = $2; next }
        /^#/ || /^$/ { next }
        index(wanted, " " section " ") { print $1 }
    ' "$REPOSITORY/packages.debian"
}

# Unpacked counts: a package whose service could not be started (in a container, on a port in use) is
# left half-configured, and we never use that service.
package_usable() {
    case $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) in
        installed | half-configured | triggers-*) ;;
        *) return 1 ;;
    esac
}

package_needed() {
    case $1 in
        nodejs | npm) command -v node >/dev/null && command -v npm >/dev/null && return 1 ;;
    esac
    ! package_usable "$1"
}

as_administrator() {
    if is_root; then "$@"; else sudo -- "$@"; fi
}

apt_install() {
    as_administrator env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        -o DPkg::Lock::Timeout=300 "$@" >>"$LOGS/setup.log" 2>&1
}

apt_knows_all() {
    local package
    for package; do
        apt-cache show --no-all-versions "$package" >/dev/null 2>&1 || return 1
    done
}

apt_update() {
    step 'Reading the package lists (apt-get update)'
    as_administrator apt-get update >>"$LOGS/setup.log" 2>&1 ||
        fail_with_log "$LOGS/setup.log" 'apt-get update failed' 'Is there a network, and are the sources in /etc/apt right?'
}

# packages_install SECTION...
packages_install() {
    local package
    local -a missing=()
    command -v apt-get >/dev/null || fail 'this machine has no apt-get' \
        './dev is made for Debian 12. The packages are listed in packages.debian.'
    for package in $(packages_listed "$@"); do
        if package_needed "$package"; then missing+=("$package"); fi
    done
    [ ${#missing[@]} -gt 0 ] || return 0

    # Not `sudo -v`: with one rule of several it asks for a password that no command needs.
    if ! is_root && ! { command -v sudo >/dev/null && sudo -- true; }; then
        fail "these packages are missing, and there is neither root nor sudo to install them:" "${missing[*]}" \
            "As root: apt-get install ${missing[*]}"
    fi
    step "Installing with apt (minutes, the first time; $LOGS/setup.log tells): ${missing[*]}"
    local updated=no
    apt_knows_all "${missing[@]}" || { apt_update; updated=yes; }
    if ! apt_install "${missing[@]}" && [ "$updated" = no ]; then
        # Old lists name files that are gone from the mirrors.
        apt_update
        apt_install "${missing[@]}" || true
    fi
    for package in "${missing[@]}"; do
        package_usable "$package" || fail_with_log "$LOGS/setup.log" "apt could not install $package" \
            "Run: $(is_root || printf 'sudo ')apt-get install $package"
    done
}

node_new_enough() {
    local version
    version=$("$1" --version 2>/dev/null) || return 1
    version=${version#v}
    [ "${version%%.*}" -ge "$NODE_MAJOR" ]
}

# Sets NODE: the machine's own if it is recent, or one from npm. Debian 12 has version 18.
node_locate() {
    local found
    if found=$(command -v node) && node_new_enough "$found"; then
        NODE=$found
        return
    fi
    local arch
    case $(uname -m) in
        x86_64) arch=x64 ;;
        aarch64) arch=arm64 ;;
        *) fail "no Node $NODE_MAJOR for this machine ($(uname -m))" "Install Node $NODE_MAJOR or later and try again." ;;
    esac
    NODE=$TOOLS/node/node_modules/node-linux-$arch/bin/node
    node_new_enough "$NODE" && return
    step "Fetching Node from npm: this machine has $(node --version 2>/dev/null || printf none)"
    mkdir -p "$TOOLS/node"
    cp "$REPOSITORY"/scripts/dev/node/{package.json,package-lock.json,.npmrc} "$TOOLS/node/"
    npm ci --prefix "$TOOLS/node" >>"$LOGS/setup.log" 2>&1 9>&- || true
    node_new_enough "$NODE" ||
        fail_with_log "$LOGS/setup.log" 'npm could not fetch Node' "Install Node $NODE_MAJOR or later and try again."
}

# node_packages run|build|test FOLDER: what its lock file says, once for each version of that file. For a build and a test,
# its devDependencies too; having those does for a run as well.
node_packages() {
    local purpose=$1 folder=$2 lock_file have
    local -a options=()
    [ "$purpose" != run ] || options+=(--omit=dev)
    [ "$purpose" != build ] || purpose='test'
    mkdir -p "$TOOLS"
    (
        flock 8
        cd "$REPOSITORY/$folder" || exit 1
        lock_file=$(fingerprint package-lock.json --)
        have=$(cat node_modules/.stockpilot 2>/dev/null) || true
        [[ $have != "$lock_file test" && $have != "$lock_file $purpose" ]] || exit 0
        step "Installing the Node packages of $folder/"
        npm ci --ignore-scripts "${options[@]}" >>"$LOGS/setup.log" 2>&1 9>&- || exit 1
        printf '%s %s\n' "$lock_file" "$purpose" >node_modules/.stockpilot
    ) 8>"$TOOLS/npm.lock" || fail_with_log "$LOGS/setup.log" "npm ci failed in $folder/" \
        'Is there a network? npm config get registry shows where it looks.'
}
