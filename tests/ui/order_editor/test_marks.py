"""Problems find their field, else their package, else the banner; none is lost."""

import pytest

from shipconsole.domain.message import verbatim
from shipconsole.domain.problem import Path, Problem
from shipconsole.ui.order_editor.marks import PACKAGE, marks_of, without_nagging


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("packages", 0, "tracking_number"), (0, "tracking_number")),
        (("packages", 1, "carrier"), (1, "carrier")),
        (("packages", 1, "weight_g"), (1, "weight")),
        (("packages", 0, "label"), (0, PACKAGE)),
        (("packages", 0), (0, PACKAGE)),
    ],
)
def test_a_parcels_problem_is_at_its_field_or_its_parcel(path: Path, place: tuple[int, str]) -> None:
    marks = marks_of([Problem(path, verbatim("Wrong."), verbatim("Mend it."))], [1], 2)
    assert dict(marks.fields) == {place: "Wrong. Mend it."}
    assert marks.elsewhere == ()


@pytest.mark.parametrize("path", [(), ("order", "number"), ("packages", 2, "carrier"), ("lines",), ("lines", 9)])
def test_what_no_field_stands_for_goes_to_the_banner(path: Path) -> None:
    problem = Problem(path, verbatim("Wrong."))
    assert marks_of([problem], [1], 2).elsewhere == (problem,)


def test_rows_and_the_address_take_theirs_and_several_are_told_together() -> None:
    problems = [
        Problem(("lines", 1), verbatim("No id.")),
        Problem(("lines", 1, "sku"), verbatim("Unknown.")),
        Problem(("ship_to", "country"), verbatim("Country is missing.")),
    ]
    marks = marks_of(problems, [1], 1)
    assert dict(marks.lines) == {1: "No id. Unknown."}
    assert marks.address == "Country is missing."
    assert marks.named == frozenset()


def test_which_words_name_their_item_is_said_and_not_read_out_of_them() -> None:
    named = Problem(("lines", 1), verbatim("A: too many."), names_item=True)
    foreign = Problem(("lines", 2), verbatim("A: that is what the platform calls a carton."))
    assert marks_of([named, foreign], [1, 2], 1).named == {1}
    assert marks_of([foreign._replace(path=("lines", 1)), named], [1], 1).named == frozenset()


def test_what_is_still_missing_is_not_marked_while_a_person_types() -> None:
    missing = [
        Problem(("packages", 0, "tracking_number"), verbatim("None.")),
        Problem(("lines",), verbatim("Nothing in it.")),
    ]
    wrong = [Problem(("packages", 0, "weight"), verbatim("No weight.")), Problem(("lines", 1), verbatim("Too many."))]
    assert without_nagging([*missing, *wrong]) == wrong
