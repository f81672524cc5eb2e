"""The window's tasks: none is lost, and every failure is reported."""

import asyncio

from pytestqt.qtbot import QtBot

from shipconsole.domain.message import verbatim
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.messages import text
from shipconsole.ui.kit.tasks import Tasks
from tests.support.silence import ExpectedNoise


async def end_with(error: BaseException | None) -> str:
    await asyncio.sleep(0)
    if error is not None:
        raise error
    return "done"


def run(error: BaseException | None) -> list[str]:
    failures: list[str] = []

    async def main() -> None:
        tasks = Tasks()
        tasks.failed.connect(failures.append)
        await asyncio.wait([tasks.spawn("a task", end_with(error))])
        await asyncio.sleep(0)
        assert not tasks.running

    asyncio.run(main())
    return failures


def test_a_task_that_succeeds_reports_nothing(qtbot: QtBot) -> None:
    assert run(None) == []


def test_a_cancelled_task_reports_nothing(qtbot: QtBot) -> None:
    assert run(asyncio.CancelledError()) == []


def test_an_environment_failure_is_reported_with_its_message(qtbot: QtBot) -> None:
    assert run(EnvironmentFailure(verbatim("The disk is full."))) == ["The disk is full."]


def test_a_bug_is_logged_and_reported_without_details(qtbot: QtBot, expected_noise: ExpectedNoise) -> None:
    with expected_noise(r"a task failed[\s\S]*ZeroDivisionError"):
        assert run(ZeroDivisionError("secret")) == [text("program.failed")]


def test_stopping_waits_until_all_tasks_have_ended(qtbot: QtBot) -> None:
    ended: list[str] = []

    async def slow() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)
            ended.append("cleaned up")

    async def main() -> None:
        tasks = Tasks()
        tasks.spawn("slow", slow())
        await asyncio.sleep(0)
        await tasks.stop()
        assert ended == ["cleaned up"]

    asyncio.run(main())
