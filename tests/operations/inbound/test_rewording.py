"""Sentences of ours that are written anew repeat no event, no news and no question."""

import json

import pytest

from shipconsole.domain import received_webhook
from shipconsole.domain.message import Message, verbatim
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.inbound import process, webhook_log
from shipconsole.operations.tracking import record
from shipconsole.store import store_states
from shipconsole.vendors.shipengine import tracking as shipengine
from shipconsole.vendors.shipengine.tracking import Meaning
from shipconsole.vendors.starshipit import tracking as starshipit
from tests.operations.inbound.test_process import HOST, tracked
from tests.operations.pod import Document, received
from tests.support.bench import USPS_NUMBERS
from tests.support.engines import beside

NUMBER = USPS_NUMBERS[0]


def rows(ctx: Context, query: str) -> list[tuple[object, ...]]:
    with beside(ctx.store) as store:
        return store.execute(query).fetchall()


async def process_body(ctx: Context, name: str, body: Document) -> received_webhook.WebhookEvent:
    (connection,) = await connections.named(ctx, [name])
    return await process.process_one(ctx, await received(ctx, connection, body))


def bare(code: str | None, at: str = "2026-11-20T12:00:00Z") -> Document:
    """ShipEngine's news with an event that has no description, so that its words are ours."""
    body = tracked("IT")
    body["data"]["events"] = [{"occurred_at": at, "status_code": code, "city_locality": None}]
    return body


async def test_a_reworded_sentence_repeats_no_event(bench: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    await process_body(bench, "ShipEngine", bare("IT"))
    monkeypatch.setitem(shipengine.STATUS_CODES, "IT", Meaning("in_transit", verbatim("In transit.")))
    # Another event of the same package, and the one that is known told once more.
    body = bare("IT")
    body["data"]["events"].insert(0, {"occurred_at": "2026-11-20T15:00:00Z", "status_code": "AT"})
    await process_body(bench, "ShipEngine", body)
    assert len(rows(bench, "SELECT id FROM track_event")) == 2


async def test_a_reworded_sentence_is_no_news_of_a_package(bench: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    (connection,) = await connections.named(bench, ["Starshipit"])
    reported = {"order_number": "1", "tracking_number": NUMBER, "tracking_status": "InTransit"}

    def read() -> record.RemoteTrack:
        status, words = starshipit.meaning("InTransit")
        return record.RemoteTrack(
            tracking_number=NUMBER, status=status, code="InTransit", message=words, document=json.dumps(reported)
        )

    assert (await bench.write(record.record_track, connection, read(), now_ms=1)).changed
    monkeypatch.setitem(starshipit.STATUSES, "intransit", ("in_transit", verbatim("In transit.")))
    assert not (await bench.write(record.record_track, connection, read(), now_ms=2)).changed
    assert rows(bench, "SELECT changed_at_ms FROM track") == [(1,)]


@pytest.mark.parametrize("first", ["IT", None])
async def test_an_event_repeated_with_a_null_code_is_the_same_event(bench: Context, first: str | None) -> None:
    second = None if first else "IT"
    await process_body(bench, "ShipEngine", bare(first))
    await process_body(bench, "ShipEngine", bare(second, "2026-11-20T12:00:00.000+00:00"))
    assert rows(bench, "SELECT code, location FROM track_event") == [("IT", "")]


async def test_reprocessed_events_with_other_wording_are_the_same_events(
    bench: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = await process_body(bench, "ShipEngine", tracked("EX", ("2026-11-20T12:00:00Z", "EX")))
    before = rows(bench, "SELECT id, at_ms, position, stands_out, is_package_issue FROM platform_notice")
    monkeypatch.setitem(shipengine.STATUS_CODES, "EX", Meaning("exception", verbatim("Delivery exception.")))
    await process.process_one(bench, done.id)
    assert rows(bench, "SELECT id, at_ms, position, stands_out, is_package_issue FROM platform_notice") == before
    assert rows(bench, "SELECT message FROM platform_notice") == [
        (Message("webhook.package", number=NUMBER, status=verbatim("Delivery exception.")).stored(),)
    ]


async def test_a_shop_is_named_by_its_id_and_not_by_a_sentence(bench: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    (connection,) = await connections.named(bench, ["ShipEngine"])
    shop = {"source_id": "b8", "name": "Shop AU", "status": "idle", "refreshed_at": "", "idle": True}
    await bench.write(store_states.put, connection_id=connection.id, at_ms=1, **shop)
    monkeypatch.setattr(process, "store_imported", lambda source: verbatim(f"Done: {source}."))
    read = {"resource_type": "API_ORDER_SOURCE_REFRESH_COMPLETE", "resource_url": f"{HOST}/v-beta/order_sources/b8"}
    await process_body(bench, "ShipEngine", read)
    assert [str(event.message) for event in await webhook_log.notices(bench, 9)] == ["Done: Shop AU."]
