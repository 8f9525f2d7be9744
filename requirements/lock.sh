#!/usr/bin/env bash
# Pin every dependency with its hashes, for all platforms and Python 3.11 and newer.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() {
  local out=$1; shift
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
    "$@" pyproject.toml -o "requirements/$out.txt"
}
compile runtime --extra ja --group build
compile dev --extra ja --extra notebook --group dev -c requirements/runtime.txt
compile browser --group browser -c requirements/dev.txt
compile transformers --extra ja --extra transformers --group dev -c requirements/dev.txt
