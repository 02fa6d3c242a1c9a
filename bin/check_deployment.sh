#!/usr/bin/env bash
# Checks what only a production-like set-up shows: migrations complete, deployment settings safe,
# append-only triggers in place. Works on a database made for the purpose and removed after it.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
manage() { .venv/bin/python manage.py "$@"; }

export R57_MODE=production R57_VAR_DIR="$scratch" R57_DATABASE_URL="" R57_REDIS_URL=""
export R57_ALLOWED_HOSTS=r57.example R57_CSRF_TRUSTED_ORIGINS=https://r57.example
R57_SECRET_KEY=$(head -c 48 /dev/urandom | base64 -w 0)
export R57_SECRET_KEY

manage makemigrations --check --dry-run
manage migrate --verbosity 0
manage check --deploy --fail-level WARNING --database default
