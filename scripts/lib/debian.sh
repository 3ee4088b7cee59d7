# Debian packages: what is needed, and how the missing ones get here.
# shellcheck shell=bash

# To build and to run.
packages_to_run=(
    ca-certificates g++ libc6-dev pkg-config python3 python3-venv
    libuv1-dev libwslay-dev libcurl4-openssl-dev libssl-dev libsqlite3-dev libhiredis-dev
    libespeak-ng-dev espeak-ng-data libsoxr-dev libsndfile1-dev libopus-dev
    pocketsphinx-testdata
    # What a toolchain from swift.org itself is linked to.
    binutils libncurses6 libxml2
)
# For the tests alone: another client, a browser for the page, letters for it to draw, a Redis and a balancer to share
# sessions with.
packages_to_test=(curl chromium fonts-dejavu-core redis-server haproxy)

debian_release() {
    # shellcheck source=/dev/null
    (. "${HOTPIN_OS_RELEASE:-/etc/os-release}" 2>/dev/null && printf '%s\n' "${VERSION_ID:-unknown}")
}

is_installed() {
    [[ $(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# Prints those of the named packages that are not installed.
missing_packages() {
    local installed name
    installed=" $(dpkg-query --show --showformat '${db:Status-Status}:${Package} ' "$@" 2>/dev/null || true)"
    for name in "$@"; do
        [[ $installed == *" installed:$name "* ]] || printf '%s\n' "$name"
    done
}

# Installs the named packages that are missing; says so, since it takes a while.
install_packages() {
    local -a missing
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null ||
        fail "These Debian packages are missing: ${missing[*]}. There is no apt-get here: install their counterparts" \
            "by hand and run scripts/setup.sh --parts-only."
    say "Installing ${#missing[@]} Debian packages: ${missing[*]} …"
    # The lists may be absent (a new container) or older than the mirror.
    if ! has_candidates "${missing[@]}" || ! apt_quietly install --yes --no-install-recommends "${missing[@]}"; then
        apt_quietly update || fail "apt-get update failed: $(last_apt_error) Mend apt's sources or the network, and run this again."
        apt_quietly install --yes --no-install-recommends "${missing[@]}" ||
            fail "apt-get could not install ${missing[*]}: $(last_apt_error) Mend that and run this again."
    fi
}

has_candidates() {
    local name
    for name in "$@"; do
        apt-cache policy "$name" 2>/dev/null | grep -q 'Candidate: [^(]' || return 1
    done
}

# Runs apt-get as root with its output kept in a log.
apt_quietly() {
    local -a become_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null ||
            fail "Debian packages must be installed by root, and there is no sudo. As root: apt-get install --yes" \
                "--no-install-recommends ${missing[*]}. Then run this again."
        become_root=(sudo)
    fi
    apt_log=${apt_log:-$(mktemp)}
    local code=0 ticker
    (while sleep 10 >/dev/null 2>&1; do say "  … still at it"; done) &
    ticker=$!
    "${become_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@" >"$apt_log" 2>&1 </dev/null ||
        code=$?
    kill "$ticker"
    wait "$ticker" 2>/dev/null || true
    return "$code"
}

last_apt_error() {
    local line
    line=$(grep -E '^E:' "$apt_log" | tail -n 1 || true)
    printf '%s' "${line:-no reason was given.}"
}
