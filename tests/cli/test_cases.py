"""The numbers of units in cases on the command line: set, corrected, listed and removed."""

import json

import pytest

from shipconsole.domain.message import Message
from tests.cli.in_process import Here

CASE = "10036000291459"


def test_a_number_of_units_is_set_corrected_and_removed(here: Here) -> None:
    here.done("cases", "set", CASE, "10")
    here.done("cases", "set", CASE, "12")
    (case,) = json.loads(here.done("cases", "--json").out)
    assert (case["code"], case["units"]) == (CASE, 12)
    assert here.done("cases").out.split()[:2] == [CASE, "12"]
    logged = json.loads(here.done("audit-log", "--json").out)
    assert [entry["what"] for entry in logged] == [
        str(Message("audit.case_entered", code=CASE, units=10)),
        str(Message("audit.case_changed", code=CASE, units=12, before=10)),
    ]
    here.done("cases", "remove", CASE)
    assert json.loads(here.done("cases", "--json").out) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("set", CASE), Message("case.units", most=100_000)),
        (("set", "036000291452", "12"), Message("case.not_a_code", code="036000291452")),
        (("remove", CASE), Message("case.not_stored", code=CASE)),
    ],
)
def test_what_is_wrong_is_explained_and_stores_nothing(here: Here, words: tuple[str, ...], message: Message) -> None:
    ended = here.run("cases", *words)
    assert ended.code == 2
    assert str(message) in ended.err
    assert json.loads(here.done("cases", "--json").out) == []
