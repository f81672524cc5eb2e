"""Reading a list always ends, keeps what came, and does not call a list complete that was not read to its end."""

import string
from random import Random
from typing import Any

import pytest

from shipconsole.domain.address import RECIPIENT_LONGEST
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.importing.import_orders import SyncResult
from shipconsole.operations.orders import orders
from shipconsole.vendors.adapter import Filters
from shipconsole.vendors.paging import BYTES_MOST, LASTS_S, PAGES_MOST, THIN_PAGES_MOST, ListReading, OrderPage
from tests.operations.importing.lying_lists import (
    Page,
    Platform,
    Query,
    lying,
    shipengine,
    shipup,
    starshipit,
    swiftpod,
)

KEYS = {
    "shipengine": ("api_key",),
    "starshipit": ("api_key", "subscription_key"),
    "shipup": ("api_key",),
    "swiftpod": ("api_key",),
}


def number(query: Query) -> int:
    return int(query.get("page", "1"))


def partial(query: Query) -> bool:
    return query.get("fulfillment_status") == "partially_fulfilled"


def before(query: Query) -> int:
    return int(query.get("ending_before", "1000"))


def engine(page: Page) -> Page:
    """A list of unfulfilled orders; that of the partly fulfilled ones has order 77 alone and is sound."""
    return lambda query: shipengine([77], total=1) if partial(query) else page(query)


LIES: dict[str, tuple[str, Page, int, set[str]]] = {
    "shipengine, next names itself": (
        "shipengine",
        engine(lambda _: shipengine([1, 2], pages=3, total=6, next_page=1)),
        3,
        {"repeated", "too_few"},
    ),
    "shipengine, pages name each other": (
        "shipengine",
        engine(lambda q: shipengine([number(q)], page=number(q), pages=9, total=2, next_page=3 - number(q))),
        3,
        {"repeated"},
    ),
    "shipengine, a number that never moves": (
        "shipengine",
        engine(lambda _: shipengine([1, 2], pages=3, total=6)),
        3,
        {"page_number", "repeated", "too_few"},
    ),
    "shipengine, the number stays while orders come": (
        "shipengine",
        engine(lambda q: shipengine([number(q)], pages=3, total=3)),
        4,
        {"page_number"},
    ),
    "shipengine, the same orders on every page": (
        "shipengine",
        engine(lambda q: shipengine([1, 2], page=number(q), pages=3, total=2, next_page=number(q) + 1)),
        3,
        {"repeated"},
    ),
    "shipengine, the same orders on the last page": (
        "shipengine",
        engine(lambda q: shipengine([1, 2], page=number(q), pages=2, total=2)),
        3,
        {"repeated"},
    ),
    "shipengine, fewer than the total": (
        "shipengine",
        engine(lambda _: shipengine([1, 2], total=5)),
        3,
        {"too_few"},
    ),
    "shipengine, empty pages for ever": (
        "shipengine",
        engine(lambda q: shipengine([], page=number(q), pages=10**6, total=0, next_page=number(q) + 1)),
        1,
        {"empty_page"},
    ),
    "shipengine, more after the last page": (
        "shipengine",
        engine(lambda q: shipengine([number(q)], page=number(q), pages=2, total=2, next_page=number(q) + 1)),
        3,
        {"past_last_page"},
    ),
    "shipengine, new orders for ever": (
        "shipengine",
        engine(lambda q: shipengine([100 + number(q)], page=number(q), pages=10**6, total=10**6)),
        THIN_PAGES_MOST + 2,
        {"too_few", "too_long"},
    ),
    "shipengine, full pages of new orders for ever, beyond its total": (
        "shipengine",
        engine(
            lambda q: shipengine(
                list(range(100 * number(q), 100 * number(q) + 100)), page=number(q), pages=10**6, total=250
            )
        ),
        501,
        {"too_many"},
    ),
    "swiftpod, full pages of new orders for ever, beyond its total": (
        "swiftpod",
        lambda q: swiftpod(
            list(range(50 * number(q), 50 * number(q) + 50)), current_page=number(q), last_page=10**6, total=60
        ),
        200,
        {"too_many"},
    ),
    "starshipit, the same orders on every page": ("starshipit", lambda _: starshipit([1, 2], 3), 2, {"repeated"}),
    "starshipit, the same orders on the last page": ("starshipit", lambda _: starshipit([1, 2], 2), 2, {"repeated"}),
    "starshipit, pages follow an empty one": (
        "starshipit",
        lambda q: starshipit([1] if number(q) == 1 else [], 9),
        1,
        {"empty_page"},
    ),
    "starshipit, one more page for ever": (
        "starshipit",
        lambda q: starshipit([number(q)], number(q) + 1),
        THIN_PAGES_MOST + 1,
        {"too_long"},
    ),
    "shipup, has_more for ever": ("shipup", lambda _: shipup([5, 4], more=True), 2, {"repeated"}),
    "shipup, pages name each other": (
        "shipup",
        lambda q: shipup([5] if before(q) == 4 else [4], more=True),
        2,
        {"repeated"},
    ),
    "shipup, has_more with nothing": ("shipup", lambda _: shipup([], more=True), 0, {"empty_page"}),
    "shipup, greater ids for ever": (
        "shipup",
        lambda q: shipup([10**6 + before(q)] if "ending_before" in q else [5], more=True),
        2,
        {"repeated"},
    ),
    "shipup, new orders for ever": (
        "shipup",
        lambda q: shipup([before(q) - 1], more=True),
        THIN_PAGES_MOST + 1,
        {"too_long"},
    ),
    "swiftpod, a number that never moves": (
        "swiftpod",
        lambda _: swiftpod([1, 2], current_page=1, last_page=3),
        2,
        {"page_number", "repeated"},
    ),
    "swiftpod, the same full page for ever": ("swiftpod", lambda _: swiftpod(list(range(50))), 50, {"repeated"}),
    "swiftpod, fewer than the total": (
        "swiftpod",
        lambda _: swiftpod([1, 2], current_page=1, last_page=1, total=3),
        2,
        {"too_few"},
    ),
    "swiftpod, pages follow an empty one": (
        "swiftpod",
        lambda q: swiftpod([], current_page=number(q), last_page=9),
        0,
        {"empty_page"},
    ),
    "swiftpod, one more page for ever": (
        "swiftpod",
        lambda q: swiftpod([number(q)], current_page=number(q), last_page=number(q) + 1),
        THIN_PAGES_MOST + 1,
        {"too_long"},
    ),
}

SOUND: dict[str, tuple[str, Page, int]] = {
    "shipengine": (
        "shipengine",
        engine(lambda q: shipengine([number(q)], page=number(q), pages=30, total=30)),
        31,
    ),
    "shipengine without pages": ("shipengine", engine(lambda _: shipengine([1], total=1)), 2),
    "shipengine with nothing": ("shipengine", lambda _: shipengine([], pages=0, total=0), 0),
    "starshipit": ("starshipit", lambda q: starshipit([number(q)], 20), 20),
    "starshipit with nothing": ("starshipit", lambda _: starshipit([], 0), 0),
    "shipup": ("shipup", lambda q: shipup([before(q) - 1], more=before(q) > 990), 11),
    "swiftpod": ("swiftpod", lambda q: swiftpod([number(q)], current_page=number(q), last_page=9, total=9), 9),
}


async def pull(ctx: Context, vendor: str, platform: Platform, filters: Filters | None = None) -> SyncResult:
    await connections.connect(
        ctx,
        vendor,
        "Account",
        url=platform.url,
        options={"page_size": "1"} if vendor == "shipengine" and filters is None else {},
        secrets=dict.fromkeys(KEYS[vendor], "k" * 20),
    )
    (pulled,) = await import_orders.sync(ctx, await connections.every(ctx))
    return pulled


@pytest.mark.parametrize("lie", LIES)
async def test_reading_stops_keeps_what_came_and_is_not_called_complete(ctx: Context, lie: str) -> None:
    vendor, page, came, shortfalls = LIES[lie]
    with lying(page) as platform:
        pulled = await pull(ctx, vendor, platform, {})
    assert (pulled.seen, set(pulled.shortfalls)) == (came, shortfalls)
    assert (pulled.problem, pulled.is_complete) == ("incomplete", False)
    assert all(str(import_orders.SHORTFALLS[result]) in str(pulled.message) for result in pulled.shortfalls)
    assert len(platform.asked) <= THIN_PAGES_MOST + 4
    assert len(await orders.list_rows(ctx)) == came
    (connection,) = await connections.every(ctx)
    assert (connection.synced_at_ms, connection.sync_problem) == (None, "incomplete")


@pytest.mark.parametrize("name", SOUND)
async def test_a_sound_list_is_read_to_its_end_and_called_complete(ctx: Context, name: str) -> None:
    vendor, page, came = SOUND[name]
    with lying(page) as platform:
        pulled = await pull(ctx, vendor, platform)
    assert (pulled.seen, str(pulled.message), pulled.shortfalls, pulled.is_complete) == (came, "", (), True)
    (connection,) = await connections.every(ctx)
    assert connection.synced_at_ms
    assert connection.sync_problem == ""


async def test_a_later_reading_that_stops_leaves_the_time_of_the_last_complete_one(ctx: Context) -> None:
    with lying(engine(lambda _: shipengine([1], total=1))) as platform:
        assert (await pull(ctx, "shipengine", platform)).is_complete
        (before_it,) = await connections.every(ctx)
        platform.page = engine(lambda _: shipengine([1], total=9))
        assert not (await pull(ctx, "shipengine", platform)).is_complete
        (after_it,) = await connections.every(ctx)
        assert (after_it.synced_at_ms, after_it.sync_problem) == (before_it.synced_at_ms, "incomplete")
        platform.page = engine(lambda _: shipengine([1], total=1))
        assert (await pull(ctx, "shipengine", platform)).is_complete
    (mended,) = await connections.every(ctx)
    assert mended.sync_problem == ""


async def test_a_list_that_is_refused_does_not_keep_the_other_from_being_read(ctx: Context) -> None:
    refusal = {"errors": [{"error_code": "unspecified", "message": "No such list."}]}
    with lying(lambda query: shipengine([77], total=1) if partial(query) else refusal) as platform:
        pulled = await pull(ctx, "shipengine", platform)
    assert (pulled.seen, pulled.problem) == (1, "not_yet")
    assert "No such list." in str(pulled.message)


async def test_an_order_without_items_is_reported(ctx: Context) -> None:
    def page(_query: Query) -> dict[str, object]:
        found = shipengine([1, 2, 3], total=3)
        del found["sales_orders"][1]["sales_order_items"]
        found["sales_orders"][2] |= {"sales_order_items": [], "sales_order_status": {"is_cancelled": True}}
        return found

    with lying(engine(page)) as platform:
        pulled = await pull(ctx, "shipengine", platform)
    (note,) = pulled.notes
    number_of_two = note.arguments["number"]
    assert {row.number for row in await orders.list_rows(ctx)}.isdisjoint({number_of_two})
    assert (pulled.seen, pulled.new) == (4, 2)


def with_endless(order: dict[str, Any], where: str) -> None:
    """Give an order something that no index has room for."""
    endless = "".join(Random(1).choices(string.ascii_letters + string.digits, k=20_000))
    match where:
        case "sku":
            order["sales_order_items"][0]["line_item_details"]["sku"] = endless
        case "name":
            order["ship_to"] = {"name": endless, "country_code": "GB"}
        case _:
            order[where] = endless


@pytest.mark.both_engines
@pytest.mark.parametrize("where", ["sales_order_id", "external_order_number", "sku"])
async def test_an_order_with_an_endless_id_is_reported_and_the_others_are_imported(ctx: Context, where: str) -> None:
    def page(_query: Query) -> dict[str, object]:
        found = shipengine([1, 2, 3], total=3)
        with_endless(found["sales_orders"][1], where)
        return found

    with lying(engine(page)) as platform:
        pulled = await pull(ctx, "shipengine", platform)
    (note,) = pulled.notes
    assert note.arguments["note"] == import_orders.LONG_ID
    assert len(str(note)) < 500
    assert (pulled.seen, pulled.new, pulled.is_complete) == (4, 3, True)


@pytest.mark.both_engines
async def test_a_name_of_any_length_is_kept_and_listed_by_its_beginning(ctx: Context) -> None:
    def page(_query: Query) -> dict[str, object]:
        found = shipengine([1, 2], total=2)
        with_endless(found["sales_orders"][1], "name")
        return found

    with lying(engine(page)) as platform:
        pulled = await pull(ctx, "shipengine", platform)
    assert (pulled.new, pulled.notes) == (3, ())
    longest = max(await orders.list_rows(ctx), key=lambda row: len(row.recipient))
    assert len(longest.recipient) == RECIPIENT_LONGEST
    assert len((await orders.sheet(ctx, longest.id)).order.ship_to.name) == 20_000


async def test_an_order_that_another_one_pushed_to_a_page_already_read_is_found_by_reading_again(ctx: Context) -> None:
    """Order 1 changes after the first page, so that it stands last and order 2 moves to the first page."""
    turns = {"first": [[1], [3, 1]], "again": [[2], [3, 1]]}

    def page(query: Query) -> dict[str, object]:
        position = number(query)
        again = sum(not partial(request) for request in platform.asked) > 2
        return shipengine(turns["again" if again else "first"][position - 1], page=position, pages=2, total=3)

    with lying(engine(page)) as platform:
        pulled = await pull(ctx, "shipengine", platform)
    assert (pulled.seen, pulled.is_complete) == (4, True)


def full(number: int, total: int | None = None) -> OrderPage:
    """A page of a hundred orders that no page before had, with another one behind it."""
    entries = tuple(f"{number}/{at}" for at in range(100))
    return OrderPage((), next_cursor=str(number + 1), total=total, entries=entries, size=100)


@pytest.mark.parametrize("total", [None, 91_000])
def test_a_hundred_thousand_orders_are_read_also_where_one_in_ten_came_in_meanwhile(total: int | None) -> None:
    reading = ListReading("0")
    for number in range(PAGES_MOST - 1):
        assert reading.following(full(number, total), size_bytes=BYTES_MOST // PAGES_MOST, lasted_s=number * 3)
    assert reading.following(OrderPage((), entries=("last",), total=total)) == ""
    assert list(reading.shortfalls) == []


@pytest.mark.parametrize(
    ("pages", "size_bytes", "lasted_s", "total", "shortfall"),
    [
        (PAGES_MOST, 0, 0, None, "too_long"),
        (3, BYTES_MOST // 2, 0, None, "too_long"),
        (1, 0, LASTS_S + 1, None, "too_long"),
        (3, 0, 0, 0, "too_many"),
        (6, 0, 0, 300, "too_many"),
        (111, 0, 0, 10_000, "too_many"),
    ],
)
def test_a_list_without_an_end_ends(
    pages: int, size_bytes: int, lasted_s: float, total: int | None, shortfall: str
) -> None:
    reading, read = ListReading("0"), 0
    while reading.following(full(read, total), size_bytes=size_bytes, lasted_s=lasted_s):
        read += 1
    assert read + 1 == pages
    assert shortfall in reading.shortfalls
