"""One worker of O5, a process of its own: claims and settles its share of the updates for some seconds."""

import itertools
import sys
import threading
import time
from pathlib import Path

from shipconsole.store.opening import server_store
from tests.bench.outbox_bars import pending, send


def main(url: str, folder: str, seconds: str, at_once: str, number: str, of: str) -> None:
    """Wait for a line, work, and write how many were sent in how many seconds."""
    store = server_store(url, Path(folder))
    store.open()
    waiting = [id_ for id_ in store.read(pending, 100_000).result() if id_ % int(of) == int(number)]
    left = iter(waiting)
    done = itertools.count()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    began_s = time.perf_counter()
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
    sys.stdout.write(f"{next(done)} {time.perf_counter() - began_s}\n")
    sys.stdout.flush()
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
