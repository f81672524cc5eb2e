"""Coroutines of the window: none is lost, none fails unheard."""

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
    said: list[str] = []

    async def main() -> None:
        tasks = Tasks()
        tasks.failed.connect(said.append)
        await asyncio.wait([tasks.spawn("a task", end_with(error))])
        await asyncio.sleep(0)
        assert not tasks.running

    asyncio.run(main())
    return said


def test_one_that_ends_well_says_nothing(qtbot: QtBot) -> None:
    assert run(None) == []


def test_one_that_was_cancelled_says_nothing(qtbot: QtBot) -> None:
    assert run(asyncio.CancelledError()) == []


def test_trouble_outside_is_told_in_its_own_words(qtbot: QtBot) -> None:
    assert run(EnvironmentFailure(verbatim("The disk is full."))) == ["The disk is full."]


def test_a_mistake_of_ours_is_logged_and_told_without_detail(qtbot: QtBot, expected_noise: ExpectedNoise) -> None:
    with expected_noise(r"a task failed[\s\S]*ZeroDivisionError"):
        assert run(ZeroDivisionError("secret")) == [text("program.failed")]


def test_stopping_waits_until_all_have_ended(qtbot: QtBot) -> None:
    ended: list[str] = []

    async def slow() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)
            ended.append("put away")

    async def main() -> None:
        tasks = Tasks()
        tasks.spawn("slow", slow())
        await asyncio.sleep(0)
        await tasks.stop()
        assert ended == ["put away"]

    asyncio.run(main())
