#!/usr/bin/env bash
# Builds and tests Hotpin the way a Debian 13 machine does: with Debian's own Swift 6.0, in a chroot.
#
#   scripts/check-swift60.sh [FOLDER]     default FOLDER: .deps/trixie (about 6 GB; remove it when done)
#
# The chroot is kept: the first run makes it, later ones only copy the tree and build. Inside it the ordinary
# scripts/setup.sh does the work, so this also tries a Debian 13 set-up from nothing. Wants root or sudo, and
# debootstrap. Mirror, proxies and certificates are those of this machine. HOTPIN_TEST_FILTER narrows the tests.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for file in say paths; do
    # shellcheck source=/dev/null
    source "$scripts/lib/$file.sh"
done

release=trixie
chroot=${1:-$deps/$release}

command -v debootstrap >/dev/null || fail "debootstrap is missing. Install it with: sudo apt-get install debootstrap"
become_root=()
if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "A chroot is root's work and there is no sudo: run this as root."
    become_root=(sudo --preserve-env)
fi

# The first main archive that apt itself uses; updates and security have other names.
find_mirror() {
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' |
        grep -v -E 'security|updates' | head -n 1
}

make_chroot() {
    local mirror
    mirror=$(find_mirror)
    [[ -n $mirror ]] || fail "apt knows no Debian archive: add one to /etc/apt/sources.list.d and run apt-get update."
    say "Making a Debian $release in $chroot …"
    "${become_root[@]}" rm -rf "$chroot.partial"
    "${become_root[@]}" mkdir -p "$chroot.partial"
    "${become_root[@]}" debootstrap --variant=minbase --include=ca-certificates \
        "$release" "$chroot.partial" "$mirror" >"$chroot.log" 2>&1 ||
        fail "debootstrap failed: $(tail -n 1 "$chroot.log") The whole log is $chroot.log."
    rm -f "$chroot.log"
    "${become_root[@]}" mv "$chroot.partial" "$chroot"
}

# This machine's way to the network: names, proxies, certificates, pip's settings.
copy_network_settings() {
    local file
    for file in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/ssl/certs/ca-certificates.crt; do
        if [[ -e $file ]]; then
            "${become_root[@]}" mkdir -p "$chroot${file%/*}"
            "${become_root[@]}" cp --dereference "$file" "$chroot$file"
        fi
    done
    for file in /etc/apt/apt.conf.d/*proxy*; do
        [[ -e $file ]] && "${become_root[@]}" cp "$file" "$chroot/etc/apt/apt.conf.d/"
    done
    return 0
}

# The tree as git sees it, changes of the moment included; what earlier runs built stays beside it.
copy_tree() {
    "${become_root[@]}" mkdir -p "$chroot/hotpin"
    "${become_root[@]}" find "$chroot/hotpin" -mindepth 1 -maxdepth 1 ! -name .build ! -name .deps -exec rm -rf {} +
    (cd "$repository" && git ls-files -z --cached --others --exclude-standard -- . ':!.deps' |
        while IFS= read -r -d '' path; do [[ -e $path || -L $path ]] && printf '%s\0' "$path"; done |
        tar --create --null --files-from - --file -) |
        "${become_root[@]}" tar --extract --directory "$chroot/hotpin" --no-same-owner --file -
}

# Mounts live in a namespace of their own and end with the command.
inside() {
    "${become_root[@]}" unshare --mount --pid --fork bash -c '
        mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount --rbind /sys "$1/sys"
        exec chroot "$1" /usr/bin/env HOME=/root LANG=C.UTF-8 bash -euo pipefail -c "cd /hotpin; $2"' -- "$chroot" "$1"
}

[[ -d $chroot ]] || make_chroot
copy_network_settings
copy_tree
inside "scripts/setup.sh"
# Of what tests want besides, those in Swift need Redis alone.
inside "command -v redis-server >/dev/null || apt-get install -y --no-install-recommends redis-server"
inside "scripts/swift.sh --version 2>&1"
say "Building with Debian's Swift …"
inside "scripts/swift.sh build -c release --build-tests"
inside "scripts/swift.sh test -c release --skip-build ${HOTPIN_TEST_FILTER:+--filter $HOTPIN_TEST_FILTER}"
say "Debian $release builds and passes the tests."
