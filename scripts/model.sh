#!/usr/bin/env bash
# Speech models of your own: adds, lists and removes them. Documentation/Models.md describes it.
#
#   scripts/model.sh add FOLDER                    a Whisper checkpoint folder (config.json, model.safetensors, tokenizer)
#   scripts/model.sh add LIST.json                 the files of a list with addresses, sizes and hashes
#   MODEL_HUB=https://HUB scripts/model.sh add OWNER/NAME --trust-hub
#   scripts/model.sh list | remove NAME
#   scripts/model.sh add --help                    every option
#
# HOTPIN_DEPS, HOTPIN_PYTHON: as for scripts/setup.sh. MODELS_DIR: the server's folder of models. HF_TOKEN: your key for
# MODEL_HUB, or for the hub whose address you gave; it is sent to no other host.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for file in say paths python; do
    # shellcheck source=/dev/null
    source "$scripts/lib/$file.sh"
done
if [[ $# -eq 0 || $1 == --help || $1 == -h ]]; then
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
    exit 0
fi
python=$(find_python) ||
    fail "Python 3.11 or newer was not found${HOTPIN_PYTHON:+ at $HOTPIN_PYTHON}: sudo apt-get install python3 python3-venv, or set HOTPIN_PYTHON."
PYTHONPATH=$scripts PYTHONDONTWRITEBYTECODE=1 HOTPIN_DEPS=$deps exec "$python" -m models "$@"
