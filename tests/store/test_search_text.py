"""Orders are found by words of any length and script, however they are written and typed."""

import unicodedata
from collections.abc import Generator

import pytest

from shipconsole.domain.address import Address
from shipconsole.domain.link import RemoteOrder
from shipconsole.store import browse, connections, orders, search_text
from shipconsole.store.database import Db, Store
from shipconsole.store.sqlite import SqliteStore

BUYERS = {
    "U1": "Ada Byron",
    "W-31": "王芳",
    "W-32": "欧阳 娜娜",
    "#5": "Bo Li",
    "51": "김민",
    "B7": "佐藤",
    "ORD-0015": "Hélène Ström",
    "X9": "Ｗｉｄｅ Name",
    "15": "O'Brien & Sons",
    "16": "Niamh O\u2019Dwyer\u2013Kelly",
    "17": "A\u0661\u0662\u0663",
    "1001": "Julia Bolivar",
    "L-1": "Łódź Smørrebrød",
    "K-1": "\uac00\uc704",
    "J-1": "\u30ac\u30b9",
}
TRACKING = {"51": "1Z 999 AA1 01 2345 6784"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Generator[Store]:
    opened = SqliteStore(tmp_path_factory.mktemp("search") / "shipconsole.db")
    opened.open()
    opened.write(_fill).result()
    yield opened
    opened.close()


def _fill(db: Db) -> None:
    home = connections.put(db, name="C", vendor="shipengine", base_url="", options={})
    for number, name in BUYERS.items():
        order_id = orders.add(db, number=number, primary_connection_id=home, now_ms=1)
        ship_to = Address(name=name, company=TRACKING.get(number, ""), postal_code="90210", country="AU")
        remote = RemoteOrder(remote_id=number, number=number, ship_to=ship_to, document="{}")
        orders.describe(db, order_id, remote)
        orders.put_link(db, order_id, home, remote, now_ms=1)
        orders.refresh_totals(db, order_id, now_ms=1)


def numbers(store: Store, text: str) -> list[str]:
    def look(db: Db) -> list[str]:
        return [row.number for row in browse.rows(db, browse.found(db, text))]

    return store.read(look).result()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("U1", "U1"),
        ("u", "U1"),
        ("o\u2019brien", "15"),
        ("o'dwyer", "16"),
        ("dwyer-kelly", "16"),
        ("a123", "17"),
        ("王芳", "W-31"),
        ("王", "W-31"),
        ("芳", "W-31"),
        ("王 芳", "W-31"),
        ("欧阳娜娜", "W-32"),
        ("阳娜", "W-32"),
        ("娜娜", "W-32"),
        ("#5", "#5"),
        ("Bo", "#5"),
        ("Li", "#5"),
        ("Bo Li", "#5"),
        ("  bo   LI ", "#5"),
        ("Ｂｏ\u3000Ｌｉ", "#5"),
        ("김민", "51"),
        ("김", "51"),
        ("佐藤", "B7"),
        ("B7", "B7"),
        ("Ｂ７", "B7"),
        ("7", "B7"),
        ("Ström", "ORD-0015"),
        ("hé", "ORD-0015"),
        ("HÉLÈNE st", "ORD-0015"),
        ("Helene", "ORD-0015"),
        ("he", "ORD-0015"),
        ("helené strom", "ORD-0015"),
        ("lodz", "L-1"),
        ("ŁÓDŹ", "L-1"),
        ("Smorrebrod", "L-1"),
        ("smørrebrød", "L-1"),
        ("\uac00\uc704", "K-1"),
        ("0015", "ORD-0015"),
        ("ord-0015", "ORD-0015"),
        ("#ORD-0015", "ORD-0015"),
        ("wide", "X9"),
        ("ＷＩＤＥ", "X9"),
        ("&", "15"),
        ("O'", "15"),
        ("1Z999AA10123456784", "51"),
        ("1Z 999 AA1 01", "51"),
        ("1z999aa1-0123", "51"),
        ("#1001", "1001"),
        ("olivar", "1001"),
    ],
)
def test_an_order_is_found(store: Store, text: str, number: str) -> None:
    for form in ("NFC", "NFD", "NFKC"):
        found = numbers(store, unicodedata.normalize(form, text))
        assert number in found, (form, found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Bo Li", ["#5"]),
        ("U1 Byron", ["U1"]),
        ("U1 Bo", []),
        ("li", ["#5"]),
        ("U2", []),
        ("玉", []),
        ("\u30ab", []),
        ("olivar x", []),
        ("ab", []),
        ("", []),
        (" \u200b ", []),
        ('"', []),
        ("* OR a", []),
        ("NEAR(", []),
    ],
)
def test_all_words_count_however_short_they_are(store: Store, text: str, found: list[str]) -> None:
    assert numbers(store, text) == found


@pytest.mark.parametrize(
    ("text", "first"), [("15", "15"), ("#15", "15"), ("5", "#5"), ("#5", "#5"), ("51", "51"), ("1001", "1001")]
)
def test_the_order_of_just_that_number_comes_first(store: Store, text: str, first: str) -> None:
    assert numbers(store, text)[0] == first


def test_no_more_than_asked_for_is_found_and_none_twice(store: Store) -> None:
    assert len(numbers(store, "90")) == len(BUYERS)
    assert store.read(browse.found, "1", 2).result().tolist() == store.read(browse.found, "1").result().tolist()[:2]


def test_the_padding_characters_cannot_be_stored_or_typed() -> None:
    assert search_text.query("\x1f\x1fa") == search_text.query("a")
    assert "\x1f=5\x1f" not in search_text.of(("\x1f=5\x1f",), ("\x1f=5\x1f",))
