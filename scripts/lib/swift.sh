# Finds a Swift toolchain of 6.0 or newer.
# shellcheck shell=bash

swift_minimum_major=6
swift_suggested=6.3.1

# Prints every program that may be a Swift, one a line, the preferred first.
swift_candidates() {
    local candidate swiftly=${SWIFTLY_HOME_DIR:-$HOME/.local/share/swiftly}
    for candidate in "${HOTPIN_SWIFT:-}" "$(command -v swift || true)" \
        /opt/swift/usr/bin/swift /opt/swift*/usr/bin/swift /usr/libexec/swift/bin/swift \
        "$swiftly"/bin/swift "$swiftly"/toolchains/*/usr/bin/swift "$HOME"/swift*/usr/bin/swift; do
        if [[ -n $candidate && -x $candidate ]]; then
            printf '%s\n' "$candidate"
        fi
    done
}

# Prints the path of the first suitable `swift`; fails silently without one.
find_swift() {
    local candidate
    while IFS= read -r candidate; do
        if swift_is_new_enough "$candidate"; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done < <(swift_candidates)
    return 1
}

# A program named swift may also be OpenStack's: it prints another kind of version, or none.
swift_is_new_enough() {
    local major
    major=$("$1" --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\..*/\1/p' | head -n 1)
    [[ -n $major && $major -ge $swift_minimum_major ]]
}

# Says what to fetch where Debian has no package of Swift.
explain_missing_swift() {
    local suffix=""
    [[ $(uname -m) == aarch64 ]] && suffix=-aarch64
    local archive="swift-$swift_suggested-RELEASE-debian12$suffix.tar.gz"
    fail "Swift $swift_minimum_major.0 or newer was not found, and Debian $1 has no package of it." \
        "Download $archive from https://www.swift.org/install/linux/ (Debian 12, $(uname -m))," \
        "unpack it with: sudo mkdir -p /opt/swift && sudo tar -xzf $archive --strip-components=1 -C /opt/swift" \
        "and run this again. (A toolchain elsewhere: HOTPIN_SWIFT=/path/to/usr/bin/swift.)"
}

# Says why the programs found will not do, once the libraries that a toolchain needs are there.
explain_unsuitable_swift() {
    local candidate said
    # No pipe into head: whoever writes on after head has ended would end this script.
    IFS= read -r candidate < <(swift_candidates) || true
    IFS= read -r said < <("$candidate" --version 2>&1) || true
    fail "$candidate is no Swift $swift_minimum_major.0 or newer that runs here; it says: ${said:-nothing}." \
        "Install another (https://www.swift.org/install/linux/) and name it with HOTPIN_SWIFT=/path/to/usr/bin/swift."
}
