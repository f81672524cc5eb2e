"""Problems are marked at their field or package, or go to the banner; none is lost."""

import pytest

from shipconsole.domain.message import verbatim
from shipconsole.domain.problem import Path, Problem
from shipconsole.ui.order_editor.marks import PACKAGE, marks_of, without_missing


@pytest.mark.parametrize(
    ("path", "target"),
    [
        (("packages", 0, "tracking_number"), (0, "tracking_number")),
        (("packages", 1, "carrier"), (1, "carrier")),
        (("packages", 1, "weight_g"), (1, "weight")),
        (("packages", 0, "label"), (0, PACKAGE)),
        (("packages", 0), (0, PACKAGE)),
    ],
)
def test_a_packages_problem_is_at_its_field_or_the_package(path: Path, target: tuple[int, str]) -> None:
    marks = marks_of([Problem(path, verbatim("Wrong."), verbatim("Fix it."))], [1], 2)
    assert dict(marks.fields) == {target: "Wrong. Fix it."}
    assert marks.elsewhere == ()


@pytest.mark.parametrize("path", [(), ("order", "number"), ("packages", 2, "carrier"), ("lines",), ("lines", 9)])
def test_a_problem_without_a_field_goes_to_the_banner(path: Path) -> None:
    problem = Problem(path, verbatim("Wrong."))
    assert marks_of([problem], [1], 2).elsewhere == (problem,)


def test_lines_and_the_address_have_their_problems_joined() -> None:
    problems = [
        Problem(("lines", 1), verbatim("No id.")),
        Problem(("lines", 1, "sku"), verbatim("Unknown.")),
        Problem(("ship_to", "country"), verbatim("Country is missing.")),
    ]
    marks = marks_of(problems, [1], 1)
    assert dict(marks.lines) == {1: "No id. Unknown."}
    assert marks.address == "Country is missing."
    assert marks.named == frozenset()


def test_whether_a_problem_names_its_item_is_not_read_from_its_text() -> None:
    naming = Problem(("lines", 1), verbatim("A: too many."), names_item=True)
    platforms = Problem(("lines", 2), verbatim("A: a name that the platform uses."))
    assert marks_of([naming, platforms], [1, 2], 1).named == {1}
    assert marks_of([platforms._replace(path=("lines", 1)), naming], [1], 1).named == frozenset()


def test_missing_values_are_not_marked_while_a_person_types() -> None:
    missing = [
        Problem(("packages", 0, "tracking_number"), verbatim("None.")),
        Problem(("lines",), verbatim("Nothing in it.")),
    ]
    wrong = [Problem(("packages", 0, "weight"), verbatim("No weight.")), Problem(("lines", 1), verbatim("Too many."))]
    assert without_missing([*missing, *wrong]) == wrong
