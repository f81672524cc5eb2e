"""One table of background work: what the window and `serve` do by themselves, `flush` does once."""

import asyncio

import pytest

from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.worker import Dispatcher, Job


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the jobs in the order in which they are done; all of them, each without its work."""
    names: list[str] = []

    def noted(job: Job) -> Job:
        async def run(_: Context) -> int:
            names.append(job.name)
            return 0

        return job._replace(run=run, of_connection=None)

    # Batches are sent by `flush` itself, which tells what it tried.
    jobs = tuple(noted(job) if job.name != worker.BATCHES else job for job in worker.JOBS)
    monkeypatch.setattr(worker, "JOBS", jobs)
    return names


EACH = [job.name for job in worker.JOBS if job.name != worker.BATCHES]


async def test_flush_does_all_background_work_once(ctx: Context, done: list[str]) -> None:
    await worker.flush(ctx)
    assert done == EACH


async def test_the_window_and_serve_do_all_background_work(ctx: Context, done: list[str]) -> None:
    dispatcher = Dispatcher(ctx)
    running = asyncio.create_task(dispatcher.run())
    while set(done) < set(EACH):
        await asyncio.sleep(0.01)
    await dispatcher.stop(10)
    await running


async def test_what_is_sent_for_one_order_does_none_of_the_work_of_others(ctx: Context, done: list[str]) -> None:
    await worker.flush(ctx, order_id=1)
    assert done == []
