#!/usr/bin/env bash
# Long and hostile use of the built server; see `scripts/soak.sh --help`. What was passed is not run again.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for file in say paths; do
    # shellcheck source=/dev/null
    source "$scripts/lib/$file.sh"
done
cd "$repository"
[[ -x $deps/test-venv/bin/python ]] || fail "The tests' Python is missing: run scripts/setup.sh --for-tests."
# Hundreds of peers and as many connections of the server.
ulimit -n 16384 2>/dev/null || say "Only $(ulimit -n) open files are allowed; some scenarios want 16384."
exec env PYTHONPATH=Tests PYTHONDONTWRITEBYTECODE=1 HOTPIN_DEPS="$deps" "$deps/test-venv/bin/python" -m soak "$@"
