"""A new order as a person types it, and what it needs before it can be stored."""

from dataclasses import dataclass, field

from shipconsole.domain.address import Address
from shipconsole.domain.message import Message
from shipconsole.domain.model_problems import title_of
from shipconsole.domain.order import QUANTITY_MAX
from shipconsole.domain.problem import Path, Problem

NUMBER_MAX = 100
TEXT_MAX = 200
NOTE_MAX = 1_000
LINES_MAX = 1_000
WEIGHT_MAX_G = 100_000_000

_JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))
"""Joiners that names in Persian, Hindi or Sinhala need and scans never have."""


@dataclass(frozen=True, slots=True)
class NewLine:
    """One item in units; `weight_g` is the weight of one unit, None if it is not known."""

    sku: str
    description: str = ""
    quantity: int = 1
    weight_g: int | None = None


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order that no store has: entered at the packing station."""

    number: str
    ship_to: Address = field(default_factory=Address)
    lines: tuple[NewLine, ...] = ()
    note: str = ""


def check(new: NewOrder) -> tuple[Problem, ...]:
    """Return every problem that keeps the order from being stored, in the order of the form.

    Paths are ``number``, ``ship_to.<part>``, ``lines.<position>.<part>`` and ``note``.
    """
    problems = _text_problems(("number",), Message("order.field.number"), new.number, NUMBER_MAX, scanned=True)
    if not new.number.strip():
        problems.append(Problem(("number",), Message("new_order.no_number")))
    problems += _address_problems(new.ship_to)
    if not new.lines:
        problems.append(Problem(("lines",), Message("new_order.no_items")))
    if len(new.lines) > LINES_MAX:
        problems.append(Problem(("lines",), Message("new_order.too_many_items", count=len(new.lines), most=LINES_MAX)))
    for position, line in enumerate(new.lines):
        problems += _line_problems(("lines", position), line)
    return (*problems, *_text_problems(("note",), Message("order.field.note"), new.note, NOTE_MAX, lines=True))


def _address_problems(address: Address) -> list[Problem]:
    """Require a name or company, a street, a town and a country."""
    problems: list[Problem] = []
    missing = {
        "name": None if address.name.strip() or address.company.strip() else Message("new_order.no_recipient"),
        "street": None if address.street.strip() else Message("new_order.no_street"),
        "city": None if address.town.strip() else Message("new_order.no_city"),
        "country": None if address.country.strip() else Message("new_order.no_country"),
    }
    for name in Address.model_fields:
        here: Path = ("ship_to", name)
        title = title_of(Address, name)
        problems += _text_problems(here, title, str(getattr(address, name)), TEXT_MAX, lines=name == "instructions")
        if message := missing.get(name):
            problems.append(Problem(here, message))
    return problems


def _line_problems(here: Path, line: NewLine) -> list[Problem]:
    problems = _text_problems((*here, "sku"), Message("order.field.sku"), line.sku, TEXT_MAX, scanned=True)
    problems += _text_problems((*here, "description"), Message("order.field.item"), line.description, TEXT_MAX)
    if not line.sku.strip() and not line.description.strip():
        problems.append(Problem((*here, "sku"), Message("new_order.no_item")))
    if not 1 <= line.quantity <= QUANTITY_MAX:
        message = Message("new_order.quantity", count=line.quantity, most=QUANTITY_MAX)
        problems.append(Problem((*here, "quantity"), message))
    if line.weight_g is not None and not 0 <= line.weight_g <= WEIGHT_MAX_G:
        problems.append(Problem((*here, "weight_g"), Message("new_order.weight", grams=line.weight_g)))
    return problems


def _text_problems(
    path: Path, title: Message, text: str, most: int, *, lines: bool = False, scanned: bool = False
) -> list[Problem]:
    problems: list[Problem] = []
    if len(text) > most:
        problems.append(Problem(path, Message("field.text_too_long", title=title, count=len(text), most=most)))
    seen = text if scanned else text.translate(_JOINERS)
    if not (seen.replace("\n", "") if lines else seen).isprintable():
        problems.append(Problem(path, Message("field.invisible_character", title=title)))
    return problems
