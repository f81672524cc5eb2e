"""Names, addresses and scans are removed some days after the end of an order, and do not come back."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from shipconsole.domain.blanking import MARK
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import audit_log, blanking, retention, shift_report
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import correct
from shipconsole.store import blanking as store
from shipconsole.store.database import Db
from tests.operations.maintenance import finished_orders
from tests.operations.maintenance.finished_orders import NAMES, PACKER, found_in_columns, found_in_files
from tests.support import sql
from tests.support.bench import USPS_NUMBERS
from tests.support.clock import ManualClock

DAY_S = 86_400
DAYS = 180
NUMBER = "10001"


@pytest.fixture
def clock(bench: Context) -> ManualClock:
    return ManualClock(bench.clock.now_ms())


@pytest.fixture(autouse=True)
def without_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blanking, "REST_S", 0)


@pytest.fixture
async def aged(bench: Context, clock: ManualClock) -> Context:
    """A station whose order 10001 ended, with all that names a person."""
    ctx = replace(bench, clock=clock)
    await finished_orders.finish(ctx, NUMBER, USPS_NUMBERS[0])
    return ctx


async def test_every_name_is_gone_from_all_columns_and_from_the_bytes_of_the_files(
    aged: Context, clock: ManualClock, tmp_path: Path
) -> None:
    before = {name for _, _, name in found_in_columns(aged.store.file)}
    assert before == set(NAMES), "each name stands somewhere before"
    clock.pass_s(DAYS * DAY_S)
    assert await blanking.blank_due(aged, DAYS) == 0
    clock.pass_s(1)
    assert await retention.remove_due(aged, retention.Rules(personal_days=DAYS)) == retention.Removed(blanked=1)
    assert found_in_columns(aged.store.file) == []
    assert found_in_files(tmp_path) == []
