"""What every vendor folder offers: one value full of pure functions, the same for all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from shipconsole.domain.field import Field, FieldPath, Value, values_in
from shipconsole.domain.link import Link, RemoteOrder
from shipconsole.domain.order import Order
from shipconsole.domain.outcome import Outcome
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.domain.shipment import Package, Shipment
from shipconsole.domain.webhook import Webhook
from shipconsole.vendors.change import Change
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


@dataclass(frozen=True, slots=True)
class Refresh:
    """The calls by which a vendor is asked to read its shop again, and by which the end of that is seen."""

    start: Callable[[str], Request]
    look: Callable[[str], Request]
    read: Callable[[Answer], SourceState | Outcome]


@dataclass(frozen=True, slots=True)
class Tracking:
    """The calls about a parcel on its way: what is known of it, and being told of news of it or no longer.

    Each takes a tracking number and a carrier, ours or the vendor's code.
    """

    get: Callable[[str, str, Options], Request]
    read: Callable[[Answer], RemoteTrack | Outcome]
    start: Callable[[str, str, Options], Request]
    stop: Callable[[str, str, Options], Request]
    read_done: Callable[[Answer], Outcome]


@dataclass(frozen=True, slots=True)
class WebhookRegistry:
    """The calls by which the webhooks of an account are listed, and changed or removed by their ids."""

    look: Callable[[], Request]
    read: Callable[[Answer], tuple[Webhook, ...] | Outcome]
    change: Callable[[str, str], Request]
    remove: Callable[[str], Request]
    read_done: Callable[[Answer], Outcome]


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The events of which a vendor calls an address, and how it is asked to.

    `register` takes an event, an address and a name. `registry` is None where the vendor documents no way to
    look at what is registered.
    """

    events: tuple[str, ...]
    register: Callable[[str, str, str], Request]
    read_registered: Callable[[Request, Answer], Webhook | Outcome]
    registry: WebhookRegistry | None = None


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor: its name, its address, its keys, its pace and what can be said to it.

    `rate_per_s` and `burst` are the documented limits less a margin. `headers` are those that carry the keys;
    what every call has (JSON is sent and asked for) the sender adds. `tell` gives None where nothing in the
    parcels concerns the connection; it raises `RefusedError` where what is known does not make a call that
    the vendor documents. `reads_before_telling` asks for a fresh copy of the order before a telling is built.
    `fields` are all properties of its orders, `read_fields` gives their values in a document, `change` is None
    where orders cannot be changed.
    `address_paths` tells where an order has the parts of its receiver's address, by what each part is called.
    `is_told` is false for a vendor that ships by itself and is never told of a shipment.
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
    fields: tuple[Field, ...] = ()
    change: Callable[[Change], Request] | None = None
    read_fields: Callable[[Mapping[str, object]], dict[FieldPath, Value]] = values_in
    address_paths: Mapping[str, FieldPath] = field(default_factory=dict[str, FieldPath])
    tracking: Tracking | None = None
    webhooks: Webhooks | None = None
    is_told: bool = True
