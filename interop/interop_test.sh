#!/usr/bin/env bash
# Shows the whole thing in one go: a private Redis, the Swift worker, Python's Celery client.
#
#   interop/interop_test.sh [FILE.pdf]
#
# Sends the PDF (default: the sample) by interop/producer.py, shows what the worker left in Redis, stops everything.
# Exit code 0 if all of it worked. Needs a build (`swift build --product celery-pdf`) or CELERY_PDF.
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"

pdf=${1:-$root/interop/samples/sample.pdf}
[ -f "$pdf" ] || die "there is no file $pdf"
ensure_packages
ensure_python requirements.txt
forget_settings CELERY_PDF CELERY_WORKER_CONCURRENCY

state=$(mktemp -d)
# shellcheck disable=SC2329 # called by the trap
clean_up() {
    local code=$?
    trap '' INT TERM HUP
    trap - EXIT
    stop_all
    rm -rf "$state"
    exit "$code"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

port=$(free_port 0)
export CELERY_BROKER_URL=redis://127.0.0.1:$port/0
export CELERY_RESULT_BACKEND=$CELERY_BROKER_URL
export CELERY_WORKER_CONCURRENCY=${CELERY_WORKER_CONCURRENCY:-2}

start_redis "$state" "$port"
say "Redis on port $port"
start_worker "$state"
say "worker: $(grep ' ready\.' "$state/worker.log")"

say
"$python" "$root/interop/producer.py" "$pdf" --id interop

say
say "in Redis:"
"$python" - "$port" <<'PYTHON'
import json
import sys

import redis

client = redis.Redis(port=int(sys.argv[1]), decode_responses=True)
for part in ("chunks", "metadata", "bm25"):
    key = f"pdf:interop:{part}"
    stored = client.get(key)
    if stored is None:
        sys.exit(f"{key} is missing")
    print(f"  {key}: {len(stored)} characters, expires in {client.ttl(key)} s")
    json.loads(stored)
chunks = json.loads(client.get("pdf:interop:chunks"))
for chunk in chunks[:3]:
    print(f"    {chunk['id']}, page {chunk['page']}: {chunk['text'][:60]!r}…")
if client.hlen("unacked") or client.llen("celery"):
    sys.exit("a message was left behind")
PYTHON

say
say "stopping"
worker=${pids[1]}
kill -TERM "$worker"
wait "$worker" || die "the worker ended with exit code $?"
say "interop test passed"
