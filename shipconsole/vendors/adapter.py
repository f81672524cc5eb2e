"""What a platform offers, in parts: orders, shipments, edits, tracking, stores, webhooks and batches.

Each part is a value full of pure functions: one builds a request, another reads the response to it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from shipconsole.domain.entries import EntryList
from shipconsole.domain.field import Field, FieldPath, Value, values_in
from shipconsole.domain.link import Link, RemoteOrder
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.order import Order
from shipconsole.domain.outcome import Outcome
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.domain.shipment import Package, Shipment
from shipconsole.domain.webhook_event import ObjectKind, ReadWebhookEvent, Webhook
from shipconsole.vendors.options import ConnectionOptions
from shipconsole.vendors.order_edit import OrderEdit
from shipconsole.vendors.outcome_check import CheckResult, UnconfirmedRequest
from shipconsole.vendors.paging import OrderPage, only_list
from shipconsole.vendors.received import Received
from shipconsole.vendors.request import Request, Response

Options = Mapping[str, str]
Filters = Mapping[str, Value]
"""The filters of a list of orders, by the dotted path of each filter's field."""
NO_FILTERS: Filters = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SecretField:
    """A key that a connection needs, under the name that the command line and the keyring use."""

    name: str
    required: bool = True
    text_id: str = ""

    @property
    def title(self) -> Message:
        """Return the platform's name for it."""
        return Message(self.text_id or f"key.{self.name}")


@dataclass(frozen=True, slots=True)
class Orders:
    """The requests that read orders, and what an order consists of.

    `list_page` takes options, a cursor and filters; `first_cursors` gives the cursor at which each list of orders
    begins, as some filters need several lists. `fields` are all properties of an order, `read_fields` gives their
    values in a document, `address_paths` the paths of the recipient's address by the names of `Address`.
    `read_document` reads a stored document, None where it reads like a response. `read_tracks` gives the packages in
    a stored document, None where none stand in it. `read_pictures` gives the addresses of the items' pictures in one by
    the items' ids, None where the platform has no pictures.
    """

    list_page: Callable[[Options, str, Filters], Request]
    read_page: Callable[[Response, Request], OrderPage | Outcome]
    get: Callable[[str, Options], Request]
    read: Callable[[Response], RemoteOrder | Outcome]
    fields: tuple[Field, ...]
    read_fields: Callable[[Mapping[str, object]], dict[FieldPath, Value]] = values_in
    filters: tuple[Field, ...] = ()
    first_cursors: Callable[[Filters], tuple[str, ...]] = only_list
    address_paths: Mapping[str, FieldPath] = field(default_factory=dict[str, FieldPath])
    read_document: Callable[[str], RemoteOrder | Outcome] | None = None
    read_tracks: Callable[[str], tuple[RemoteTrack, ...]] | None = None
    read_pictures: Callable[[str], Mapping[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class ShipmentNotification:
    """Everything that a platform's builder may use to notify it of a shipment.

    `packages` are the packages that this request is about: all of the shipment's, or a single one where the platform
    takes one tracking number a request. `shipments` are all of the order, oldest first, up to the newest of which the
    connection is or was notified. `link` is None where the connection does not have the order yet. `replaced` gives
    for each former number the number that its package has now, empty where the package was withdrawn. `again` says
    that the connection accepted this shipment before, so that only its labels changed.
    """

    order: Order
    link: Link | None
    shipment: Shipment
    packages: tuple[Package, ...]
    shipments: tuple[Shipment, ...]
    options: Options
    replaced: Mapping[str, str] = field(default_factory=dict[str, str])
    again: bool = False


def _no_notification(_notification: ShipmentNotification) -> Request | None:
    return None


def _never(_options: Options) -> bool:
    return False


def _no_code(_carrier_id: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a platform does with an edited tracking number, and with a voided shipment.

    `by_default` says whether it is notified of an edit unless a person decides otherwise.
    """

    edit_tracking: Message
    void: Message
    by_default: bool


@dataclass(frozen=True, slots=True)
class Shipments:
    """The requests that notify a platform of shipments.

    `notify` gives None where nothing in the packages concerns the connection; it raises `ValidationFailed` where what
    is known does not make a request that the platform documents. `needs_fresh_order` asks for a fresh copy of the
    order before a notification is built. `creates_missing` says whether a notification may create an order that the
    platform does not have. `void` withdraws a shipment, which is no longer among the notification's `shipments`;
    it gives None where the platform has nothing of it. `document` is the model as which they read an order's stored
    document, None where they do not. `check_outcome` decides from the order what became of a request
    without a response. `carrier_code` gives the usual code for a carrier of ours, empty where there is none.
    `customer_email` says who decides whether the customer gets an email, where no request does.
    """

    notify: Callable[[ShipmentNotification], Request | None]
    document: type[Received] | None = None
    creates_missing: Callable[[Options], bool] = _never
    one_request_per_package: bool = False
    needs_fresh_order: bool = False
    corrections: Corrections | None = None
    void: Callable[[ShipmentNotification], Request | None] | None = None
    check_outcome: Callable[[UnconfirmedRequest], CheckResult] | None = None
    customer_email: Message | None = None
    carrier_code: Callable[[str], str] = _no_code
    known_carrier_codes: tuple[str, ...] = ()


NOT_NOTIFIED = Shipments(_no_notification)
"""The part of a platform that ships by itself and is not notified of shipments."""


@dataclass(frozen=True, slots=True)
class OrderCreation:
    """The requests that create an order at a platform that does not have it.

    `request` raises `ValidationFailed` for every limit that the order breaks, at ``number``, ``ship_to.<part>`` and
    ``lines.<line id>.<part>``. `read` gives the order as the platform has it now, where the response shows it. `find`
    asks for the order of a number, where a second request would create a second order.
    """

    request: Callable[[Order, Options], Request]
    read: Callable[[Request, Response], RemoteOrder | Outcome]
    find: Callable[[str], Request] | None = None


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Everything that a platform's builder may use to send how many units of some items are cancelled.

    `order` has the cancelled units of each line. `line_ids` are the lines that a person changed, `restored` says that
    units of them are to ship again. `shipments` are those of which the connection was notified, `replaced` is as in
    `ShipmentNotification`.
    """

    order: Order
    link: Link
    line_ids: tuple[int, ...]
    restored: bool
    shipments: tuple[Shipment, ...]
    options: Options
    replaced: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Edits:
    """The requests that change, create or cancel orders; None where a platform takes no such request.

    `lists` are the lists in orders that can be added to. `sent_fields` gives the values in a request's body by the
    paths that an order has them at, None where a request does not show them as an order would. `cancel` gives None
    where the platform has the cancellation already.
    """

    lists: tuple[EntryList, ...] = ()
    sent_fields: Callable[[Mapping[str, object]], dict[FieldPath, Value]] | None = None
    change: Callable[[OrderEdit], Request] | None = None
    create: OrderCreation | None = None
    cancel: Callable[[Cancellation], Request | None] | None = None


@dataclass(frozen=True, slots=True)
class StoreState:
    """The state of a platform's own import from a store: done when `idle`, as of `refreshed_at` (the platform's text).

    `status` is the platform's term.
    """

    idle: bool
    refreshed_at: str = ""
    status: str = field(default="", compare=False)


class RemoteStore(NamedTuple):
    """A store that a platform imports orders from; `shop` is its kind, `asked_at` when it was last to be imported."""

    id: str
    name: str
    shop: str
    state: StoreState
    asked_at: str = ""


@dataclass(frozen=True, slots=True)
class StoreRefresh:
    """The requests that have a platform import a store again, and that list stores with their states."""

    start: Callable[[str], Request]
    get: Callable[[str], Request]
    read: Callable[[Response], StoreState | Outcome]
    list_all: Callable[[], Request]
    read_all: Callable[[Response], tuple[RemoteStore, ...] | Outcome]


@dataclass(frozen=True, slots=True)
class TrackingSubscription:
    """The requests that subscribe to tracking events of a package, and that unsubscribe."""

    start: Callable[[str, str, Options], Request]
    stop: Callable[[str, str, Options], Request]
    read_done: Callable[[Response], Outcome]


@dataclass(frozen=True, slots=True)
class Tracking:
    """The requests about a package in transit.

    Each takes a tracking number and a carrier, ours or the platform's code; `needs_carrier` is False where the
    platform detects it. `subscription` is None where there is none.
    """

    get: Callable[[str, str, Options], Request]
    read: Callable[[Response], RemoteTrack | Outcome]
    subscription: TrackingSubscription | None = None
    needs_carrier: bool = True


@dataclass(frozen=True, slots=True)
class WebhookRegistry:
    """The requests that list the webhooks of an account, and change or remove them by their ids."""

    list_all: Callable[[], Request]
    read: Callable[[Response], tuple[Webhook, ...] | Outcome]
    change: Callable[[str, str], Request]
    remove: Callable[[str], Request]
    read_done: Callable[[Response], Outcome]


@dataclass(frozen=True, slots=True)
class WebhookRegistration:
    """The events for which a platform calls a URL, and the request that registers it.

    `register` takes an event, a URL and a name. `registry` is None where the platform documents no list of what is
    registered.
    """

    events: tuple[str, ...]
    register: Callable[[str, str, str], Request]
    read_registered: Callable[[Request, Response], Webhook | Outcome]
    registry: WebhookRegistry | None = None


PublicKey = Callable[[bytes, bytes], bool]
"""Returns whether a signature of a text is right."""


class Signed(NamedTuple):
    """A webhook's signature: by which key, when (None where that cannot be read), and of which text."""

    key_id: str
    at_ms: int | None
    signature: bytes
    text: bytes


@dataclass(frozen=True, slots=True)
class Signature:
    """How a platform signs its webhooks.

    `read` takes the headers, by lower-case names, and the body; it gives None where the webhook is not signed.
    `keys` asks for the public keys, `read_keys` gives the usable ones by their ids, None where the response holds no
    set of keys.
    """

    headers: tuple[str, ...]
    read: Callable[[Mapping[str, str], bytes], Signed | None]
    keys: Callable[[], Request]
    read_keys: Callable[[Response], Mapping[str, PublicKey] | None]


def _no_query(_kind: ObjectKind, _thing_id: str) -> Request | None:
    return None


def _no_description(_kind: ObjectKind, _response: Response) -> Message | Outcome:
    return NO_MESSAGE


def _no_warnings(_order: RemoteOrder) -> list[Message]:
    return []


@dataclass(frozen=True, slots=True)
class Webhooks:
    """How a platform's webhooks are read, answered, registered and verified.

    `read` takes any bytes and never fails. `identify` gives an event's key and whether it recurs, as `read` does, in
    much less time, since a platform waits for it; without it `read` is used. `response` is the text that the platform
    expects in response. `query` asks what became of a thing that a webhook only names, None where no request for it is
    documented; `read_queried` describes it. `warnings` are what in an order's packages does not fit. `registration` is
    None where webhooks are registered at the platform only, `signature` where they are not signed.
    """

    read: Callable[[bytes], ReadWebhookEvent]
    identify: Callable[[bytes], tuple[str, bool]] | None = None
    response: str = ""
    query: Callable[[ObjectKind, str], Request | None] = _no_query
    read_queried: Callable[[ObjectKind, Response], Message | Outcome] = _no_description
    warnings: Callable[[RemoteOrder], list[Message]] = _no_warnings
    registration: WebhookRegistration | None = None
    signature: Signature | None = None


@dataclass(frozen=True, slots=True)
class BatchJob:
    """A platform's promise to process a batch, under an id by which its state is queried."""

    id: str


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The outcome of one request of a batch, and what was responded about it alone, as a response of its own."""

    outcome: Outcome
    response: Response | None = None


@dataclass(frozen=True, slots=True)
class BatchJobState:
    """The state of a batch job: a result for each request in the order of sending, None while it is not known."""

    done: bool
    results: tuple[BatchResult | None, ...]


@dataclass(frozen=True, slots=True)
class Batches:
    """The requests that send up to `most` creations together, and that query the result of each.

    `request` combines single requests; in what `read` gives, a rejection names each by its position: ``orders.3.…``.
    `read_job` takes the single requests in the same order.
    """

    most: int
    request: Callable[[Sequence[Request]], Request]
    read: Callable[[Request, Response], BatchJob | Outcome]
    get_job: Callable[[str], Request]
    read_job: Callable[[Response, Sequence[Request]], BatchJobState | Outcome]


@dataclass(frozen=True, slots=True)
class Vendor:
    """One platform: its name, address, keys and rate limit, and the parts that it offers.

    `rate_per_s` and `burst` keep to the documented limit even where a request is sent `late_s` after its turn and as
    much is added on its way. `headers` are those that carry the keys; the sender adds what every request has (JSON is
    sent and accepted). `options` is the model of a connection's options.
    `read_update` gives the outcome of any update: of a notification, a change, a creation or a cancellation.
    `tracking`, `stores` and `batches` are None where the platform has no such requests.
    """

    name: str
    title: str
    default_url: str
    secrets: tuple[SecretField, ...]
    options: type[ConnectionOptions]
    rate_per_s: float
    burst: int
    late_s: float
    headers: Callable[[Mapping[str, str], Options], dict[str, str]]
    probe: Callable[[Options], Request]
    read_probe: Callable[[Response], Outcome]
    read_update: Callable[[Request, Response], Outcome]
    orders: Orders
    webhooks: Webhooks
    shipments: Shipments = NOT_NOTIFIED
    edits: Edits = Edits()
    tracking: Tracking | None = None
    stores: StoreRefresh | None = None
    batches: Batches | None = None

    @property
    def is_notified(self) -> bool:
        """Return whether the platform is notified of shipments; one that ships by itself is not."""
        return self.shipments is not NOT_NOTIFIED
