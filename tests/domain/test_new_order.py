"""A new order: missing and excessive values are reported at their fields."""

import pytest

from shipconsole.domain.address import Address
from shipconsole.domain.new_order import NewLine, NewOrder, check
from shipconsole.domain.problem import Path

ADDRESS = Address(name="John Smith", street="20 George Street", city="Sydney", country="Australia")
GOOD = NewOrder("B-1", ADDRESS, (NewLine("CABLE"),))


def test_an_order_with_all_it_needs_has_no_problem() -> None:
    assert check(GOOD) == ()
    firm = Address(company="Smith Ltd", street="1 High St", suburb="Leeds", country="GB", instructions="Ring\ntwice")
    joined = ADDRESS.model_copy(update={"name": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"})
    assert check(NewOrder("B-1", joined, GOOD.lines)) == ()
    assert check(NewOrder("B-1", firm, (NewLine("", "A cable", 1_000_000, 0),), note="Two\nlines")) == ()


@pytest.mark.parametrize(
    ("new", "path"),
    [
        (NewOrder(" ", ADDRESS, GOOD.lines), ("number",)),
        (NewOrder("9" * 101, ADDRESS, GOOD.lines), ("number",)),
        (NewOrder("B\x00", ADDRESS, GOOD.lines), ("number",)),
        (NewOrder("B\u200d1", ADDRESS, GOOD.lines), ("number",)),
        (NewOrder("B-1", ADDRESS), ("lines",)),
        (NewOrder("B-1", ADDRESS, (NewLine("A\u200c"),)), ("lines", 0, "sku")),
        (NewOrder("B-1", ADDRESS, (NewLine("A"),) * 1_001), ("lines",)),
        (NewOrder("B-1", ADDRESS, (NewLine(" "),)), ("lines", 0, "sku")),
        (NewOrder("B-1", ADDRESS, (NewLine("A", quantity=0),)), ("lines", 0, "quantity")),
        (NewOrder("B-1", ADDRESS, (NewLine("A", quantity=1_000_001),)), ("lines", 0, "quantity")),
        (NewOrder("B-1", ADDRESS, (NewLine("A"), NewLine("B", weight_g=-1))), ("lines", 1, "weight_g")),
        (NewOrder("B-1", ADDRESS, GOOD.lines, "n" * 1_001), ("note",)),
        (NewOrder("B-1", ADDRESS.model_copy(update={"name": ""}), GOOD.lines), ("ship_to", "name")),
        (NewOrder("B-1", ADDRESS.model_copy(update={"city": " "}), GOOD.lines), ("ship_to", "city")),
        (NewOrder("B-1", ADDRESS.model_copy(update={"phone": "0" * 201}), GOOD.lines), ("ship_to", "phone")),
        (NewOrder("B-1", ADDRESS.model_copy(update={"state": "N\tW"}), GOOD.lines), ("ship_to", "state")),
    ],
)
def test_a_problem_is_reported_once_at_its_field(new: NewOrder, path: Path) -> None:
    assert [problem.path for problem in check(new)] == [path]
