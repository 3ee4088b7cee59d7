# The Python that runs the second half of the set-up, which is in scripts/parts.
# shellcheck shell=bash

# Debian's own is asked first: it is the one whose venv module the Debian packages bring.
find_python() {
    local candidate
    for candidate in "${HOTPIN_PYTHON:-/usr/bin/python3}" python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return 0
        fi
        [[ -z ${HOTPIN_PYTHON:-} ]] || return 1
    done
    return 1
}

run_parts() {
    local python
    python=$(find_python) ||
        fail "Python 3.11 or newer was not found${HOTPIN_PYTHON:+ at $HOTPIN_PYTHON}: sudo apt-get install python3 python3-venv, or set HOTPIN_PYTHON."
    PYTHONPATH=$repository/scripts PYTHONDONTWRITEBYTECODE=1 HOTPIN_DEPS=$deps "$python" -m parts "$@"
}
