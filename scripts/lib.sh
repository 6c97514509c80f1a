# shellcheck shell=bash
# What the scripts share: messages, missing software, processes that end with the script.
# To be sourced by a script that has set -euo pipefail.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/.venv
python=$venv/bin/python

# Debian packages: libraries and tools that Swift's build, the service and the tests use.
packages=(git curl ca-certificates pkg-config libhiredis-dev libpoppler-glib-dev poppler-data redis-server python3 python3-venv)
packages+=(zlib1g-dev libzstd-dev)
# What the package traits need besides.
# shellcheck disable=SC2034 # used by scripts/test
trait_packages=(libbrotli-dev libbz2-dev liblzma-dev libssl-dev libyaml-dev)

# What every `swift build` and `swift test` is given: scripts/test turns on all package traits this way.
# shellcheck disable=SC2034 # used by scripts/test and scripts/run
read -ra build_flags <<<"${SWIFT_BUILD_FLAGS:-}"

say() {
    printf '%s\n' "$*"
}

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# --- software ---------------------------------------------------------------------------------

# Asks for what a package brings rather than for the package: it may have come another way.
has_package() {
    case $1 in
    ca-certificates) [ -d /etc/ssl/certs ] ;;
    libhiredis-dev) pkg-config --exists hiredis ;;
    libpoppler-glib-dev) pkg-config --exists poppler-glib ;;
    libbrotli-dev) pkg-config --exists libbrotlienc libbrotlidec ;;
    libbz2-dev) [ -f /usr/include/bzlib.h ] || [ -d /opt/homebrew/opt/bzip2 ] ;;
    liblzma-dev) pkg-config --exists liblzma ;;
    libssl-dev) pkg-config --atleast-version=3 libcrypto ;;
    libyaml-dev) pkg-config --exists yaml-0.1 ;;
    libzstd-dev) pkg-config --exists libzstd ;;
    zlib1g-dev) pkg-config --exists zlib ;;
    poppler-data) [ -d /usr/share/poppler/cMap ] || [ -d /opt/homebrew/share/poppler ] ;;
    python3-venv) python3 -c 'import ensurepip, venv' ;;
    *) command -v "$1" ;;
    esac >/dev/null 2>&1
}

ensure_packages() {
    local package missing=()
    for package in "${packages[@]}"; do
        has_package "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing ${missing[*]}"
    command -v apt-get >/dev/null ||
        die "this is not a Debian system: install what these packages bring, then start again: ${missing[*]}"
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get)
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || die "run this as root: apt-get install ${missing[*]}"
        apt=(sudo "${apt[@]}")
    fi
    "${apt[@]}" update -q </dev/null
    "${apt[@]}" install -q -y --no-install-recommends "${missing[@]}" </dev/null
    for package in "${missing[@]}"; do
        has_package "$package" || die "$package is installed but what it brings is not found"
    done
}

ensure_swift() {
    command -v swift >/dev/null ||
        die "Swift 6.3 is needed and not on PATH; install it as https://www.swift.org/install/linux says"
    local version
    version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+)\.([0-9]+).*/\1 \2/p' | head -n 1)
    local major=${version% *} minor=${version#* }
    [ -n "$version" ] || die "swift --version says nothing that can be read"
    ((major > 6 || (major == 6 && minor >= 3))) || die "Swift 6.3 is needed; this is $major.$minor"
}

# ensure_python FILE: the virtual environment holds what the requirements file interop/FILE pins.
ensure_python() {
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die "Python 3.11 or later is needed"
    local sum stamp
    sum=$(cat "$root"/interop/requirements*.txt "$root"/Benchmarks/requirements.txt | sha256sum)
    # The packages for development contain the others.
    for stamp in "$venv/.requirements-dev.txt.sha256" "$venv/.$1.sha256"; do
        if "$python" -c '' 2>/dev/null && [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ]; then
            return 0
        fi
    done
    say "installing the Python packages of interop/$1 into .venv"
    "$python" -c '' 2>/dev/null || python3 -m venv --clear "$venv"
    "$python" -m pip install --quiet --disable-pip-version-check --no-input -r "$root/interop/$1"
    printf '%s\n' "$sum" >"$stamp"
}

# The release of Celery before, in an environment of its own: its workers are tried beside ours.
ensure_celery_56() {
    local folder=$root/.run/celery-5.6 requirements=$root/interop/requirements-5.6.txt
    if cmp -s "$requirements" "$folder/requirements.txt" && "$folder/bin/python" -c '' 2>/dev/null; then
        return 0
    fi
    say "installing Celery 5.6 into .run/celery-5.6"
    python3 -m venv --clear "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-input -r "$requirements"
    cp "$requirements" "$folder/requirements.txt"
}

# A server older than BLMOVE, built from the source that its Python package brings.
ensure_redis_5() {
    local folder=$root/.run/redis-5 requirements=$root/interop/requirements-redis-5.txt
    if cmp -s "$requirements" "$folder/requirements.txt" && "$folder/bin/redis-server" --version >/dev/null 2>&1; then
        return 0
    fi
    say "building Redis 5 into .run/redis-5"
    python3 -m venv --clear "$folder"
    # Its build takes for granted what compilers no longer do unless told so. The constraint is for pip's build.
    CFLAGS=-fcommon PIP_CONSTRAINT=$requirements \
        "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps -r "$requirements"
    cp "$requirements" "$folder/requirements.txt"
}

# --- processes --------------------------------------------------------------------------------

pids=()
names=()

# start NAME LOG COMMAND...: in a session of its own, so that Ctrl-C reaches this script alone,
# which then ends everything in the right order.
start() {
    local name=$1 log=$2
    shift 2
    setsid "$@" </dev/null >"$log" 2>&1 &
    pids+=("$!")
    names+=("$name")
}

# Ends what was started, the last first: TERM, and KILL for what is still there after 15 s.
stop_all() {
    local index pid attempt
    for ((index = ${#pids[@]} - 1; index >= 0; index--)); do
        pid=${pids[index]}
        kill -TERM "$pid" 2>/dev/null || continue
        for ((attempt = 0; attempt < 150; attempt++)); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL "$pid" 2>/dev/null && say "${names[index]} did not end and was killed"
        # Only to reap it: how something that was told to end has ended says nothing.
        wait "$pid" 2>/dev/null || true
    done
    pids=()
}

# wait_for SECONDS NAME PID LOG COMMAND...: until COMMAND succeeds; ends the script when the process
# has ended or the time is up, with the last lines of its log.
wait_for() {
    local name=$2 pid=$3 log=$4 deadline=$((SECONDS + $1))
    shift 4
    until "$@" >/dev/null 2>&1; do
        if ! kill -0 "$pid" 2>/dev/null; then
            tail -n 20 "$log" >&2
            die "$name has ended"
        fi
        if ((SECONDS >= deadline)); then
            tail -n 20 "$log" >&2
            die "$name is not ready in time"
        fi
        sleep 0.1
    done
}

# free_port PREFERRED: that port, or another one when something listens there.
free_port() {
    python3 - "$1" <<'PYTHON'
import socket
import sys

for port in (int(sys.argv[1]), 0):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        print(probe.getsockname()[1])
        break
PYTHON
}

# start_redis DIRECTORY PORT: a private server with its data and log in DIRECTORY.
start_redis() {
    start "Redis" "$1/redis.log" redis-server --bind 127.0.0.1 --port "$2" --dir "$1" --save '' --appendonly no
    wait_for 20 "Redis" "${pids[-1]}" "$1/redis.log" grep -q 'Ready to accept connections' "$1/redis.log"
}

# start_worker DIRECTORY [FLAG...]: by these flags and the settings in the environment.
start_worker() {
    local directory=$1
    shift
    start "the worker" "$directory/worker.log" "$root/scripts/start_celery.sh" "$@"
    wait_for 60 "the worker" "${pids[-1]}" "$directory/worker.log" grep -q ' ready\.' "$directory/worker.log"
}

# forget_settings NAME...: variables of the machine that are settings of workers, but for these, are not for the
# programs that a script starts.
forget_settings() {
    local name kept=" $* "
    for name in $(compgen -e); do
        [[ $name =~ ^(CELERY|REDIS|PDF)_ && $kept != *" $name "* ]] && unset "$name"
    done
    return 0
}
