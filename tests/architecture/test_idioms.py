"""No text that a person reads has an idiom excluded by docs/glossary.md, if the idiom has no right use."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from shipconsole.messages import texts
from tests.architecture.tree import ROOT, own_files

PACKAGE = ROOT / "shipconsole"


class Idiom(NamedTuple):
    """A pattern, a text that it must match, and a text that it must not match."""

    pattern: str
    caught: str
    passed: str


IDIOMS = (
    Idiom(r"\b(?:nobody|somebody|whoever|everybody)\b", "Nobody is told yet.", "No platform is notified yet."),
    Idiom(r"\bmend(?:s|ed|ing)?\b", "Open the order and mend it.", "Send an amended order: recommended."),
    Idiom(r"\b(?:is|are|was|were|be|been|being) told\b", "Shipup was told.", "It told the time."),
    Idiom(r"\btold (?:again|anew|of|about|to)\b", "It is tried and told anew.", "The tolerance is 2 g."),
    Idiom(r"\btell (?:\{|again|anew|\d+ )", "Tell {name} of it.", "Tell-tale signs."),
    Idiom(r"\bparcels?\b", "The parcel was not changed.", "Parcelforce and 2 packages."),
    Idiom(
        r"(?<!poe )(?<!tests\.)\bbench(?:es)?\b(?! mode)",
        "Barcodes on the bench",
        "A benchmark (`poe bench`, tests.bench) of the station in bench mode.",
    ),
    Idiom(r"\bdesks?\b", "Another desk has it.", "The desktop's keyring."),
    Idiom(r"\btak(?:e|es|en) (?:it |this |that )?back\b", "Nothing to take back.", "Take a step forward."),
    Idiom(r"\b(?:call|called|calls) back\b", "The shipment is called back.", "The callback was called."),
    Idiom(r"\b(?:give|given|gives) (?:it )?up\b", "It was given up.", "Give upper limits."),
    Idiom(r"\bworked off\b", "Worked off again.", "A worked example of offers."),
    Idiom(r"\bgo(?:es)? out\b", "Goes out in 5 s.", "The total goes outside."),
    Idiom(r"\bbr(?:ing|ought) (?:\w+ )*in\b", "Bring the orders in again.", "It brings inventory."),
    Idiom(r"\btak(?:e|es|en) (?:it |\w+ )?for told\b", "The call is taken for told.", "Taken for granted."),
    Idiom(r"\bbuyers?\b", "The buyer may hear twice.", "The customer may be notified twice."),
    Idiom(r"\bshops?\b", "The shop has it as shipped.", "A shopping day at the workshop's store."),
    Idiom(r"\bput back\b", "A copy was put back.", "Put backups elsewhere."),
    Idiom(r"\bby hand\b", "Create an order by hand.", "It lies by the handle."),
    Idiom(
        r"\bswitch(?:es|ed)? (?:it |that |the \w+ )?(?:on|off)\b", "Switch the receiver off.", "Turn it off to switch."
    ),
    Idiom(r"\bas \S+ (?:says|lists it)\b", "The ID, as outbox lists it", "As the list says: 3."),
    Idiom(r"\barticle numbers?\b", "A valid article number", "The number of articles"),
    Idiom(r"\bguarding lines?\b", "It breaks each guarding line.", "A guard for each line"),
)
# Names of carriers and of pickup locations, which are nobody's wording.
DATA = (
    "domain/carrier_formats/",
    "domain/carrier_list.py",
    "domain/country_table.py",
    "domain/label.py",
    "domain/pickup_point.py",
)
# What programs read: names of tasks and of threads.
NAMING = frozenset({"spawn", "submit", "create_task", "_keep_going", "_begin"})


def literals(source: str) -> Iterator[tuple[int, str]]:
    """Yield each string in a source with its line, except docstrings, log messages, and names of tasks."""
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or isinstance(parents[node], ast.Expr):
            continue
        call = parents[node]
        while isinstance(call, ast.JoinedStr | ast.FormattedValue):
            call = parents[call]
        if isinstance(call, ast.Call):
            name = ast.unparse(call.func)
            if "_log." in name or name.rpartition(".")[2] in NAMING:
                continue
        if " " in node.value or node.value[:1].isupper():
            yield node.lineno, node.value


def idioms_in(text: str) -> list[str]:
    """Return the idioms in a text."""
    return [found[0] for idiom in IDIOMS if (found := re.search(idiom.pattern, text, re.IGNORECASE))]


@pytest.mark.parametrize("idiom", IDIOMS, ids=[idiom.caught for idiom in IDIOMS])
def test_an_idiom_is_matched_and_similar_texts_are_not(idiom: Idiom) -> None:
    assert re.search(idiom.pattern, idiom.caught, re.IGNORECASE)
    assert idioms_in(idiom.passed) == []


def test_no_message_has_an_old_idiom() -> None:
    forms = [(id_, form) for id_, text in texts().items() for form in ((text,) if isinstance(text, str) else text)]
    assert [(id_, found) for id_, form in forms if (found := idioms_in(form))] == []


def test_no_text_in_the_source_has_an_old_idiom() -> None:
    left_out = (PACKAGE / "simulator", PACKAGE / "texts")
    found = [
        f"{path.relative_to(ROOT)}:{line}: {idiom} in {text[:60]!r}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if not any(map(path.is_relative_to, left_out)) and not path.relative_to(PACKAGE).as_posix().startswith(DATA)
        for line, text in literals(path.read_text(encoding="utf-8"))
        for idiom in idioms_in(text)
    ]
    assert found == []


def published_pages() -> list[Path]:
    """Return the pages and package texts that people read, without the glossary, which lists the idioms."""
    pages = [path for path in own_files() if path.suffix in {".md", ".nsi", ".desktop", ".service", ".yml"}]
    pages += [path for path in own_files() if path.name.endswith(".metainfo.xml")]
    return [path for path in pages if path.name != "glossary.md"]


@pytest.mark.parametrize("path", published_pages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_page_has_an_old_idiom(path: Path) -> None:
    # The map of the code consists of docstrings.
    shown, _, _ = path.read_text(encoding="utf-8").partition("<!-- map -->")
    assert idioms_in(shown) == []


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('label.setText("Nobody was told.")', 2),
        ('label.setText(f"{name}: give it up")', 1),
        ('"""Nobody is told."""', 0),
        ('_log.info("Nobody is told.")', 0),
        ('tasks.spawn("bring orders in", act())', 0),
    ],
)
def test_only_texts_that_people_read_are_checked(source: str, count: int) -> None:
    assert sum(len(idioms_in(text)) for _, text in literals(source)) == count
