"""What every platform folder offers: one value full of pure functions, the same for all of them."""

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
from shipconsole.vendors.change import Change
from shipconsole.vendors.exchange import Answer, Request
from shipconsole.vendors.options import ConnectionOptions
from shipconsole.vendors.paging import OrderPage, only_list
from shipconsole.vendors.read_back import Evidence, Verdict

Options = Mapping[str, str]
Filters = Mapping[str, Value]
"""What a list of orders is narrowed to, by the dotted path of each filter's field."""
NO_FILTERS: Filters = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SecretField:
    """A key that a connection needs, under the name that the command line and the keyring use."""

    name: str
    required: bool = True
    text_id: str = ""

    @property
    def title(self) -> Message:
        """What the platform calls it."""
        return Message(self.text_id or f"key.{self.name}")


@dataclass(frozen=True, slots=True)
class ShipmentNotification:
    """All that a platform's builder may use to tell about a shipment.

    `packages` are the packages that this one call is about: all of the shipment's, or one where the platform
    takes one tracking number a call. `shipments` are all of the order, oldest first, up to the newest that the
    connection is told of by this call or was before. `link` is None where the connection does not know the order yet.
    `replaced` gives by each number that no package has any more the one that its package has now, empty where that was
    taken back. `again` says that the connection took this before, so that only the label is another one.
    """

    order: Order
    link: Link | None
    shipment: Shipment
    packages: tuple[Package, ...]
    shipments: tuple[Shipment, ...]
    options: Options
    replaced: Mapping[str, str] = field(default_factory=dict[str, str])
    again: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """What a platform can and cannot take back of what it was told.

    `message` is about a corrected number, `called_back` about a whole shipment. `by_default` says that a correction is
    told unless a person does not want it.
    """

    message: Message
    called_back: Message
    by_default: bool


@dataclass(frozen=True, slots=True)
class Creation:
    """How a platform is told of an order that it does not know.

    `request` raises `ValidationFailed` for every limit that the order breaks, at ``number``, ``ship_to.<part>`` and
    ``lines.<line id>.<part>``. `read` gives the order as the platform has it now, where that can be told. `find` asks
    for the order of a number, where a second telling would make a second order.
    """

    request: Callable[[Order, Options], Request]
    read: Callable[[Request, Answer], RemoteOrder | Outcome]
    find: Callable[[str], Request] | None = None


@dataclass(frozen=True, slots=True)
class Cancelling:
    """All that a platform's builder may use to tell how many units of some lines will not come.

    `order` has what is cancelled of each line. `line_ids` are the lines that a person changed, `restored` that units of
    them shall come after all. `shipments` are those that the connection was told of, `replaced` is as in
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
class SourceState:
    """How far a vendor's own import from the shop is: done when `idle`, as of `refreshed_at` (its own text).

    `status` is the vendor's own word.
    """

    idle: bool
    refreshed_at: str = ""
    status: str = field(default="", compare=False)


class Source(NamedTuple):
    """A shop that a platform reads orders from; `shop` is the kind of shop, `asked_at` when it was last to be read."""

    id: str
    name: str
    shop: str
    state: SourceState
    asked_at: str = ""


@dataclass(frozen=True, slots=True)
class Refresh:
    """The calls by which a platform is asked to read its shop again, and by which the end of that is seen.

    `sources` asks for all shops that there are.
    """

    start: Callable[[str], Request]
    look: Callable[[str], Request]
    read: Callable[[Answer], SourceState | Outcome]
    sources: Callable[[], Request]
    read_sources: Callable[[Answer], tuple[Source, ...] | Outcome]


@dataclass(frozen=True, slots=True)
class TrackNews:
    """The calls by which a platform is asked to tell of news of a package, and to tell of it no longer."""

    start: Callable[[str, str, Options], Request]
    stop: Callable[[str, str, Options], Request]
    read_done: Callable[[Answer], Outcome]


@dataclass(frozen=True, slots=True)
class Tracking:
    """The calls about a package on its way: what is known of it, and being told of news of it where there is such.

    Each takes a tracking number and a carrier, ours or the platform's code; `needs_carrier`
    is False where the platform finds it by itself.
    """

    get: Callable[[str, str, Options], Request]
    read: Callable[[Answer], RemoteTrack | Outcome]
    news: TrackNews | None = None
    needs_carrier: bool = True


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
    """The events of which a platform calls an address, and how it is asked to.

    `register` takes an event, an address and a name. `registry` is None where the platform documents no way to
    look at what is registered.
    """

    events: tuple[str, ...]
    register: Callable[[str, str, str], Request]
    read_registered: Callable[[Request, Answer], Webhook | Outcome]
    registry: WebhookRegistry | None = None


def _no_look(_kind: ObjectKind, _thing_id: str) -> Request | None:
    return None


def _not_read(_kind: ObjectKind, _answer: Answer) -> Message | Outcome:
    return NO_MESSAGE


def _no_doubts(_order: RemoteOrder) -> list[Message]:
    return []


@dataclass(frozen=True, slots=True)
class Deliveries:
    """How a platform's webhooks are read when they come; `read` takes any bytes and never fails.

    `answer` is the text that the platform wants to be answered. `look` asks what became of a thing that a webhook only
    names, None where no way to ask is documented; `read_look` tells it in words. `doubts` are what in an order's
    packages does not fit, in words.
    """

    read: Callable[[bytes], ReadWebhookEvent]
    answer: str = ""
    look: Callable[[ObjectKind, str], Request | None] = _no_look
    read_look: Callable[[ObjectKind, Answer], Message | Outcome] = _not_read
    doubts: Callable[[RemoteOrder], list[Message]] = _no_doubts


@dataclass(frozen=True, slots=True)
class Job:
    """A platform's promise to work a batch off, under an id by which to ask for it."""

    id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one call of a batch, and what was said of it alone, as if it were an answer of its own."""

    outcome: Outcome
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class JobState:
    """How far a job is: an entry for each call in the order of asking, None while nothing is told of it."""

    done: bool
    entries: tuple[Entry | None, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """The calls by which up to `most` creations go together, and by which is seen what became of each.

    `request` puts single creations together, in whose `read` a refusal names each by its place: ``orders.3.…``.
    `read_job` takes the single creations in the same order.
    """

    most: int
    request: Callable[[Sequence[Request]], Request]
    read: Callable[[Request, Answer], Job | Outcome]
    look: Callable[[str], Request]
    read_job: Callable[[Answer, Sequence[Request]], JobState | Outcome]


PublicKey = Callable[[bytes, bytes], bool]
"""Says whether a signature of a text is right."""


class Signed(NamedTuple):
    """What a webhook says of its signature: by which key, when (None where that cannot be read), and of which text."""

    key_id: str
    at_ms: int | None
    signature: bytes
    text: bytes


@dataclass(frozen=True, slots=True)
class Signature:
    """How a platform signs its webhooks.

    `read` takes the headers, by lower-case names, and the body; it gives None where the webhook is not signed.
    `keys` asks for the public keys, `read_keys` gives those that are to be believed by their ids, None where the
    answer holds none.
    """

    headers: tuple[str, ...]
    read: Callable[[Mapping[str, str], bytes], Signed | None]
    keys: Callable[[], Request]
    read_keys: Callable[[Answer], Mapping[str, PublicKey] | None]


def _no_code(_carrier_id: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Vendor:
    """One platform: its name, its address, its keys, its pace and what can be said to it.

    `rate_per_s` and `burst` are the documented limits less a margin. `headers` are those that carry the keys;
    what every call has (JSON is sent and asked for) the sender adds. `tell` gives None where nothing in the
    packages concerns the connection; it raises `ValidationFailed` where what is known does not make a call that
    the platform documents. `reads_before_telling` asks for a fresh copy of the order before a telling is built.
    `options` is the model of what a connection to it can be set to.
    `fields` are all properties of its orders, `read_fields` gives their values in a document, `change` is None
    where orders cannot be changed, `create` where none can be added, `cancel` where nobody is told that units will not
    come; that builder gives None where the platform knows it already. `read_document` reads a stored document, None
    where it reads like an answer. `lists` are the lists in orders that can be added to. `sent_fields` gives the values
    in a request's body by the paths that an order has them at, None where a request says nothing that an order would
    show as it was sent.
    `read_tracks` gives the packages in a stored document, None where none stand there.
    `deliveries` reads the webhooks that it sends, None where it sends none.
    `address_paths` tells where an order has the parts of its receiver's address, by the names of `Address`.
    `read_back` decides what became of a call without an answer from the order as the platform has it now.
    `is_told` is false for a platform that ships by itself and is never told of a shipment.
    `filters` are those of its list of orders; their values go to `list_orders` with the cursor of every page.
    `order_lists` gives the cursor at which each of its lists of orders begins, where filters leave more than one.
    `correction` says what it can take back of what it was told; `reversal` builds the call that takes a shipment back,
    which is not one of the telling's `shipments` any more, and gives None where the platform has nothing of it.
    `carrier_codes` gives its usual code for a carrier of ours, empty where there is none; `known_carriers` are the
    codes that it is known to take.
    `signature` is None where it signs no webhooks.
    """

    name: str
    title: str
    default_url: str
    secrets: tuple[SecretField, ...]
    options: type[ConnectionOptions]
    rate_per_s: float
    burst: int
    headers: Callable[[Mapping[str, str], Options], dict[str, str]]
    probe: Callable[[Options], Request]
    read_probe: Callable[[Answer], Outcome]
    list_orders: Callable[[Options, str, Filters], Request]
    read_orders: Callable[[Answer, Request], OrderPage | Outcome]
    get_order: Callable[[str, Options], Request]
    read_order: Callable[[Answer], RemoteOrder | Outcome]
    tell: Callable[[ShipmentNotification], Request | None]
    read_told: Callable[[Request, Answer], Outcome]
    tells_new_orders: Callable[[Options], bool]
    one_call_per_package: bool = False
    reads_before_telling: bool = False
    refresh: Refresh | None = None
    fields: tuple[Field, ...] = ()
    lists: tuple[EntryList, ...] = ()
    change: Callable[[Change], Request] | None = None
    create: Creation | None = None
    cancel: Callable[[Cancelling], Request | None] | None = None
    correction: Correction | None = None
    reversal: Callable[[ShipmentNotification], Request | None] | None = None
    read_document: Callable[[str], RemoteOrder | Outcome] | None = None
    read_fields: Callable[[Mapping[str, object]], dict[FieldPath, Value]] = values_in
    sent_fields: Callable[[Mapping[str, object]], dict[FieldPath, Value]] | None = None
    address_paths: Mapping[str, FieldPath] = field(default_factory=dict[str, FieldPath])
    tracking: Tracking | None = None
    read_tracks: Callable[[str], tuple[RemoteTrack, ...]] | None = None
    webhooks: Webhooks | None = None
    deliveries: Deliveries | None = None
    read_back: Callable[[Evidence], Verdict] | None = None
    is_told: bool = True
    filters: tuple[Field, ...] = ()
    order_lists: Callable[[Filters], tuple[str, ...]] = only_list
    carrier_codes: Callable[[str], str] = _no_code
    known_carriers: tuple[str, ...] = ()
    batch: Batch | None = None
    signature: Signature | None = None
