"""Sheets of codes: every command once with the site's prefix, and badges with codes that a scanner can type."""

import pytest

from shipconsole.domain import barcode
from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations.printing import sheets
from shipconsole.station.settings import Settings


@pytest.mark.parametrize("prefix", ["%", "#", "site-7:"])
def test_every_command_is_on_the_sheet_and_is_that_command(prefix: str) -> None:
    sheet = sheets.command_sheet(Settings(station_name="Bench 3", command_prefix=prefix))
    assert sheet.station == "Bench 3"
    assert sorted(code.command for code in sheet.codes) == sorted(barcode.COMMANDS)
    assert [barcode.command(code.code, prefix) for code in sheet.codes] == [code.command for code in sheet.codes]
    assert [code.command for code in sheet.codes][:2] == ["SHIP", "OK"]
    assert {"SLIP", "NEXT PACKAGE", "OK"} <= {code.command for code in sheet.codes}


def test_a_badge_is_read_as_its_id() -> None:
    sheet = sheets.badge_sheet(Settings(), [("Mira Kovač", "P-17"), ("田中 健", "18")])
    assert [(badge.name, barcode.badge(badge.code, "%")) for badge in sheet.badges] == [
        ("Mira Kovač", "P-17"),
        ("田中 健", "18"),
    ]


@pytest.mark.parametrize(
    ("prefix", "badge_id", "message"),
    [
        ("%", "Kovač", "printing.badge_not_ascii"),
        ("%", "", "printing.badge_not_ascii"),
        ("%", "X" * 26, "printing.badge_too_long"),
        ("§", "17", "printing.prefix_not_ascii"),
    ],
)
def test_what_no_barcode_can_hold_is_said(prefix: str, badge_id: str, message: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        sheets.badge_sheet(Settings(command_prefix=prefix), [("Mira", badge_id)])
    assert refused.value.problems[0].message.id == message


def test_a_prefix_that_no_barcode_can_hold_stops_the_command_sheet() -> None:
    with pytest.raises(ValidationFailed) as refused:
        sheets.command_sheet(Settings(command_prefix="§"))
    assert refused.value.problems[0].message.id == "printing.prefix_not_ascii"
