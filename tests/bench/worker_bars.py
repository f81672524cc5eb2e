"""O5: several processes that claim and settle updates of one server, beside one of them."""

from shipconsole.store.database import Db
from tests.bench.figures import unmeasured
from tests.bench.outbox_bars import MARK, enqueue, forget, targets
from tests.bench.processes import results_of
from tests.bench.running import Run

WORKERS = 8
SECONDS = 3.0
PREPARED = 6_000


def measure(run: Run) -> None:
    """Measure alone and with 32 threads each; an update that was claimed twice fails the run."""
    if run.place.engine != "postgresql":
        run.say(unmeasured("O5", f"{WORKERS} workers beside one", "needs a server: a file has one writer"))
        return
    with run.store() as store:
        for at_once in (1, 32):
            rates: list[float] = []
            for workers in (1, WORKERS):
                free = store.read(targets, PREPARED).result()
                for future in [enqueue(store, target) for target in free]:
                    future.result()
                rates.append(_rate(run, workers, at_once))
                assert store.read(_claimed_twice).result() == 0
                store.write(forget).result()
            name = f"{WORKERS} workers, {at_once} at once each"
            run.add("O5", name, rates[1], "/s", floor=rates[0], floor_name="one worker/s", least=3, note="none twice")


def _claimed_twice(db: Db) -> int:
    found = db.connection.execute(f"SELECT COUNT(*) FROM call WHERE attempts > 1 AND key LIKE '{MARK}%'").fetchall()
    return int(found[0][0])


def _rate(run: Run, workers: int, at_once: int) -> float:
    lines = results_of("claiming", run.place.at, run.work, workers, (SECONDS, at_once))
    return sum(int(count) / float(seconds) for count, seconds in map(str.split, lines))
