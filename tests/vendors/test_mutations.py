"""Spoiled bodies: whatever becomes of a published one, no reader fails, and a spoiled field never loses its order.

Each body is spoiled in so many ways by a generator that starts from the same place in every run. The long form
(``-m heavy``) spoils every body ten thousand times.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest

from shipconsole.domain.field import text_of
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.problem import ValidationFailed
from shipconsole.vendors.adapter import Vendor
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.paging import OrderPage
from shipconsole.vendors.request import Request, Response
from tests.vendors import documents
from tests.vendors.examples import HERE, response

SHORT, LONG = 50, 10_000
STATUSES = (200, 200, 200, 201, 400, 500)

ODD: tuple[object, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    -1e300,
    2**70,
    10**400,
    "",
    "text",
    "\ud800",
    "\x00",
    "x" * 3_000,
    "2020-12-09T02:11:12.6468502Z",
    "9999-99-99",
    [],
    [None],
    [[]],
    ["text"],
    {},
    {"": {}},
    {"object": "list", "data": {}},
    {"object": "list", "data": [1]},
)

PUBLISHED = sorted(path for path in HERE.glob("*/samples/**/*") if path.suffix in (".json", ".xml"))

# Where each vendor's responses hold orders, and by what an order is known.
LISTS = {
    "starshipit": ("orders", "order_id"),
    "shipup": ("data", "merchant_id"),
    "shipengine": ("sales_orders", "sales_order_id"),
    "swiftpod": ("data", "id"),
}

# What is known of an order of a vendor that has no table of fields.
SWIFTPOD_ORDER = HERE / "swiftpod/samples/list_orders/order.json"


def readers(vendor: Vendor) -> list[Callable[[Response], object]]:
    """Every function of a platform that reads a response."""
    request = Request("create", "POST", "/", body={"order": {"items": [{"sku": "A"}]}})
    found: list[Callable[[Response], object]] = [
        vendor.read_probe,
        lambda response: vendor.orders.read_page(response, vendor.orders.list_page({}, "", {})),
        vendor.orders.read,
        lambda response: vendor.read_update(request, response),
    ]
    if vendor.batches:
        batch = vendor.batches
        found.append(lambda response: batch.read(request, response))
        found.append(lambda response: batch.read_job(response, [request, request]))
    if vendor.stores:
        found += [vendor.stores.read, vendor.stores.read_all]
    if vendor.orders.read_tracks:
        read_tracks = vendor.orders.read_tracks
        found.append(lambda response: read_tracks(response.body.decode("utf-8", "replace")))
    if vendor.tracking:
        found.append(vendor.tracking.read)
        if vendor.tracking.subscription:
            found.append(vendor.tracking.subscription.read_done)
    webhooks = vendor.webhooks
    found.append(lambda response: webhooks.read(response.body))
    found.append(lambda response: webhooks.read_queried("batch", response))
    found.append(lambda response: webhooks.read_queried("rate", response))
    if registration := webhooks.registration:
        sent = registration.register(registration.events[0], "https://example.com/hook", "station")
        found.append(lambda response: registration.read_registered(sent, response))
        if registration.registry:
            found += [registration.registry.read, registration.registry.read_done]
    return found


def spoiled(body: bytes, chance: Random) -> bytes:
    """The body with a few bytes or one of its values spoiled."""
    tree = parse(body)
    if tree is None or chance.random() < 0.4:
        return _spoiled_bytes(body, chance)
    return _json(_with_odd_value(tree, chance))


def _spoiled_bytes(body: bytes, chance: Random) -> bytes:
    raw = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        place, end = (chance.randrange(len(raw) + 1) for _ in range(2))
        match chance.randrange(5):
            case 0 if place < len(raw):
                raw[place] ^= 1 << chance.randrange(8)
            case 1:
                raw[place:place] = chance.randbytes(chance.randint(1, 4))
            case 2:
                del raw[place : place + chance.randint(1, 8)]
            case 3:
                del raw[place:]
            case _:
                raw[place:place] = raw[min(place, end) : max(place, end)][:2_000]
    return bytes(raw)


def _with_odd_value(tree: object, chance: Random, fixed: tuple[tuple[object, ...], ...] = ()) -> object:
    """The tree with one value replaced, renamed, doubled or taken out, but none at a path in `fixed` or above it."""
    whole = deepcopy(tree)
    nodes = [
        (holder, key) for path, holder, key in _places(whole) if not any(one[: len(path)] == path for one in fixed)
    ]
    if not nodes:
        return whole
    holder, key = chance.choice(nodes)
    if isinstance(holder, dict) and chance.random() < 0.2:
        holder["Odd name"] = holder.pop(key)
    elif isinstance(holder, dict) and chance.random() < 0.2:
        del holder[key]
    elif chance.random() < 0.2:
        holder[key] = [holder[key], holder[key]]
    else:
        holder[key] = deepcopy(chance.choice(ODD))
    return whole


def _places(tree: Any, path: tuple[object, ...] = ()) -> list[tuple[tuple[object, ...], Any, Any]]:
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    found = []
    for key, value in inner:
        found += [((*path, key), tree, key), *_places(value, (*path, key))]
    return found


def _json(tree: object) -> bytes:
    return json.dumps(tree).encode()


def survive(vendor: Vendor, body: bytes, times: int, seed: str) -> None:
    """Read so many spoiled bodies by all readers, and their objects as documents of orders."""
    chance, read_by = Random(seed), readers(vendor)
    for _ in range(times):
        worse = spoiled(body, chance)
        reply = response(chance.choice(STATUSES), worse)
        for read in read_by:
            repr(read(reply)).encode()
        document = parse(worse)
        if isinstance(document, dict):
            as_document(vendor, cast("dict[str, object]", document), worse)


def as_document(vendor: Vendor, document: dict[str, object], raw: bytes) -> None:
    """Read its fields, show them, and change one; nothing but a refusal may come of it."""
    inner = document.get("order")
    whole = cast("dict[str, object]", inner) if isinstance(inner, dict) else document
    values = vendor.orders.read_fields(whole)
    for field in vendor.orders.fields[:20]:
        text_of(field, values.get(field.path))
    if vendor.edits.change is None:
        return
    wanted = documents.edit_of({}, dict(list(values.items())[:5]) | {vendor.orders.fields[1].path: "other", ("x",): 1})
    link = wanted.link.model_copy(update={"document": raw.decode("utf-8", "replace")})
    for values_wanted in (wanted.values, {vendor.orders.fields[1].path: "other"}):
        with suppress(ValidationFailed):
            assert vendor.edits.change(documents.OrderEdit(wanted.order, link, values_wanted)).body_text


def whole_order(vendor: Vendor) -> dict[str, object]:
    """An order with a value in every field that the platform describes."""
    if vendor.orders.fields:
        return documents.whole_document(vendor.orders.fields)
    return cast("dict[str, object]", json.loads(SWIFTPOD_ORDER.read_text(encoding="utf-8")))


def lose_nothing(vendor: Vendor, times: int) -> None:
    """Spoil one value of one order in a list, and find every order again by its id."""
    name, key = LISTS[vendor.name]
    chance = Random(vendor.name)
    whole = whole_order(vendor)
    orders = [whole | {key: number if vendor.name == "starshipit" else str(number)} for number in (71, 72, 73)]
    body: dict[str, object] = {name: orders, "success": True}
    # An order that says it is a test is left out on purpose.
    kept = tuple((name, place, field) for place in range(3) for field in (key, "test_order"))
    for _ in range(times):
        read = vendor.orders.read_page(
            response(200, _json(_with_odd_value({name: body[name]}, chance, kept))), vendor.orders.list_page({}, "", {})
        )
        assert isinstance(read, OrderPage)
        assert [order.remote_id for order in read.orders] == ["71", "72", "73"]
        alone = _with_odd_value(orders[0], chance, ((key,),))
        given = {"order": alone, "success": True} if vendor.name == "starshipit" else alone
        one = vendor.orders.read(response(200, _json(given)))
        assert isinstance(one, RemoteOrder)
        assert one.remote_id == "71"
        assert one.document


every_body = pytest.mark.parametrize("path", PUBLISHED, ids=[str(path.relative_to(HERE)) for path in PUBLISHED])
every_vendor = pytest.mark.parametrize("vendor", [VENDORS[name] for name in LISTS], ids=list(LISTS))


def _vendor_of(path: Path) -> Vendor:
    vendor = VENDORS.get(path.relative_to(HERE).parts[0])
    if vendor is None:
        pytest.skip("its platform is not in the catalogue")
    return vendor


@every_body
def test_spoiled_bodies_are_survived(path: Path) -> None:
    survive(_vendor_of(path), path.read_bytes(), SHORT, path.name)


@every_vendor
def test_spoiled_whole_orders_are_survived(vendor: Vendor) -> None:
    survive(vendor, _json(whole_order(vendor)), SHORT, vendor.name)


@every_vendor
def test_a_spoiled_field_never_loses_its_order(vendor: Vendor) -> None:
    lose_nothing(vendor, SHORT)


@pytest.mark.heavy
@pytest.mark.timeout(1800)
@every_body
def test_spoiled_bodies_are_survived_ten_thousand_times(path: Path) -> None:
    survive(_vendor_of(path), path.read_bytes(), LONG, path.name)


@pytest.mark.heavy
@pytest.mark.timeout(1800)
@every_vendor
def test_a_spoiled_field_never_loses_its_order_ten_thousand_times(vendor: Vendor) -> None:
    lose_nothing(vendor, LONG)


def test_the_spoiler_spoils() -> None:
    body, chance = b'{"order": {"order_id": 1, "items": [{"sku": "A"}]}}', Random(1)
    worse = [spoiled(body, chance) for _ in range(200)]
    assert len(set(worse)) > 100
    assert sum(parse(one) is None for one in worse) > 20
    assert sum(parse(one) is not None for one in worse) > 100
