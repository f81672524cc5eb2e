"""A new order as a person types it: what it has to have before it can be stored."""

from dataclasses import dataclass, field

from shipconsole.domain.address import Address
from shipconsole.domain.order import QUANTITY_MAX
from shipconsole.domain.problem import Path, Problem

NUMBER_MAX = 100
TEXT_MAX = 200
NOTE_MAX = 1_000
LINES_MAX = 1_000
WEIGHT_MAX_G = 100_000_000

_JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))
"""Names in Persian, Hindi or Sinhala need them; what is scanned never has them."""

_ADDRESS_TITLES = {
    "name": "The name",
    "company": "The company",
    "email": "The email address",
    "phone": "The phone number",
    "building": "The building",
    "street": "The street",
    "street2": "The second line of the street",
    "street3": "The third line of the street",
    "suburb": "The suburb",
    "city": "The city",
    "state": "The state",
    "postal_code": "The post code",
    "country": "The country",
    "instructions": "The delivery instructions",
}


@dataclass(frozen=True, slots=True)
class NewLine:
    """One thing that is ordered, in units; `weight_g` is that of one unit, None where it is not known."""

    sku: str
    description: str = ""
    quantity: int = 1
    weight_g: int | None = None


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order that no shop knows: entered at the bench."""

    number: str
    ship_to: Address = field(default_factory=Address)
    lines: tuple[NewLine, ...] = ()
    note: str = ""


def check(new: NewOrder) -> tuple[Problem, ...]:
    """Everything that keeps the order from being stored, in the order of the form.

    Paths are ``number``, ``ship_to.<part>``, ``lines.<position>.<part>`` and ``note``.
    """
    problems = _text_problems(("number",), "The order number", new.number, NUMBER_MAX, scanned=True)
    if not new.number.strip():
        problems.append(Problem(("number",), "The order has no number."))
    problems += _address_problems(new.ship_to)
    if not new.lines:
        problems.append(Problem(("lines",), "Nothing is ordered. Add an item."))
    if len(new.lines) > LINES_MAX:
        problems.append(Problem(("lines",), f"There are {len(new.lines):,} items; {LINES_MAX:,} are allowed."))
    for position, line in enumerate(new.lines):
        problems += _line_problems(("lines", position), line)
    return (*problems, *_text_problems(("note",), "The note", new.note, NOTE_MAX, lines=True))


def _address_problems(address: Address) -> list[Problem]:
    """A package needs a person or a firm, a street, a town and a country."""
    problems: list[Problem] = []
    missing = {
        "name": None if address.name.strip() or address.company.strip() else "Who gets it? Enter a name or a company.",
        "street": None if address.street.strip() else "The street is missing.",
        "city": None if address.town.strip() else "The city is missing.",
        "country": None if address.country.strip() else "The country is missing.",
    }
    for name, title in _ADDRESS_TITLES.items():
        here: Path = ("ship_to", name)
        problems += _text_problems(here, title, str(getattr(address, name)), TEXT_MAX, lines=name == "instructions")
        if words := missing.get(name):
            problems.append(Problem(here, words))
    return problems


def _line_problems(here: Path, line: NewLine) -> list[Problem]:
    problems = _text_problems((*here, "sku"), "The SKU", line.sku, TEXT_MAX, scanned=True)
    problems += _text_problems((*here, "description"), "The item", line.description, TEXT_MAX)
    if not line.sku.strip() and not line.description.strip():
        problems.append(Problem((*here, "sku"), "Which item? Enter its SKU or what it is."))
    if not 1 <= line.quantity <= QUANTITY_MAX:
        message = f"{line.quantity:,} units cannot be ordered; 1 to {QUANTITY_MAX:,} can."
        problems.append(Problem((*here, "quantity"), message))
    if line.weight_g is not None and not 0 <= line.weight_g <= WEIGHT_MAX_G:
        problems.append(Problem((*here, "weight_g"), f"{line.weight_g:,} g is no weight of a unit."))
    return problems


def _text_problems(
    path: Path, title: str, text: str, most: int, *, lines: bool = False, scanned: bool = False
) -> list[Problem]:
    problems: list[Problem] = []
    if len(text) > most:
        problems.append(Problem(path, f"{title} has {len(text):,} characters; {most:,} are allowed."))
    seen = text if scanned else text.translate(_JOINERS)
    if not (seen.replace("\n", "") if lines else seen).isprintable():
        problems.append(Problem(path, f"{title} has a character in it that cannot be seen. Type it again."))
    return problems
