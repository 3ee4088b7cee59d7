#!/usr/bin/env bash
# Brings everything here that Hotpin is built from and runs on; does nothing, silently, when all is there.
#
#   scripts/setup.sh                      what `make run` needs
#   scripts/setup.sh --for-tests          and what `make test` needs besides
#   scripts/setup.sh --with whisper-base  and an optional part of Models/catalog.json
#   scripts/setup.sh --parts-only         only the libraries and models, no Debian packages, no Swift
#   scripts/setup.sh --list | --verify    what there is; whether it is as it should be
#
# HOTPIN_DEPS names the folder to fill (default: .deps beside the Makefile), HOTPIN_SWIFT a `swift` to use,
# HOTPIN_PYTHON a Python of 3.11 or newer.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for file in say paths swift debian llhttp python; do
    # shellcheck source=/dev/null
    source "$scripts/lib/$file.sh"
done

for_tests=false
parts_only=false
action=install
part_options=()
while (($#)); do
    case $1 in
        --for-tests)
            for_tests=true
            part_options+=(--with smart-turn --with moonshine-tiny-en)
            ;;
        --parts-only) parts_only=true ;;
        --with)
            [[ -n ${2:-} ]] || fail "--with wants the name of a part; scripts/setup.sh --list names them."
            part_options+=(--with "$2")
            shift
            ;;
        --list) action=list ;;
        --verify) action=verify ;;
        --help | -h)
            sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
            exit 0
            ;;
        *) fail "Unknown option $1; scripts/setup.sh --help lists them." ;;
    esac
    shift
done

case $action in
    list | verify)
        run_parts "$action"
        exit 0
        ;;
esac

if ! $parts_only; then
    release=$(debian_release)
    packages=("${packages_to_run[@]}")
    if $for_tests; then
        packages+=("${packages_to_test[@]}")
    fi
    # Debian 12 has neither package; from 13 on both are there.
    if [[ $release =~ ^[0-9]+$ && $release -ge 13 ]]; then
        packages+=(libllhttp-dev)
        find_swift >/dev/null || packages+=(swiftlang)
    else
        [[ -n $(swift_candidates) ]] || explain_missing_swift "$release"
    fi
    # Only then is Swift asked for its version: without its libraries it cannot answer.
    install_packages "${packages[@]}"
    find_swift >/dev/null || explain_unsuitable_swift
fi

# Swift's package description looks beside the Makefile: a folder elsewhere is linked there.
if ! $parts_only && [[ $deps != "$repository/.deps" && ! -e $repository/.deps ]]; then
    ln -sfn "$(realpath --canonicalize-missing "$deps")" "$repository/.deps"
fi

# One set-up at a time works in a folder; the lock ends with the process.
mkdir -p "$deps" 2>/dev/null || fail "Cannot make the folder $deps: set HOTPIN_DEPS to a folder of yours and run this again."
{ exec 9>"$deps/.lock"; } 2>/dev/null || fail "Cannot write to $deps: sudo chown -R \$USER $deps, or set HOTPIN_DEPS to a folder of yours, and run this again."
if ! flock --nonblock 9; then
    say "Another set-up is at work in $deps: waiting for it …"
    flock 9
fi

$parts_only || install_llhttp
run_parts install ${part_options[@]+"${part_options[@]}"}
if $for_tests && [[ -f $repository/Tests/requirements.txt ]]; then
    run_parts environment "$deps/test-venv" "$repository/Tests/requirements.txt" "the tests"
fi
