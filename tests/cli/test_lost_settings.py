"""A settings file that is missing or empty: API keys are still found, and every command reports the loss."""

import os
from pathlib import Path

import pytest

from shipconsole.operations.maintenance.profile_id import RESTORED
from shipconsole.simulator.server import SimulatorServer
from tests.cli.program import Program
from tests.support.bench import SECRETS


@pytest.mark.parametrize("lose", [Path.unlink, lambda file: os.truncate(file, 0)], ids=["deleted", "empty"])
def test_keys_are_found_without_the_settings_and_the_loss_is_reported(
    program: Program, shop: SimulatorServer, tmp_path: Path, lose: object
) -> None:
    assert callable(lose)
    here = program.on(tmp_path / "profile")
    (key,) = SECRETS["shipup"].values()
    words = ("connect", "shipup", "--name", "Up", "--url", f"{shop.url}/shipup", "--secret", "api_key")
    here.done(*words, typed=f"{key}\n")
    lose(here.profile / "settings.toml")
    tested = here.done("test-connection", "Up")
    assert (tested.out, str(RESTORED) in tested.err) == ("ok\n", True)
    looked = here.run("doctor", "--json")
    found = {finding["what"]: finding for finding in looked.json}
    assert (found["settings"]["ok"], found["settings"]["code"]) == (False, RESTORED.id)
    assert found["connection Up"]["ok"]


def test_unreadable_settings_are_reported_and_stop_no_command(
    program: Program, shop: SimulatorServer, tmp_path: Path
) -> None:
    here = program.on(tmp_path / "profile")
    (key,) = SECRETS["shipup"].values()
    words = ("connect", "shipup", "--name", "Up", "--url", f"{shop.url}/shipup", "--secret", "api_key")
    here.done(*words, typed=f"{key}\n")
    # A folder in its place is unreadable for everyone, also for root.
    (here.profile / "settings.toml").unlink()
    (here.profile / "settings.toml").mkdir()
    tested = here.done("test-connection", "Up")
    assert tested.out == "ok\n"
    assert "The settings could not be read: Is a directory." in tested.err
