"""One worker of O5, a process of its own: claims and settles its share of the updates for some seconds."""

import itertools
import sys
import threading
import time
from pathlib import Path

from shipconsole.store.opening import server_store
from tests.bench.outbox_bars import pending, send

_IDLE = slice(3, 5)
"""The columns of Linux's counts of a processor's time in which it does nothing, or waits for a disk."""


def main(url: str, folder: str, seconds: str, at_once: str, number: str, of: str) -> None:
    """Wait for a line, work, and write how many were sent in how many seconds, and the share of the computer in use."""
    store = server_store(url, Path(folder))
    store.open()
    waiting = [id_ for id_ in store.read(pending, 100_000).result() if id_ % int(of) == int(number)]
    left = iter(waiting)
    done = itertools.count()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    before, began_s = _processors(), time.perf_counter()
    until_s = began_s + float(seconds)

    def work() -> None:
        while time.perf_counter() < until_s and (call_id := next(left, None)) is not None:
            send(store, call_id)
            next(done)

    threads = [threading.Thread(target=work) for _ in range(int(at_once))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took_s, after = time.perf_counter() - began_s, _processors()
    idle, every = (now - then for then, now in zip(before, after, strict=True))
    sys.stdout.write(f"{next(done)} {took_s} {1 - idle / max(1, every)}\n")
    sys.stdout.flush()
    store.close()


def _processors() -> tuple[int, int]:
    """Return how long all processors together were idle, and all their time, in Linux's units; elsewhere nothing."""
    counts = Path("/proc/stat")
    if not counts.exists():
        return 0, 0
    times = [int(time) for time in counts.read_text().split("\n", 1)[0].split()[1:9]]
    return sum(times[_IDLE]), sum(times)


if __name__ == "__main__":
    main(*sys.argv[1:])
