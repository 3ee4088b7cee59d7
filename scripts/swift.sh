#!/usr/bin/env bash
# Runs `swift` with the given arguments, wherever the toolchain is.
set -euo pipefail
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$scripts/lib/say.sh"
source "$scripts/lib/swift.sh"
swift=$(find_swift) || fail "Swift was not found: run scripts/setup.sh, which says where to get it."
exec "$swift" "$@"
