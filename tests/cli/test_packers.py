"""Packers on the command line: added, changed, listed and removed; a PIN comes from standard input alone."""

import json

import pytest

from shipconsole.domain.message import Message
from tests.cli.in_process import Here


def listed(here: Here) -> list[dict[str, object]]:
    return json.loads(here.done("packers", "--json").out)


def test_packers_are_added_changed_and_removed(here: Here) -> None:
    assert listed(here) == []
    here.done("packers", "add", "Mira Kovač", "--badge", "MK-1", "--pin", typed="4711\n")
    here.done("packers", "add", "Jo")
    assert listed(here) == [
        {"name": "Jo", "badge": "", "pin": False},
        {"name": "Mira Kovač", "badge": "MK-1", "pin": True},
    ]
    assert "%BADGE MK-1" in here.done("packers").out
    here.done("packers", "change", "mira kovač", "--new-name", "Mira", "--pin", typed="\n")
    assert listed(here)[1] == {"name": "Mira", "badge": "MK-1", "pin": False}
    here.done("packers", "remove", "Jo")
    assert [packer["name"] for packer in listed(here)] == ["Mira"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("add", "Jo", "--badge", "ΝΠ"), Message("packers.badge", most=20)),
        (("add",), Message("packers.name", most=50)),
        (("remove", "Nobody"), Message("packers.unknown", name="Nobody")),
    ],
)
def test_what_is_wrong_is_explained_and_stores_nothing(here: Here, words: tuple[str, ...], message: Message) -> None:
    ended = here.run("packers", *words)
    assert ended.code == 2
    assert str(message) in ended.err
    assert listed(here) == []
