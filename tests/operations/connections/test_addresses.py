"""Addresses of platforms: one that could hold a key is refused, and what could be one is not said again."""

import pytest

from shipconsole.domain.problem import ValidationFailed
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from tests.support.refusals import refused

KEY = "geheim-4711"


@pytest.mark.parametrize(
    "url",
    [
        f"https://example.com/v1?api_key={KEY}",
        f"https://example.com/v1#{KEY}",
        f"https://example.com/?{KEY}#{KEY}",
        f"https://example.com?{KEY}",
        f"https://user:{KEY}@example.com/v1",
        f"https://{KEY}@example.com",
        f"ftp://{KEY}@example.com/?{KEY}",
        f"http://example.com/#{KEY}",
        "https://example.com/v1?",
        "https://example.com/v1#",
    ],
)
async def test_no_address_takes_a_key_and_no_refusal_repeats_it(ctx: Context, url: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        await connections.connect(ctx, "shipup", "Shipup", url=url)
    assert KEY not in str(refused.value)
    assert {problem.path for problem in refused.value.problems} == {("url",)}
    assert await connections.every(ctx) == ()


@pytest.mark.parametrize("url", ["https://[", "https://[::1", "https://a:99999", "https://a:b", "x", "https://", "//a"])
async def test_what_is_no_address_is_refused_with_a_message(ctx: Context, url: str) -> None:
    with refused("connection.not_an_address"):
        await connections.connect(ctx, "shipup", "Shipup", url=url)


async def test_a_connection_keeps_its_address_when_another_is_refused(ctx: Context) -> None:
    await connections.connect(ctx, "shipup", "Shipup", url="https://example.com/v1")
    with pytest.raises(ValidationFailed):
        await connections.connect(ctx, "shipup", "Shipup", url=f"https://example.com/v2?{KEY}")
    (kept,) = await connections.every(ctx)
    assert kept.base_url == "https://example.com/v1"
