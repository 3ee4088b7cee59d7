# Where things are. Only the Makefile and scripts know paths.
# shellcheck shell=bash

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034  # read by the scripts that source this file
deps=${HOTPIN_DEPS:-$repository/.deps}
