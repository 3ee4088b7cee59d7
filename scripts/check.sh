#!/usr/bin/env bash
# Every check of `make test`, cheapest first; stops at the first that fails. Wants scripts/setup.sh --for-tests.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for file in say paths python; do
    # shellcheck source=/dev/null
    source "$scripts/lib/$file.sh"
done
cd "$repository"
logs=.build/logs
mkdir -p "$logs"
closing=()

step() {
    say "== $1 =="
}

# Runs a command with its output shown and kept in the log named first.
logged() {
    local log=$1
    shift
    "$@" 2>&1 | tee "$log"
}

# A compiler warning anywhere in our sources fails the check, without flags of its own, so that `make run` and
# `make test` share one build. Files that warn are touched: the next build says it again.
refuse_warnings() {
    local warnings path
    warnings=$(grep -E '(Sources|Tests)/.*: warning: ' "$1" | sort -u || true)
    [[ -n $warnings ]] || return 0
    while IFS= read -r path; do
        [[ ! -e $path ]] || touch "$path"
    done < <(sed -n 's/^\([^:]*\):[0-9].*/\1/p' <<<"$warnings" | sort -u)
    say "$warnings"
    fail "The compiler warned (above): mend the cause of each warning."
}

# Runs the Python tests of one folder, where it has any.
run_pytest() {
    local folder=$1 log=$logs/pytest-${1##*/}.log
    compgen -G "$folder/test_*.py" >/dev/null || return 0
    step "$2"
    logged "$log" env HOTPIN_DEPS="$deps" "$deps/test-venv/bin/python" -m pytest -q "$folder"
    closing+=("$(grep -E '[0-9]+ (passed|failed|skipped|error)' "$log" | tail -n 1)")
}

if "$scripts/swift.sh" format --version >/dev/null 2>&1; then
    step "Layout of the sources"
    "$scripts/swift.sh" format lint --strict --parallel --recursive Package.swift Sources Tests
else
    say "This Swift has no swift-format: the layout of the sources is not checked."
fi

step "Layers"
python=$(find_python)
"$python" "$scripts/check-layers.py"
"$python" -B -m unittest --quiet "$scripts/tests/test_check_layers.py"

step "Embedded Swift"
"$scripts/check-embedded.sh"

step "Set-up's failures"
"$scripts/test-setup.sh"

step "Converters, models of one's own, and the labels of the benchmark's clips"
for tool in convert_whisper checkpoint convert_silero downloads models split_piper label_clips; do
    "$deps/venv/bin/python" -B -W ignore -m unittest --quiet "$scripts/tests/test_$tool.py"
done

step "Build"
logged "$logs/build.log" "$scripts/swift.sh" build -c release --build-tests
refuse_warnings "$logs/build.log"
"$python" "$scripts/check-layers.py" --binary .build/release/hotpin --binary .build/release/ws-echo

step "Swift tests"
# The engines' tests keep every core busy for half a minute: beside them the others would wait for their time limits.
for engines in --skip --filter; do
    logged "$logs/swift-test$engines.log" "$scripts/swift.sh" test -c release --skip-build $engines SpeechEnginesTests
    closing+=("$(grep -E 'Test run with [0-9]+ test' "$logs/swift-test$engines.log" | tail -n 1)")
done

step "Fuzzers"
logged "$logs/fuzz.log" "$scripts/fuzz.sh" --seconds "${HOTPIN_FUZZ_SECONDS:-30}" --if-possible
closing+=("$(tail -n 1 "$logs/fuzz.log")")

run_pytest Tests/benchmarks "The benchmarks' own code"
run_pytest Tests/e2e "End to end"
run_pytest Tests/browser "Browser"

step "Result"
printf '%s\n' "${closing[@]}"
