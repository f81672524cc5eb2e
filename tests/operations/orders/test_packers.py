"""Packers sign in by badge or PIN; a PIN is stored as a slow, salted hash, and guessing is stopped."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from shipconsole.domain.packer import LOCKED_S, WRONG_PINS_MOST, pin_hash
from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.orders import packers
from tests.operations.maintenance.finished_orders import found_in_columns, found_in_files
from tests.support.clock import ManualClock
from tests.support.engines import beside


def path_of(refused: pytest.ExceptionInfo[ValidationFailed]) -> tuple[object, ...]:
    return refused.value.problems[0].path


async def test_a_badge_carries_an_ascii_id_that_stands_for_a_name_in_any_script(ctx: Context) -> None:
    await packers.add(ctx, "Νίκος Παπάς", "NP-7")
    assert await packers.by_badge(ctx, "NP-7") == "Νίκος Παπάς"
    assert await packers.by_badge(ctx, "np-7") == "Νίκος Παπάς", "a scanner follows the caps lock"
    assert await packers.by_badge(ctx, "") == "", "an empty badge signs out"
    with pytest.raises(ValidationFailed) as refused:
        await packers.by_badge(ctx, "OTHER")
    assert refused.value.message.id == "packers.unknown_badge"


async def test_without_packers_the_text_on_a_badge_is_the_name(ctx: Context) -> None:
    assert await packers.by_badge(ctx, "A. Martin") == "A. Martin"


async def test_a_pin_signs_in_and_a_wrong_one_does_not(ctx: Context) -> None:
    await packers.add(ctx, "Mira", pin="4711")
    await packers.add(ctx, "Jo")
    assert await packers.sign_in(ctx, "Mira", "4711") == "Mira"
    assert await packers.sign_in(ctx, "Jo", "") == "Jo", "no PIN is required"
    with pytest.raises(ValidationFailed) as refused:
        await packers.sign_in(ctx, "Mira", "4712")
    assert refused.value.message.id == "packers.pin_wrong"
    with pytest.raises(ValidationFailed):
        await packers.sign_in(ctx, "Mira", "")


async def test_after_several_wrong_pins_none_is_accepted_for_a_while(ctx: Context) -> None:
    clock = ManualClock()
    ctx = replace(ctx, clock=clock)
    ctx.begin()
    await packers.add(ctx, "Mira", pin="4711")
    for _ in range(WRONG_PINS_MOST):
        with pytest.raises(ValidationFailed):
            await packers.sign_in(ctx, "Mira", "0000")
    with pytest.raises(ValidationFailed) as refused:
        await packers.sign_in(ctx, "Mira", "4711")
    assert refused.value.message.id == "packers.pin_locked"
    clock.pass_s(LOCKED_S + 1)
    assert await packers.sign_in(ctx, "Mira", "4711") == "Mira"


async def test_many_tries_at_once_are_no_more_than_as_many_in_a_row(ctx: Context) -> None:
    await packers.add(ctx, "Mira", pin="4711")
    tries = [packers.sign_in(ctx, "Mira", f"{number:04}") for number in range(4 * WRONG_PINS_MOST)]
    refused = await asyncio.gather(*tries, return_exceptions=True)
    found = [failed.message.id for failed in refused if isinstance(failed, ValidationFailed)]
    assert found.count("packers.pin_wrong") == WRONG_PINS_MOST
    assert found.count("packers.pin_locked") == 3 * WRONG_PINS_MOST


async def test_a_clock_that_is_set_back_locks_nobody_out(ctx: Context) -> None:
    clock = ManualClock()
    ctx = replace(ctx, clock=clock)
    ctx.begin()
    await packers.add(ctx, "Mira", pin="4711")
    for _ in range(WRONG_PINS_MOST):
        with pytest.raises(ValidationFailed):
            await packers.sign_in(ctx, "Mira", "0000")
    clock.set_wall_ms(clock.now_ms() - 86_400_000)
    assert await packers.sign_in(ctx, "Mira", "4711") == "Mira"


async def test_the_database_holds_no_pin(ctx: Context, tmp_path: Path) -> None:
    await packers.add(ctx, "Mira", pin="471147114711")
    with beside(ctx.store) as db:
        ((salt, stored),) = db.execute("SELECT pin_salt, pin_hash FROM packer").fetchall()
    assert len(bytes.fromhex(salt)) == 16
    assert len(bytes.fromhex(stored)) == 64
    assert await ctx.read(found_in_columns, ("471147114711",)) == []
    assert found_in_files(tmp_path, ("471147114711",)) == []


def test_the_same_pin_has_another_hash_each_time() -> None:
    first, second = pin_hash("4711"), pin_hash("4711")
    assert first != second
    assert first.fits("4711")
    assert second.fits("4711")
    assert not first.fits("4712")
    assert not pin_hash("").fits("")


@pytest.mark.parametrize(
    ("name", "badge", "pin", "path"),
    [
        ("", "", "", "name"),
        ("x" * 51, "", "", "name"),
        ("Mira", "ΝΠ", "", "badge"),
        ("Mira", "two words", "", "badge"),
        ("Mira", "x" * 21, "", "badge"),
        ("Mira", "", "123", "pin"),
        ("Mira", "", "12a4", "pin"),
        ("Mira", "", "٤٧١١", "pin"),
        (" jo ", "", "", "name"),
        ("Mira", "JO-1", "", "badge"),
    ],
)
async def test_unusable_and_taken_values_are_refused_at_their_field(
    ctx: Context, name: str, badge: str, pin: str, path: str
) -> None:
    await packers.add(ctx, "Jo", "jo-1")
    with pytest.raises(ValidationFailed) as refused:
        await packers.add(ctx, name, badge, pin)
    assert path_of(refused) == (path,)
    assert [packer.name for packer in await packers.every(ctx)] == ["Jo"]


async def test_a_packer_is_changed_and_removed(ctx: Context) -> None:
    id_ = await packers.add(ctx, "Jo", "J1", "1234")
    await packers.change(ctx, id_, "Jo Berg", "J1")
    assert [(packer.name, packer.badge, packer.has_pin) for packer in await packers.every(ctx)] == [
        ("Jo Berg", "J1", True)
    ]
    await packers.set_pin(ctx, id_, "")
    assert not (await packers.named(ctx, "jo berg")).has_pin
    await packers.remove(ctx, id_)
    assert await packers.every(ctx) == ()
