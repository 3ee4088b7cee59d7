#!/usr/bin/env bash
# Fuzzes every decoder for a while, two at once; what is found stays in .build/fuzz/findings.
#
#   scripts/fuzz.sh [--seconds N] [--if-possible] [NAME …]   each fuzzer (default: all) for N seconds (default: 30)
#   scripts/fuzz.sh NAME FILE …                              repeats findings
#
# --if-possible: a toolchain without libFuzzer, such as Debian's, is no failure.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for file in say paths swift; do
    # shellcheck source=/dev/null
    source "$scripts/lib/$file.sh"
done
cd "$repository"
folder=.build/fuzz
program=$folder/release/hotpin-fuzz
seconds=30
is_optional=false
while [[ ${1:-} == --* ]]; do
    case $1 in
    --seconds) seconds=${2:-} && shift ;;
    --if-possible) is_optional=true ;;
    *) fail "There is no option $1; see the beginning of scripts/fuzz.sh." ;;
    esac
    shift
done
[[ $seconds =~ ^[1-9][0-9]*$ ]] || fail "--seconds wants a whole number of at least 1, not “$seconds”."

swift=$(find_swift) || fail "Swift was not found: run scripts/setup.sh, which says where to get it."
resources=$(dirname "$(readlink -f "$swift")")/../lib
if [[ -z $(find -L "$resources" -name 'libclang_rt.fuzzer*' -print -quit 2>/dev/null) || ! -x $(dirname "$(readlink -f "$swift")")/ld.lld ]]; then
    missing="This Swift has no libFuzzer or no lld: nothing is fuzzed. The toolchains of swift.org have both."
    $is_optional || fail "$missing"
    say "$missing"
    exit 0
fi

say "Building the fuzzers …"
mkdir -p .build/logs "$folder"
if ! HOTPIN_FUZZ=1 "$swift" build -c release --scratch-path "$folder" --product hotpin-fuzz >.build/logs/fuzz-build.log 2>&1; then
    tail -n 20 .build/logs/fuzz-build.log
    fail "The fuzzers do not build (above); the whole log is .build/logs/fuzz-build.log."
fi
# Swift's own crash handler would wait for a debugger that never comes. Leaks are left to the soak: what Swift keeps for
# good, the leak detector takes for lost.
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0

if [[ $# -ge 2 && -e $2 ]]; then
    exec "$program" "$@"
fi
mapfile -t known < <("$program")
names=("$@")
((${#names[@]})) || names=("${known[@]}")
for name in "${names[@]}"; do
    [[ " ${known[*]} " == *" $name "* ]] || fail "There is no fuzzer “$name”; there are: ${known[*]}."
done

# One fuzzer to its end.
fuzz() {
    local name=$1 log=.build/logs/fuzz-$1.log longest=2048
    # What is found interesting is kept from run to run, apart from the seeds in Tests.
    local kept=$folder/corpus/$name findings=$folder/findings/$name
    mkdir -p "$kept" "$findings"
    [[ $name != words && $name != speech ]] || longest=400
    # Ogg Vorbis has 4 KB of tables before its first sample.
    [[ $name != recording ]] || longest=8192
    if ! "$program" "$name" "$kept" "Tests/fuzz/corpus/$name" -dict="Tests/fuzz/dictionaries/$name.dict" \
        -max_total_time="$seconds" -max_len="$longest" -timeout=25 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$findings/" >"$log" 2>&1 </dev/null; then
        grep -a -E 'does not hold|Fatal error|ERROR: |Test unit written|^    #[0-9]+ .*/(Sources|Tests)/' "$log" | head -n 20
        say "The fuzzer “$name” found something (above; all of it in $log). To repeat it: scripts/fuzz.sh $name FILE, with" \
            "the FILE that “Test unit written to” names. Mend the cause, and make the input a unit test."
        return 1
    fi
    awk -v name="$name" '
        /^stat::number_of_executed_units/ { runs = $2 }
        / cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") edges = $(i + 1) }
        END { printf "  %-10s %9d inputs  %5d edges  nothing found\n", name, runs, edges }' "$log"
}

say "${#names[@]} fuzzers, $seconds s each …"
running=0
found=false
for name in "${names[@]}"; do
    fuzz "$name" &
    if ((++running == 2)); then
        wait -n || found=true
        running=1
    fi
done
while ((running-- > 0)); do wait -n || found=true; done
! $found || exit 1
total=$(for name in "${names[@]}"; do sed -n 's/^stat::number_of_executed_units: *//p' ".build/logs/fuzz-$name.log"; done |
    awk '{ sum += $1 } END { print sum }')
say "Fuzzers: ${#names[@]}, $seconds s each, $total inputs, nothing found"
