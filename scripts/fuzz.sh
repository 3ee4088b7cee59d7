#!/usr/bin/env bash
# Fuzzes every decoder for a while; stops at the first finding, which stays in .build/fuzz/findings.
#
#   scripts/fuzz.sh [--seconds N] [NAME …]     each fuzzer (default: all) for N seconds (default: 30)
#   scripts/fuzz.sh NAME FILE …                repeats findings
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for file in say paths; do
    # shellcheck source=/dev/null
    source "$scripts/lib/$file.sh"
done
cd "$repository"
folder=.build/fuzz
seconds=30
if [[ ${1:-} == --seconds ]]; then
    seconds=${2:?--seconds wants a number}
    shift 2
fi
[[ $seconds =~ ^[1-9][0-9]*$ ]] || fail "--seconds wants a whole number of at least 1, not “$seconds”."

if ! "$scripts/swift.sh" package --help >/dev/null 2>&1; then
    fail "Swift was not found: run scripts/setup.sh."
fi
say "Building the fuzzers …"
mkdir -p .build/logs "$folder"
HOTPIN_FUZZ=1 "$scripts/swift.sh" build --scratch-path "$folder" --product hotpin-fuzz >.build/logs/fuzz-build.log 2>&1 || {
    tail -n 20 .build/logs/fuzz-build.log
    fail "The fuzzers do not build; the whole log is .build/logs/fuzz-build.log."
}
program=$folder/debug/hotpin-fuzz
# Swift's own crash handler would wait for a debugger that never comes. Leaks are left to the soak: Swift keeps
# metadata for good, which the leak detector takes for lost.
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0

if [[ $# -ge 2 && -e $2 ]]; then
    exec "$program" "$@"
fi
names=("$@")
((${#names[@]})) || mapfile -t names < <("$program")
for name in "${names[@]}"; do
    [[ -d Tests/fuzz/corpus/$name ]] || fail "There is no fuzzer “$name”; there are: $("$program" | paste -sd ' ')."
    # What is found interesting is kept from run to run, beside the seeds in Tests.
    kept=$folder/corpus/$name findings=$folder/findings/$name log=.build/logs/fuzz-$name.log
    mkdir -p "$kept" "$findings"
    longest=4096
    [[ $name != words && $name != speech ]] || longest=400
    if ! "$program" "$name" "$kept" "Tests/fuzz/corpus/$name" -dict="Tests/fuzz/dictionaries/$name.dict" \
        -max_total_time="$seconds" -max_len="$longest" -timeout=20 -rss_limit_mb=1024 -use_value_profile=1 \
        -print_final_stats=1 -artifact_prefix="$findings/" >"$log" 2>&1; then
        tail -n 40 "$log"
        fail "The fuzzer “$name” found something (above). To repeat it: scripts/fuzz.sh $name FILE, with the FILE that the" \
            "line “Test unit written to” names; mend the cause, and make the input a unit test."
    fi
    awk -v name="$name" '
        /^stat::number_of_executed_units/ { runs = $2 }
        / cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") edges = $(i + 1) }
        END { printf "fuzz %-11s %9d inputs, %6d edges reached, nothing found\n", name, runs, edges }' "$log"
done
