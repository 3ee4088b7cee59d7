#!/usr/bin/env bash
# Builds and runs the unit and module tests under sanitizers; fails at the first report.
#
#   scripts/sanitize.sh [address] [thread] [-- FILTER]     default: both
#
# Each has a folder of its own in .build, so that ordinary builds stay as they are.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for file in say paths; do
    # shellcheck source=/dev/null
    source "$scripts/lib/$file.sh"
done
cd "$repository"
mkdir -p .build/logs

# The leak detector takes what Swift keeps for good for lost; memory over time is what the soak watches.
export ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0
export TSAN_OPTIONS=suppressions=$scripts/sanitize-thread.txt:history_size=4
# Swift's own crash handler would write over the sanitizer's report.
export SWIFT_BACKTRACE=enable=no NO_COLOR=1
export HOTPIN_DEPS=$deps

# A program that starts with this signal ignored keeps it so; a test may write to whoever has gone.
trap '' PIPE

kinds=()
filter=()
while (($#)); do
    case $1 in
    address | thread) kinds+=("$1") ;;
    --) shift && filter=(--filter "$1") ;;
    *) fail "There is no sanitizer “$1”; there are: address, thread." ;;
    esac
    shift
done
((${#kinds[@]})) || kinds=(address thread)

results=()
for kind in "${kinds[@]}"; do
    folder=.build/sanitize-$kind
    build=.build/logs/sanitize-$kind-build.log log=.build/logs/sanitize-$kind.log
    say "Building the tests for the $kind sanitizer …"
    "$scripts/swift.sh" build --build-tests --sanitize="$kind" --scratch-path "$folder" >"$build" 2>&1 || {
        tail -n 20 "$build"
        fail "The tests do not build with the $kind sanitizer; the whole log is $build."
    }
    # One after the other: a sanitizer is slow, and deadlines are meant for tests that get a processor.
    say "Running them …"
    code=0
    "$folder/debug/hotpinPackageTests.xctest" --testing-library swift-testing --no-parallel "${filter[@]}" >"$log" 2>&1 || code=$?
    reports=$(grep -c -E '^(WARNING|==[0-9]+==ERROR): ' "$log" || true)
    if ((code != 0 || reports != 0)); then
        grep -E -A 12 '^(WARNING|==[0-9]+==ERROR): ' "$log" | head -n 60 || true
        grep -E '✘' "$log" | head -n 20 || true
        fail "The $kind sanitizer run failed: $reports reports, exit code $code (above; all of it in $log)."
    fi
    results+=("$kind sanitizer: $(grep -oE 'Test run with [0-9]+ tests.* passed' "$log" | tail -n 1), no report")
done
printf '%s\n' "${results[@]}"
