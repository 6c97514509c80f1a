#!/usr/bin/env bash
# Starts a worker as deployments expect it; flags are passed on to `celery-pdf worker`.
#
#   CELERY_BROKER_URL          redis://…; without it REDIS_HOST, REDIS_PORT, REDIS_DB and REDIS_PASSWORD count
#   CELERY_RESULT_BACKEND      default: the broker's URL
#   CELERY_QUEUES              comma-separated, default: celery
#   CELERY_WORKER_CONCURRENCY  processes, default: one for each processor
#   CELERY_LOG_LEVEL           default: info
#   CELERY_PDF                 the executable; default: a release build, a debug build, or PATH
#
# The worker reads all of them but the last by itself; a flag wins over its variable.
#
# The worker replaces this script, so that signals to it reach the worker.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

executable=${CELERY_PDF:-}
for candidate in "$root/.build/release/celery-pdf" "$root/.build/debug/celery-pdf" celery-pdf; do
    # That none is there is told below.
    [ -n "$executable" ] || executable=$(command -v "$candidate") || true
done
if [ -z "$executable" ]; then
    echo "error: celery-pdf is not built: run scripts/run, or swift build --product celery-pdf" >&2
    exit 1
fi

exec "$executable" worker "$@"
