"""The commands slip, command-sheet and hand-over, and shift-report --pdf: files that a decoder reads back."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from shipconsole.domain import barcode
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station.profile import open_profile
from tests.cli.every_command import begun
from tests.cli.in_process import Here
from tests.support import pdf
from tests.support.labels import usps
from tests.support.screen_sizes import FIRST, SIZES

ONE, TWO = usps(801), usps(802)
"""Loads no Qt: what --pdf alone may do."""
WITHOUT_QT = """
import sys
from shipconsole.cli import main
code = main(sys.argv[1:])
assert not any(name.startswith(("PySide6", "shiboken6")) for name in sys.modules), "Qt was loaded"
sys.exit(code)
"""


@pytest.fixture
def here(tmp_path: Path, simulated_platforms: SimulatorServer, synced_database: Path) -> Here:
    """Commands on a profile that has the simulated platforms' orders."""
    made = begun(tmp_path)
    made.profile.mkdir()
    shutil.copy(synced_database, made.profile / "shipconsole.db")
    assert open_profile(made.profile, {}).id
    return made


@pytest.fixture
def shipped(here: Here) -> Here:
    """The same with two shipments."""
    here.done("ship", "10001", "--all-left", "--tracking", ONE, "--carrier", "usps")
    here.done("ship", "10002", "--all-left", "--tracking", TWO, "--carrier", "usps")
    return here


def screens() -> list[tuple[int, int]]:
    return [(screen.size().width(), screen.size().height()) for screen in QGuiApplication.screens()]


def codes(file: Path) -> list[str]:
    return [code for page in pdf.read(file.read_bytes()) for code in page.codes()]


def test_a_slip_is_written_and_read_back(shipped: Here, tmp_path: Path) -> None:
    file = tmp_path / "slip.pdf"
    ended = shipped.done("slip", "10001", "--pdf", str(file))
    assert ended.out == ""
    assert codes(file) == ["10001"]
    assert ONE in pdf.read(file.read_bytes())[0].text
    shipped.done("slip", "10002", "10001", "--pdf", str(file), "--paper", "Letter")
    assert codes(file) == ["10002", "10001"]
    assert round(pdf.read(file.read_bytes())[0].width) == 216
    shipped.done("slip", "10001", "--labels", "--pdf", str(file))
    assert [round(page.width) for page in pdf.read(file.read_bytes())] == [100]


def test_a_file_is_written_on_the_screens_that_are_there(shipped: Here, tmp_path: Path) -> None:
    platform = os.environ["QT_QPA_PLATFORM"]
    shipped.done("slip", "10001", "--pdf", str(tmp_path / "slip.pdf"))
    assert os.environ["QT_QPA_PLATFORM"] == platform
    # The tests of the window in the same process are on these screens.
    assert screens() == [FIRST, *SIZES]


def test_a_shipment_is_chosen_and_a_wrong_one_refused(shipped: Here, tmp_path: Path) -> None:
    file = tmp_path / "slip.pdf"
    order = json.loads(shipped.done("order", "10001", "--json").out)
    shipment_id = str(order["shipments"][0]["id"])
    shipped.done("slip", "10001", "--shipment", shipment_id, "--pdf", str(file))
    assert codes(file) == ["10001"]
    file.unlink()
    for words in (
        ("10002", "--shipment", shipment_id),
        ("10001", "10002", "--shipment", shipment_id),
        ("10003",),
        ("none",),
    ):
        assert shipped.run("slip", *words, "--pdf", str(file)).code == 2
        assert not file.exists()
    assert shipped.run("slip", "10001", "--pdf", str(tmp_path / "none" / "slip.pdf")).code == 5


def test_a_broken_template_is_said_and_the_default_used(shipped: Here, tmp_path: Path) -> None:
    template = tmp_path / "slip.toml"
    template.write_text("colour = 1")
    with (shipped.profile / "settings.toml").open("a") as file:
        file.write(f"slip_template = {str(template)!r}\n")
    ended = shipped.done("slip", "10001", "--pdf", str(tmp_path / "slip.pdf"))
    assert str(template) in ended.err
    assert codes(tmp_path / "slip.pdf") == ["10001"]


def test_all_commands_and_badges_are_read_back(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "sheet.pdf"
    here.done("command-sheet", "--pdf", str(file))
    assert sorted(codes(file)) == sorted(f"%{name}" for name in barcode.COMMANDS)
    here.done("command-sheet", "--badge", "Mira Kovač=17", "--badge", "A=B=18", "--pdf", str(file))
    assert codes(file) == ["%BADGE 17", "%BADGE 18"]
    assert here.run("command-sheet", "--badge", "Mira", "--pdf", str(file)).code == 2
    assert here.run("command-sheet", "--badge", "Mira=é", "--pdf", str(file)).code == 2


def test_a_hand_over_is_listed_recorded_and_printed(shipped: Here, tmp_path: Path) -> None:
    file = tmp_path / "list.pdf"
    listed = json.loads(shipped.done("hand-over", "--json").out)
    assert [(row["order"], row["carrier"], row["handed_over_at"], row["scanned"]) for row in listed] == [
        ("10001", "usps", None, False),
        ("10002", "usps", None, False),
    ]
    assert json.loads(shipped.done("hand-over", "--carrier", "UPS", "--json").out) == []
    assert ONE in shipped.done("hand-over").out
    # A list that can't be written is not recorded either.
    assert shipped.run("hand-over", "--record", "--pdf", str(tmp_path / "none" / "list.pdf")).code == 5
    assert len(json.loads(shipped.done("hand-over", "--json").out)) == 2
    shipped.done("hand-over", "--record", "--pdf", str(file))
    (page,) = pdf.read(file.read_bytes())
    assert ONE in page.text
    assert TWO in page.text
    assert json.loads(shipped.done("hand-over", "--json").out) == []
    assert json.loads(shipped.done("hand-over", "--not-scanned", "--json").out) == []
    assert shipped.run("hand-over", "--day", "yesterday").code == 2
    assert json.loads(shipped.done("hand-over", "--day", "2020-01-01", "--json").out) == []


def test_the_shift_report_is_written(shipped: Here, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    ended = shipped.done("shift-report", "--pdf", str(file))
    assert ended.out == ""
    (page,) = pdf.read(file.read_bytes())
    assert "ShipEngine" in page.text
    assert len(json.loads(shipped.done("shift-report", "--pdf", str(file), "--json").out)) == 1


def test_qt_is_loaded_by_pdf_alone(tmp_path: Path) -> None:
    words = ("--profile", str(tmp_path / "empty"), "hand-over", "--json")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_QT, *words], capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, json.loads(done.stdout)) == (0, []), done.stderr
