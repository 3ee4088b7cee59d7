# Messages. Every failure is one line that says what happened and what to do.
# shellcheck shell=bash

say() {
    printf '%s\n' "$*"
}

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}
