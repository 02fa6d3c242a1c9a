#!/usr/bin/env bash
# Recompiles requirements.txt, requirements-dev.txt and package-lock.json. Arguments go to
# pip-compile (--upgrade). The machine's own pip settings are left out: extra indexes and wheel
# folders there must not decide what everybody else installs.
set -euo pipefail
cd "$(dirname "$0")/.."

unset PIP_FIND_LINKS PIP_EXTRA_INDEX_URL PIP_INDEX_URL
export PIP_CONFIG_FILE=/dev/null

compile() {
    .venv/bin/pip-compile --quiet --no-config --resolver=backtracking --generate-hashes \
        --allow-unsafe --strip-extras --no-header --no-annotate --no-emit-index-url \
        --no-emit-find-links --no-emit-trusted-host "$@" pyproject.toml
}

compile --output-file requirements.txt "$@"
compile --extra dev --constraint requirements.txt --output-file requirements-dev.txt "$@"
npm install --package-lock-only --ignore-scripts --loglevel=error
