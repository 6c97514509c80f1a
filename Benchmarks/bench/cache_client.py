"""A cache on redis-py, written and read as fast as it goes; the counterpart of cache-benchmark.

`python -m bench.cache_client sequential|threads|asyncio URL COUNT` prints one line of JSON for the writing and one for
the reading of 1 KB values.
"""

import asyncio
import json
import sys
import threading
import time
from collections.abc import Callable

import redis
import redis.asyncio

from bench.spread import percentile

CALLERS = 64
KEYS = 1_000
TTL = 3_600
VALUE = {"data": "x" * 1_000}

# Runs one operation for each number below its argument and returns how many seconds each one took.
Round = Callable[[int], list[float]]


def main() -> None:
    """Writes, then reads."""
    mode, url, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    make = {"sequential": sequential, "threads": threads, "asyncio": tasks}[mode]
    write, read = make(url)
    for operation, perform in (("write", write), ("read", read)):
        # Connections are made, and whatever is done once is done, before the clock starts.
        perform(KEYS)
        begin, cpu = time.perf_counter(), time.process_time()
        times = perform(count)
        seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
        print(
            json.dumps(
                {
                    "operation": operation,
                    "operations/s": len(times) / seconds,
                    "cpu µs": cpu / len(times) * 1e6,
                    "p50 µs": percentile(times, 50) * 1e6,
                    "p99 µs": percentile(times, 99) * 1e6,
                }
            )
        )


def key(number: int) -> str:
    """The keys are used in turn."""
    return f"bench:cache:{number % KEYS}"


def check(text: object) -> None:
    """What is read is what was written."""
    if not isinstance(text, str) or json.loads(text) != VALUE:
        raise ValueError("the cache returns something else than was stored")


def operations(url: str) -> tuple[Callable[[int], None], Callable[[int], None]]:
    """Writing and reading the value of one number."""
    client = redis.Redis.from_url(url, decode_responses=True)

    def write(number: int) -> None:
        client.setex(key(number), TTL, json.dumps(VALUE, ensure_ascii=False))

    def read(number: int) -> None:
        check(client.get(key(number)))

    return write, read


def sequential(url: str) -> tuple[Round, Round]:
    """One after the other."""

    def round_of(operation: Callable[[int], None]) -> Round:
        return lambda count: [timed(operation, number) for number in range(count)]

    write, read = operations(url)
    return round_of(write), round_of(read)


def threads(url: str) -> tuple[Round, Round]:
    """By many threads, with a connection each."""

    def round_of(operation: Callable[[int], None]) -> Round:
        def perform(count: int) -> list[float]:
            times: list[float] = []

            def work(caller: int) -> None:
                for number in range(caller, count, CALLERS):
                    times.append(timed(operation, number))

            workers = [threading.Thread(target=work, args=(caller,)) for caller in range(CALLERS)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            return times

        return perform

    write, read = operations(url)
    return round_of(write), round_of(read)


def tasks(url: str) -> tuple[Round, Round]:
    """By many tasks of one event loop, with a connection each."""
    client = redis.asyncio.Redis.from_url(url, decode_responses=True)
    loop = asyncio.new_event_loop()

    async def write(number: int) -> None:
        await client.setex(key(number), TTL, json.dumps(VALUE, ensure_ascii=False))

    async def read(number: int) -> None:
        check(await client.get(key(number)))

    async def perform(reads: bool, count: int) -> list[float]:
        times: list[float] = []

        async def work(caller: int) -> None:
            for number in range(caller, count, CALLERS):
                begin = time.perf_counter()
                await (read(number) if reads else write(number))
                times.append(time.perf_counter() - begin)

        async with asyncio.TaskGroup() as group:
            for caller in range(CALLERS):
                group.create_task(work(caller))
        return times

    return (
        lambda count: loop.run_until_complete(perform(False, count)),
        lambda count: loop.run_until_complete(perform(True, count)),
    )


def timed(operation: Callable[[int], None], number: int) -> float:
    """How many seconds an operation takes."""
    begin = time.perf_counter()
    operation(number)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
