"""The sample orders of the simulated platforms, the same at every start."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class SampleLine:
    """One item of a sample order; `id` is the store's own, the same at every platform."""

    id: str
    sku: str
    name: str
    quantity: int
    weight_g: int
    price_cents: int


@dataclass(frozen=True, slots=True)
class SampleOrder:
    """One order as the store sent it, without a platform's own ids."""

    number: str
    position: int
    """Counted from 0."""
    name: str
    email: str
    phone: str
    street: str
    city: str
    state: str
    post_code: str
    country_code: str
    country: str
    instructions: str
    ordered_at_s: int
    due_on: datetime.date
    lines: tuple[SampleLine, ...]
    in_shipup: bool
    """Whether Shipup has it before it ships."""
    packages: int
    """How many empty packages Starshipit has for it."""


class _Recipient(NamedTuple):
    name: str
    street: str
    city: str
    state: str
    post_code: str
    country_code: str
    country: str
    instructions: str = ""


class _Product(NamedTuple):
    sku: str
    name: str
    weight_g: int
    price_cents: int


_RECIPIENTS = (
    _Recipient("John Smith", "20 George Street", "Sydney", "NSW", "2000", "AU", "Australia", "Leave at door"),
    _Recipient("M. Rossi", "Via Torino 8", "Milano", "MI", "20123", "IT", "Italy"),
    _Recipient("K. Tanaka", "北区梅田一丁目1番3号", "大阪市", "大阪府", "530-0001", "JP", "Japan"),
    _Recipient("L. Novak", "Česká 12", "Brno", "", "602 00", "CZ", "Czechia", "Ring twice"),
    _Recipient("S. Okafor", "4 Park Row", "Leeds", "", "LS1 5HD", "GB", "United Kingdom"),
    _Recipient("P. Silva", "Rua das Flores 21", "Porto", "", "4050-262", "PT", "Portugal"),
    _Recipient("J. Weber", "Am Wall 77", "Bremen", "", "28195", "DE", "Germany", "Please leave with neighbour"),
    _Recipient("A. Chen", "55 Queen Street", "Auckland", "AUK", "1010", "NZ", "New Zealand"),
    _Recipient("R. Dubois", "Rue de Fer 30", "Namur", "", "5000", "BE", "Belgium"),
    _Recipient("E. Haas", "Herrengasse 9", "Graz", "", "8010", "AT", "Austria"),
    _Recipient("T. Nguyen", "100 Hay Street", "Perth", "WA", "6000", "AU", "Australia", "Leave in mail room"),
    _Recipient("C. Diaz", "500 Congress Avenue", "Austin", "TX", "78701", "US", "United States"),
    _Recipient("A. Martin", "12 rue de la République", "Lyon", "", "69002", "FR", "France"),
    _Recipient("H. Larsen", "Torggata 5", "Oslo", "", "0181", "NO", "Norway"),
    _Recipient("D. Kowalska", "ul. Długa 14", "Gdańsk", "", "80-827", "PL", "Poland"),
    _Recipient("N. Papas", "Ερμού 18", "Αθήνα", "", "105 63", "GR", "Greece"),
)

PUBLISHED_RECIPIENT = _Recipient(
    "John Smith", "4736 Phillips Rice Rd", "Cortland", "OH", "44410", "US", "United States"
)
"""Source: SwiftPOD, Webhook Notification - Tracking Number Example (read November 2026)."""

_PHONE = _Product("MOBILE", "Mobile Phone", 650, 12500)
_CASE = _Product("MOBILE-CASE-BLK", "Mobile Case (Black)", 50, 2000)
_CHARGER = _Product("CHARGER-USB-C", "Charger, USB-C 30 W", 90, 2900)
_CABLE = _Product("CABLE-USB-C-2M", "Cable, USB-C, 2 m", 60, 1200)
_EARPHONES = _Product("EARPHONES-WHT", "Earphones (White)", 40, 3500)
_STAND = _Product("STAND-ALU", "Phone Stand, Aluminium", 310, 2400)
_GLASS = _Product("GLASS-6-1", "Screen Glass 6.1 in", 30, 900)
_TABLET = _Product("TABLET-10", "Tablet 10 in", 1150, 28900)
_LONG = _Product("POWER-BANK-20K", "Power Bank 20,000 mAh with Two Cables, a Pouch and Wall Plug", 480, 5900)
_PRODUCTS = (_PHONE, _CASE, _CHARGER, _CABLE, _EARPHONES, _STAND, _GLASS, _TABLET)

# The first orders show each case once: few items, many items, a repeated SKU, a long name, many units.
_FIRST_ORDERS: tuple[tuple[tuple[_Product, int], ...], ...] = (
    ((_PHONE, 1), (_CASE, 3), (_CHARGER, 1)),
    ((_TABLET, 1),),
    ((_PHONE, 1), (_EARPHONES, 1)),
    ((_CASE, 2), (_CASE, 1)),
    ((_PHONE, 1), (_CASE, 1), (_CHARGER, 2), (_CABLE, 2), (_STAND, 1)),
    ((_LONG, 1),),
    ((_GLASS, 10),),
)

_DUE_IN_DAYS = (0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4)
FIRST_NUMBER = 10001


def sample_orders(count: int, today: datetime.date) -> tuple[SampleOrder, ...]:
    """Return the first `count` sample orders, placed in the days before `today` and due from then on."""
    return tuple(_order(position, today) for position in range(count))


def order_of(number: str, items: Sequence[tuple[str, str, int]], position: int, today: datetime.date) -> SampleOrder:
    """Return an order with its own number, known to every platform; `items` are the store's id, SKU and units.

    Its address is that of SwiftPOD's published example, so that the two are one order.
    """
    lines = tuple(
        SampleLine(id_, sku, sku, quantity, _CASE.weight_g, _CASE.price_cents) for id_, sku, quantity in items
    )
    order = replace(_order(position, today), number=number, lines=lines, in_shipup=True)
    return replace(order, **PUBLISHED_RECIPIENT._asdict())


def _order(position: int, today: datetime.date) -> SampleOrder:
    recipient = _RECIPIENTS[position % len(_RECIPIENTS)]
    number = str(FIRST_NUMBER + position)
    midnight = datetime.datetime.combine(today, datetime.time(), datetime.UTC)
    ordered_at = midnight - datetime.timedelta(hours=1 + position % 60, minutes=position * 7 % 60)
    return SampleOrder(
        number=number,
        position=position,
        name=recipient.name,
        email=f"customer{number}@example.com",
        phone="0290988227",
        street=recipient.street,
        city=recipient.city,
        state=recipient.state,
        post_code=recipient.post_code,
        country_code=recipient.country_code,
        country=recipient.country,
        instructions=recipient.instructions,
        ordered_at_s=int(ordered_at.timestamp()),
        due_on=today + datetime.timedelta(days=_DUE_IN_DAYS[position % len(_DUE_IN_DAYS)]),
        lines=_lines(number, _contents(position)),
        in_shipup=position % 2 == 0,
        packages=0 if position % 5 == 3 else 1,
    )


def _contents(position: int) -> Sequence[tuple[_Product, int]]:
    if position < len(_FIRST_ORDERS):
        return _FIRST_ORDERS[position]
    # Steps of 3 through 8 products never repeat one within an order.
    return [
        (_PRODUCTS[(position + 3 * line) % len(_PRODUCTS)], 1 + (position + line) % 3)
        for line in range(1 + position % 4)
    ]


def _lines(number: str, contents: Sequence[tuple[_Product, int]]) -> tuple[SampleLine, ...]:
    return tuple(
        SampleLine(f"{number}-{line}", product.sku, product.name, quantity, product.weight_g, product.price_cents)
        for line, (product, quantity) in enumerate(contents, start=1)
    )
