#!/usr/bin/env bash
# Makes set-up fail in every way it promises to explain. Uses no network: packages come from a folder.
set -euo pipefail
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for file in say paths python; do
    # shellcheck source=/dev/null
    source "$scripts/lib/$file.sh"
done
python=$(find_python) || fail "Python 3.11 or newer was not found: run scripts/setup.sh."
PYTHONDONTWRITEBYTECODE=1 exec "$python" -m unittest --quiet "$scripts/tests/test_setup.py"
