"""O5: several processes that claim and settle updates of one server, beside one of them.

Beside each rate stands how much of the computer's processors was in use: with the server on the same computer, workers
cannot be faster together than the processors that one of them leaves free.
"""

from statistics import fmean
from typing import NamedTuple

from shipconsole.store.database import Db
from tests.bench.figures import unmeasured
from tests.bench.outbox_bars import MARK, enqueue, forget, targets
from tests.bench.processes import results_of
from tests.bench.running import Run

WORKERS = 8
SECONDS = 3.0
PREPARED = 6_000


class _Worked(NamedTuple):
    """How many updates a second were claimed and settled, and the percentage of the processors in use meanwhile."""

    per_s: float
    busy: float


def measure(run: Run) -> None:
    """Measure alone and with 32 threads each; an update that was claimed twice fails the run."""
    if run.place.engine != "postgresql":
        run.say(unmeasured("O5", f"{WORKERS} workers beside one", "needs a server: a file has one writer"))
        return
    with run.store() as store:
        for at_once in (1, 32):
            worked: list[_Worked] = []
            for workers in (1, WORKERS):
                free = store.read(targets, PREPARED).result()
                for future in [enqueue(store, target) for target in free]:
                    future.result()
                worked.append(_worked(run, workers, at_once))
                assert store.read(_claimed_twice).result() == 0
                store.write(forget).result()
            alone, together = worked
            name, beside = f"{WORKERS} workers, {at_once} at once each", "one worker/s"
            run.add("O5", name, together.per_s, "/s", floor=alone.per_s, floor_name=beside, least=3, note="none twice")
            what = f"{name}: processors in use"
            run.add("O5", what, together.busy, "%", floor=alone.busy, floor_name="with one worker")


def _claimed_twice(db: Db) -> int:
    found = db.connection.execute(f"SELECT COUNT(*) FROM call WHERE attempts > 1 AND key LIKE '{MARK}%'").fetchall()
    return int(found[0][0])


def _worked(run: Run, workers: int, at_once: int) -> _Worked:
    lines = [line.split() for line in results_of("claiming", run.place.at, run.work, workers, (SECONDS, at_once))]
    per_s = sum(int(count) / float(seconds) for count, seconds, _ in lines)
    return _Worked(per_s, 100 * fmean(float(busy) for _, _, busy in lines))
