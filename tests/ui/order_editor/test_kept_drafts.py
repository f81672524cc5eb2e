"""A draft that another station has packed on replaces nothing, and is not lost: the packer is asked which is used."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import claims, orders, scan
from shipconsole.station.kept_drafts import KeptDrafts
from shipconsole.ui.kit.prompt import Prompt
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.draft_questions import DraftQuestions
from shipconsole.ui.order_editor.drafts import DraftSaver, KeptDraft, NotSaved, store_kept
from tests.support.bench import USPS_NUMBERS, draft_of
from tests.ui.waiting import until, until_stored

OLD = ShipmentDraft(packages=(PackageDraft(tracking_number="OLD-A"),))


def number_of(draft: ShipmentDraft | None) -> str:
    return draft.packages[0].tracking_number if draft is not None else ""


async def stored(ctx: Context, order_id: int) -> str:
    return number_of((await orders.sheet(ctx, order_id)).draft)


class Bench:
    """This station, which was cut off, and another one that packed the same order meanwhile."""

    def __init__(self, bench: Context, folder: Path) -> None:
        self.ctx, self.other = replace(bench, station="A"), replace(bench, station="B")
        self.kept = KeptDrafts(folder, "database")
        self.order_id = 0
        self.tasks = Tasks()
        self.parent = QObject()
        self.drafts = DraftSaver(self.parent, self.ctx, self.tasks)
        self.drafts.keep_in(self.kept)

    async def pack_elsewhere(self) -> None:
        self.order_id, theirs = await draft_of(self.other, "10001", None, USPS_NUMBERS[0])
        await claims.take_over(self.other, self.order_id)
        await scan.save_open_order(self.other, self.order_id)
        await orders.save_draft(self.other, self.order_id, theirs)
        await scan.save_open_order(self.other, None)


@pytest.fixture
async def cut(bench: Context, tmp_path: Path) -> Bench:
    made = Bench(bench, tmp_path)
    await made.pack_elsewhere()
    return made


async def test_a_kept_draft_does_not_replace_what_another_station_saved_since(cut: Bench) -> None:
    cut.kept.keep(cut.order_id, KeptDraft(draft=OLD).model_dump_json())
    done, refused = await store_kept(cut.ctx, cut.kept)
    assert await stored(cut.ctx, cut.order_id) == USPS_NUMBERS[0]
    assert not done
    assert [(found.order_id, found.station, number_of(found.draft)) for found in refused] == [
        (cut.order_id, "B", "OLD-A")
    ]
    assert cut.order_id in cut.kept.every(), "it stays until a person decides"
    # Made from the other's draft, it goes on from it.
    mark = (await orders.sheet(cut.ctx, cut.order_id)).draft_mark
    cut.kept.keep(cut.order_id, KeptDraft(draft=OLD, based_on=mark).model_dump_json())
    assert await store_kept(cut.ctx, cut.kept) == ({cut.order_id}, [])
    assert await stored(cut.ctx, cut.order_id) == "OLD-A"
    assert not cut.kept.every()


async def test_a_draft_that_is_typed_on_a_stale_screen_does_not_replace_another_stations(cut: Bench) -> None:
    told = list[NotSaved]()
    cut.drafts.not_saved.connect(told.append)
    cut.drafts.based_on(cut.order_id, "")
    cut.drafts.save_soon(cut.order_id, OLD)
    cut.drafts.pause()
    await cut.drafts.save_all()
    assert await stored(cut.ctx, cut.order_id) == USPS_NUMBERS[0]
    assert [(found.station, found.is_packing, found.is_kept) for found in told] == [("B", False, True)]
    assert "OLD-A" in cut.kept.every()[cut.order_id]
    await claims.take_over(cut.other, cut.order_id)
    cut.drafts.forget(cut.order_id)
    assert not cut.kept.every()
    cut.drafts.save_soon(cut.order_id, OLD)
    cut.drafts.pause()
    await cut.drafts.save_all()
    assert (told[-1].is_packing, told[-1].is_kept) == (True, False), "it is packed there now, and seen here"


@pytest.mark.parametrize(("answer", "used"), [("use_ours", "OLD-A"), ("use_theirs", USPS_NUMBERS[0]), ("later", "")])
async def test_the_packer_is_asked_which_draft_is_used(cut: Bench, qtbot: QtBot, answer: str, used: str) -> None:
    window, reloaded = QWidget(), list[int]()
    qtbot.addWidget(window)
    questions = DraftQuestions(window, cut.ctx, cut.tasks, Theme(), cut.drafts, reloaded.append)
    cut.kept.keep(cut.order_id, KeptDraft(draft=OLD).model_dump_json())
    for found in (await store_kept(cut.ctx, cut.kept))[1]:
        questions.tell(found)
    await until(lambda: window.findChild(Prompt) is not None)
    asked = window.findChild(Prompt)
    assert asked is not None
    assert asked.windowTitle() == text("draft.title")
    asked.buttons[answer].click()

    async def is_done() -> bool:
        return await stored(cut.ctx, cut.order_id) == (used or USPS_NUMBERS[0])

    await until_stored(is_done)
    await until(lambda: not cut.tasks.running)
    assert bool(cut.kept.every()) == (answer == "later")
    assert reloaded == ([] if answer == "later" else [cut.order_id])
    changes = [change.what.id for change in (await orders.sheet(cut.ctx, cut.order_id)).manual_changes]
    assert changes == []
