"""Every message that the program builds has a text and its arguments, and the catalogs are complete."""

import re
from pathlib import Path

import pytest

from shipconsole import messages
from shipconsole.domain.address import Address
from shipconsole.domain.order_row import OrderRow
from shipconsole.texts import Text
from tests.architecture.message_calls import Call, calls, calls_in, described, every_text, ids_in_source, placeholders
from tests.architecture.tree import ROOT
from tests.architecture.write_messages import IN_GERMAN, LOCALE, expected_list, updated, written_list

GERMAN = ROOT / "resources" / "locale" / "de" / "shipconsole.po"
ID = re.compile(r"[a-z_]+(?:\.[a-z0-9_]+)*")


def problem_of(call: Call) -> str:
    """Return what is wrong with a message that the program builds, or an empty text."""
    text = every_text().get(call.id)
    if text is None:
        return f"{call.file}:{call.line}: {call.id} has no text"
    if call.arguments is not None and call.arguments != placeholders(text):
        return f"{call.file}:{call.line}: {call.id} needs {sorted(placeholders(text))}"
    return ""


def test_every_message_has_a_text_and_its_arguments() -> None:
    built = [call for call in calls() if call.id]
    assert len(built) > 500
    assert [problem for call in built if (problem := problem_of(call))] == []


@pytest.mark.parametrize(
    "source",
    [
        'Message("no.such_id")',
        'Message("thing.batch_completed")',
        'Message("order.gift", x=1)',
        'help_text("help.none")',
        'from shipconsole.messages import text\ntext("no.such_id")',
        'messages.text("order.gift", x=1)',
    ],
)
def test_a_wrong_message_is_found(source: str) -> None:
    (call,) = calls_in(source)
    assert problem_of(call)


def test_another_text_function_builds_no_message() -> None:
    assert list(calls_in('reader.text("station_name", "")')) == []
    assert list(calls_in('text = partial(Field, label="text")\ntext("name", 50)')) == []


def test_every_text_is_used() -> None:
    used = ids_in_source() | {message.id for message in described()}
    assert sorted(every_text().keys() - used - {"list.and", "list.and_several", "list.or", "list.or_several"}) == []


def test_every_field_option_and_key_of_a_platform_has_a_text_and_its_arguments() -> None:
    found = [(message.id, frozenset(message.arguments)) for message in described()]
    assert len(found) > 900
    texts_ = every_text()
    assert [id_ for id_, names in found if id_ not in texts_ or names != placeholders(texts_[id_])] == []


def test_every_title_of_a_model_is_the_id_of_a_text() -> None:
    models = [Address, OrderRow]
    titles = [info.title for model in models for info in model.model_fields.values() if info.title]
    assert len(titles) == 17
    assert [title for title in titles if title not in every_text()] == []


def test_ids_have_one_format_and_each_is_in_one_table() -> None:
    assert [id_ for id_ in every_text() if not ID.fullmatch(id_)] == []
    tables = [ROOT / "shipconsole" / "texts" / f"{room}.py" for room in messages.ROOMS]
    tables.append(ROOT / "shipconsole" / "simulator" / "texts.py")
    found = [
        id_ for path in tables for id_ in re.findall(r'^    "([a-z0-9_.]+)":', path.read_text("utf-8"), re.MULTILINE)
    ]
    assert sorted(found) == sorted(every_text())


@pytest.mark.parametrize("text", every_text().values(), ids=list(every_text()))
def test_a_text_can_be_formatted(text: Text) -> None:
    forms = (text,) if isinstance(text, str) else text
    assert all(form.strip() == form and "  " not in form for form in forms)
    assert all("{}" not in form and "!r" not in form for form in forms)


def test_the_page_of_messages_is_current() -> None:
    assert written_list() == expected_list(), "run `poe messages`"


def german() -> dict[tuple[str, str, str], tuple[str, ...]]:
    return messages.read_po(GERMAN.read_text(encoding="utf-8"))


def test_everything_shown_in_german_is_translated() -> None:
    translated = {context for context, _, _ in german()}
    assert sorted(id_ for id_ in every_text() if id_.partition(".")[0] in IN_GERMAN and id_ not in translated) == []


def test_a_translation_belongs_to_a_current_text_and_has_its_placeholders() -> None:
    known = {
        (id_, text, "") if isinstance(text, str) else (id_, *text): placeholders(text)
        for id_, text in every_text().items()
    }
    entries = {key: forms for key, forms in german().items() if key[0]}
    assert sorted(entries.keys() - known.keys()) == []
    # The singular may leave its number out.
    assert [key for key, forms in entries.items() if not {*placeholders(forms[-1])} | {"count"} >= {*known[key]}] == []
    assert [
        key for key, forms in entries.items() if any(not {*placeholders(form)} <= known[key] for form in forms)
    ] == []


def test_texts_are_rendered_from_the_catalog_of_the_language() -> None:
    before = messages.language()
    try:
        assert messages.use("de_AT.UTF-8") == "de"
        assert messages.sentence("help.orders", ()) == "Bestellungen auflisten"
        assert (
            messages.sentence("cli.rows_written", (("count", 1_234), ("file", "F"))) == "1.234 Zeilen in F geschrieben."
        )
        assert messages.sentence("cli.rows_written", (("count", 1), ("file", "F"))) == "1 Zeile in F geschrieben."
        assert messages.use("fr") == "en"
        assert messages.use("en-XA") == "en-XA"
        assert messages.sentence("help.orders", ()) == "⟦ļîšţ öŕðéŕš~~~~⟧"
        assert messages.sentence("cli.not_filter", (("text", "a=b"),)).startswith("⟦")
    finally:
        messages.use(before)


def test_a_reworded_text_keeps_its_translation_until_it_is_reviewed(tmp_path: Path) -> None:
    current = (LOCALE / "de" / "shipconsole.po").read_text(encoding="utf-8")
    (tmp_path / "de").mkdir()
    reworded = current.replace('msgid "{first} and {last}"', 'msgid "{first} plus {last}"')
    (tmp_path / "de" / "shipconsole.po").write_text(reworded, encoding="utf-8")
    entry = (
        '#, fuzzy, python-brace-format\nmsgctxt "list.and"\nmsgid "{first} and {last}"\nmsgstr "{first} und {last}"\n'
    )
    assert reworded != current
    assert entry in updated("de", tmp_path)
    assert "fuzzy" not in updated("de")


@pytest.mark.parametrize("broken", ["", "msgid", 'msgid "x"', "\x00", 'msgctxt "a"\nmsgid "b"\nmsgstr ""'])
def test_an_unreadable_catalog_leaves_english(broken: str, tmp_path: Path) -> None:
    assert messages.read_po(broken) == {}
