"""A package that was decided on in the same moment by someone else is forwarded by no one a second time."""

from collections.abc import Generator

import pytest

from shipconsole.domain.forwarding import ForwardReview
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import verbatim
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.importing import import_orders
from shipconsole.operations.inbound import process
from shipconsole.operations.orders import orders
from shipconsole.store import forwarding
from tests.operations.forwarding.test_forward import BOTH, NUMBER, notifications_of, only_review, rule
from tests.operations.pod import Pod, connected, order_of, received, running_pod, webhook


@pytest.fixture
def pod() -> Generator[Pod]:
    with running_pod() as running:
        running.orders["77"] = order_of(BOTH)
        yield running


async def proposed(ctx: Context, pod: Pod) -> ForwardReview:
    """Return a package that waits for a person."""
    connection = await connected(ctx, pod.url)
    await rule(ctx, "review")
    await process.process_one(ctx, await received(ctx, connection, webhook(order_of(BOTH), BOTH)))
    return await only_review(ctx)


async def test_a_package_that_another_station_declined_meanwhile_does_not_ship(bench: Context, pod: Pod) -> None:
    seen = await proposed(bench, pod)
    await forward.decline(bench, seen.id)
    # The other station read it before that.
    assert await forward.forward_package(bench, seen) == ()
    assert await notifications_of(bench) == []
    assert (await only_review(bench)).state == "declined"


async def test_what_has_shipped_is_not_declined_afterwards(bench: Context, pod: Pod) -> None:
    seen = await proposed(bench, pod)
    shipped = await forward.accept(bench, seen.id)
    await bench.write(forwarding.end, seen, "declined", verbatim("Not needed."))
    assert await only_review(bench) == shipped
    assert shipped.state == "shipped"


async def test_no_package_of_a_test_order_is_proposed_whoever_asks(bench: Context, pod: Pod) -> None:
    connection = await connected(bench, pod.url)
    await rule(bench, "auto")
    order_id = await orders.find(bench, "10001")
    for is_test, numbers in ((True, []), (False, [NUMBER])):
        real = await import_orders.fetch_order(bench, connection, "77")
        assert isinstance(real, RemoteOrder)
        order = real.model_copy(update={"is_test": is_test})
        notifications = await bench.write(forward.propose, connection, order_id, order, confirmed=True, now_ms=0)
        assert notifications == numbers
        assert [review.tracking_number for review in await forward.reviews(bench)] == numbers
