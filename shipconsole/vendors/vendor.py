"""What every vendor folder offers: one value full of pure functions, the same for all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shipconsole.domain.link import Link, RemoteOrder
from shipconsole.domain.order import Order
from shipconsole.domain.outcome import Outcome
from shipconsole.domain.shipment import Package, Shipment
from shipconsole.vendors.exchange import Answer, Request

Options = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SecretField:
    """A key that a connection needs, under the name that the command line and the keyring use."""

    name: str
    title: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class OptionField:
    """A setting of a connection, with what it may be and what it is when nothing was said."""

    name: str
    title: str
    default: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderPage:
    """A page of a vendor's orders; `next_cursor` is empty on the last one, `total` None where it is not told."""

    orders: tuple[RemoteOrder, ...]
    next_cursor: str = ""
    total: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Telling:
    """All that a vendor's builder may use to tell about a shipment.

    `packages` are the parcels that this one call is about: all of the shipment's, or one where the vendor
    takes one tracking number a call. `shipments` are all of the order, oldest first, up to and with this one.
    `link` is None where the connection does not know the order yet.
    """

    order: Order
    link: Link | None
    shipment: Shipment
    packages: tuple[Package, ...]
    shipments: tuple[Shipment, ...]
    options: Options


@dataclass(frozen=True, slots=True)
class SourceState:
    """How far a vendor's own import from the shop is: done when `idle`, as of `refreshed_at` (its own text)."""

    idle: bool
    refreshed_at: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Refresh:
    """The calls by which a vendor is asked to read its shop again, and by which the end of that is seen."""

    start: Callable[[str], Request]
    look: Callable[[str], Request]
    read: Callable[[Answer], SourceState | Outcome]


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor: its name, its address, its keys, its pace and what can be said to it.

    `rate_per_s` and `burst` are the documented limits less a margin. `tell` gives None where nothing in the
    parcels concerns the connection; it raises `RefusedError` where what is known does not make a call that
    the vendor documents. `reads_before_telling` asks for a fresh copy of the order before a telling is built.
    """

    name: str
    title: str
    default_url: str
    secrets: tuple[SecretField, ...]
    options: tuple[OptionField, ...]
    rate_per_s: float
    burst: int
    headers: Callable[[Mapping[str, str], Options], dict[str, str]]
    probe: Callable[[Options], Request]
    read_probe: Callable[[Answer], Outcome]
    list_orders: Callable[[Options, str], Request]
    read_orders: Callable[[Answer, Request], OrderPage | Outcome]
    get_order: Callable[[str, Options], Request]
    read_order: Callable[[Answer], RemoteOrder | Outcome]
    tell: Callable[[Telling], Request | None]
    read_told: Callable[[Request, Answer], Outcome]
    tells_new_orders: Callable[[Options], bool]
    one_call_per_package: bool = False
    reads_before_telling: bool = False
    refresh: Refresh | None = None
