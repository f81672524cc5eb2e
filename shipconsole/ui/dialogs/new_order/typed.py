"""What was typed of a new order, read into the order that it means, with what is wrong with it."""

from dataclasses import dataclass

from shipconsole.domain.address import Address
from shipconsole.domain.measures import decimal_from_text, grams
from shipconsole.domain.message import Message
from shipconsole.domain.new_order import WEIGHT_MAX_G, NewLine, NewOrder, check
from shipconsole.domain.problem import Path, Problem

ONE = "1"
"""What stands in the units of a new row."""
DIGITS_MAX = 12
"""More digits than this are no number of units, whatever the order's check allows."""


@dataclass(frozen=True, slots=True)
class TypedLine:
    """One row of the items, as text."""

    sku: str = ""
    description: str = ""
    quantity: str = ONE
    weight_kg: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed in it."""
        return not (self.sku or self.description or self.weight_kg) and self.quantity in ("", ONE)


@dataclass(frozen=True, slots=True)
class Typed:
    """All that stands in the dialog, numbers as text."""

    number: str
    ship_to: Address
    lines: tuple[TypedLine, ...]
    note: str

    @property
    def rows(self) -> tuple[int, ...]:
        """The places of the rows that are not empty: the order's lines in their order."""
        return tuple(row for row, line in enumerate(self.lines) if not line.is_empty)


def order_of(typed: Typed) -> tuple[NewOrder, tuple[Problem, ...]]:
    """The order that was typed, and what is wrong with it at the paths of its rows.

    A number that cannot be read is said in place of what the order's own check would make of it.
    """
    unread: list[Problem] = []
    lines = tuple(_line(place, typed.lines[row], unread) for place, row in enumerate(typed.rows))
    new = NewOrder(number=typed.number.strip(), ship_to=typed.ship_to, lines=lines, note=typed.note.strip())
    said = {problem.path for problem in unread}
    found = (*unread, *(problem for problem in check(new) if problem.path not in said))
    return new, tuple(at_row(typed, problem) for problem in found)


def at_row(typed: Typed, problem: Problem) -> Problem:
    """A problem of one of the order's lines at the row in which that was typed."""
    match problem.path:
        case ("lines", int(place), *rest) if place < len(typed.rows):
            return problem._replace(path=("lines", typed.rows[place], *rest))
        case _:
            return problem


def _line(place: int, line: TypedLine, unread: list[Problem]) -> NewLine:
    path: Path = ("lines", place)
    quantity, weight_g = 0, None
    text = line.quantity.strip()
    if text.isascii() and text.isdecimal() and len(text) <= DIGITS_MAX:
        quantity = int(text)
    else:
        unread.append(Problem((*path, "quantity"), Message("new_order.not_a_quantity")))
    if line.weight_kg.strip():
        kilograms = decimal_from_text(line.weight_kg)
        if kilograms is None or not 0 <= kilograms <= WEIGHT_MAX_G:
            unread.append(Problem((*path, "weight_g"), Message("new_order.not_a_weight")))
        else:
            weight_g = grams(kilograms, "kg")
    return NewLine(sku=line.sku.strip(), description=line.description.strip(), quantity=quantity, weight_g=weight_g)
