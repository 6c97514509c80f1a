#!/usr/bin/env bash
# Starts a worker as deployments expect it; flags are passed on to `celery-pdf worker`.
#
#   CELERY_BROKER_URL       redis://…; without it REDIS_HOST, REDIS_PORT and REDIS_DB say where Redis is
#   CELERY_RESULT_BACKEND   default: the broker's URL
#   CELERY_QUEUES           comma-separated, default: celery
#   CELERY_CONCURRENCY      processes, default: one for each processor
#   CELERY_LOG_LEVEL        default: info
#   CELERY_PDF              the executable; default: a release build, a debug build, or PATH
#
# The worker replaces this script, so that signals to it reach the worker.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

find_executable() {
    local candidate
    for candidate in "${CELERY_PDF:-}" "$root/.build/release/celery-pdf" "$root/.build/debug/celery-pdf"; do
        if [ -n "$candidate" ] && [ -x "$candidate" ]; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    command -v celery-pdf
}

if ! executable=$(find_executable); then
    echo "error: celery-pdf is not built: run scripts/run, or swift build --product celery-pdf" >&2
    exit 1
fi

url=${CELERY_BROKER_URL:-redis://${REDIS_HOST:-localhost}:${REDIS_PORT:-6379}/${REDIS_DB:-0}}
export CELERY_BROKER_URL=$url
export CELERY_RESULT_BACKEND=${CELERY_RESULT_BACKEND:-$url}

flags=(
    -Q "${CELERY_QUEUES:-celery}"
    -c "${CELERY_CONCURRENCY:-$(getconf _NPROCESSORS_ONLN)}"
    -l "${CELERY_LOG_LEVEL:-info}"
)
exec "$executable" worker "${flags[@]}" "$@"
