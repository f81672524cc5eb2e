"""The rendering of messages: the sentence of an id in the chosen language, with its arguments filled in.

The only home of gettext. English is in `shipconsole.texts` and always complete; another language is a .po file in
``resources/locale/<language>/shipconsole.po`` with the id as context, read once when the language is chosen.
"""

import gettext
import io
import os
import re
import struct
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from string import Formatter
from typing import cast

from shipconsole.texts import Text

ENGLISH = "en"
PSEUDO = "en-XA"
"""English made longer, accented and put between marks, so that a text without a message stands out."""

SYSTEM = "system"
LANGUAGES = (ENGLISH, "de", PSEUDO)
PLATFORMS = ("shipengine", "shipup", "starshipit", "swiftpod")
ROOMS = (
    "shared",
    "domain",
    "station",
    "store",
    "moving",
    "database_server",
    "vendors",
    "platform_fields",
    *PLATFORMS,
    "operations",
    "program",
    "cli",
    "ui",
    "window",
    "frame",
    "verdicts",
    "settings",
    "panels",
    "orders_and_people",
    "order_checks",
    "order_editor",
    "order_dialogs",
    "platform_dialogs",
    "program_dialogs",
    "printing",
    "files",
    "packing",
    "by_itself",
)

Arguments = Sequence[tuple[str, object]]


def texts() -> Mapping[str, Text]:
    """Return every id with its English sentence."""
    if not _state.english:
        for room in ROOMS:
            _state.english.update(import_module(f"shipconsole.texts.{room}").TEXTS)
    return _state.english


def add(table: Mapping[str, Text]) -> None:
    """Add a further table of sentences: the simulated platforms have one that the program does not import."""
    texts()
    _state.english.update(table)


def language() -> str:
    """Return the language of all sentences."""
    return _state.language


def use(tag: str) -> str:
    """Choose the language of all sentences, ``system`` for the computer's own; return the one that was found.

    A language without a catalog becomes English.
    """
    found = language_of_system() if tag == SYSTEM else supported(tag)
    _state.language = found
    _state.catalog = None if found in (ENGLISH, PSEUDO) else _catalog(found)
    return found


def supported(tag: str) -> str:
    """Return the language of `LANGUAGES` for a tag such as ``de_AT.UTF-8``, else English."""
    name = tag.partition(".")[0].partition("@")[0].replace("_", "-")
    for known in LANGUAGES:
        if name.casefold() == known.casefold():
            return known
    bare = name.partition("-")[0].casefold()
    return bare if bare in LANGUAGES else ENGLISH


def language_of_system() -> str:
    """Return the language that the user chose for this computer, as far as it is known without a window."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if chosen := os.environ.get(name, ""):
            return supported(chosen)
    if sys.platform == "win32":
        import ctypes
        import locale

        return supported(locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), ENGLISH))
    return ENGLISH


def sentence(message_id: str, arguments: Arguments) -> str:
    """Return a message's text; unknown ids and missing arguments are shown as they are and raise nothing."""
    given = dict(arguments)
    try:
        return _rendered(message_id, texts()[message_id], given)
    except (LookupError, ValueError, TypeError, AttributeError):
        listed = ", ".join(f"{name}: {value}" for name, value in given.items())
        return f"{message_id} ({listed})" if listed else message_id


def text(message_id: str, /, **arguments: object) -> str:
    """Return the text of a message that is shown at once; what is stored or passed on is a `Message`."""
    return sentence(message_id, tuple(arguments.items()))


def number(value: float) -> str:
    """Return a number with the separators of the language."""
    text = f"{value:,}"
    return text.translate(_GERMAN_SEPARATORS) if _state.language == "de" else text


def pseudo(text: str) -> str:
    """Return an English sentence as the pseudo-locale shows it, placeholders kept."""
    parts: list[str] = []
    letters = 0
    for literal, name, spec, conversion in Formatter().parse(text):
        letters += len(literal)
        parts.append(literal.translate(_ACCENTS).replace("{", "{{").replace("}", "}}"))
        if name is not None:
            parts.append("{" + name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") + "}")
    # A language that needs more room has more words, not one without an end.
    whole, rest = divmod((letters + 2) // 3, _PADDING)
    padding = " ".join(["~" * _PADDING] * whole + (["~" * rest] if rest else []))
    return f"{MARKS[0]}{''.join(parts)}{padding}{MARKS[1]}"


def read_po(text: str) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """Return the translations of a .po file by context, singular and plural; the header has three empty texts.

    Entries that are fuzzy or have no translation are left out.
    """
    found: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for block in text.replace("\r\n", "\n").split("\n\n"):
        if "fuzzy" in block and _FUZZY.search(block):
            continue
        fields = {name: _unquoted(quoted) for name, quoted in _FIELD.findall(block)}
        forms = tuple(fields[name] for name in sorted(fields) if name.startswith("msgstr"))
        if "msgid" in fields and forms and all(forms):
            found[fields.get("msgctxt", ""), fields["msgid"], fields.get("msgid_plural", "")] = forms
    return found


def _rendered(message_id: str, text: Text, given: Mapping[str, object]) -> str:
    if message_id in _UNMARKED:
        return _filled(str(text), given)
    if _state.language == PSEUDO:
        chosen = text if isinstance(text, str) else text[given["count"] != 1]
        return _filled(pseudo(chosen), given)
    catalog = _state.catalog or _ENGLISH_CATALOG
    if isinstance(text, str):
        chosen = catalog.pgettext(message_id, text)
    else:
        count = given["count"]
        chosen = catalog.npgettext(message_id, *text, count if isinstance(count, int) else 2)
    return _filled(chosen, given)


def _filled(text: str, given: Mapping[str, object]) -> str:
    """Return a text with its placeholders filled; they are names only, without attributes and indexes."""
    return "".join(
        literal if name is None else literal + _shown(given[name], spec) for literal, name, spec in _parts(text)
    )


@lru_cache(maxsize=4_096)
def _parts(text: str) -> tuple[tuple[str, str | None, str], ...]:
    """Return each literal of a text with the placeholder behind it and its spec, found once a text."""
    return tuple((literal, name, spec or "") for literal, name, spec, _ in Formatter().parse(text))


def _shown(value: object, spec: str) -> str:
    """Return a value as text, by a usual spec or by one of `n`, `list`, `and`, `or` and `sentences`."""
    join = _JOINS.get(spec)
    if join is not None:
        parts = cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)
        return join([str(part) for part in parts])
    if spec == "n":
        return number(value) if isinstance(value, int | float) else str(value)
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in cast("tuple[object, ...]", value))
    return format(value if isinstance(value, int | float | str) else str(value), spec)


def _joined(kind: str) -> Callable[[list[str]], str]:
    def join(parts: list[str]) -> str:
        if len(parts) < 2:
            return "".join(parts)
        message_id = kind if len(parts) == 2 else f"{kind}_several"
        return _rendered(message_id, texts()[message_id], {"first": ", ".join(parts[:-1]), "last": parts[-1]})

    return join


def _catalog(found: str) -> gettext.NullTranslations:
    """Return a language's catalog, built from the .po file, so that no compiled file can be out of date."""
    try:
        with open(catalog_file(found), encoding="utf-8") as file:  # noqa: PTH123 - `pathlib` loads more than this module
            entries = read_po(file.read())
    except (OSError, ValueError):
        return _ENGLISH_CATALOG
    pairs = {
        f"{context}\x04{singular}\x00{plural}"
        if plural
        else f"{context}\x04{singular}"
        if context
        else singular: "\x00".join(forms)
        for (context, singular, plural), forms in entries.items()
    }
    return gettext.GNUTranslations(io.BytesIO(_as_mo(pairs)))


def catalog_file(language: str) -> str:
    """Return the path of a language's catalog: inside an installed package, beside it in a checkout."""
    package = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
    inside = os.path.join(package, "resources", "locale")  # noqa: PTH118
    folder = inside if os.path.isdir(inside) else os.path.join(package, os.pardir, "resources", "locale")  # noqa: PTH112, PTH118
    return os.path.join(folder, language, "shipconsole.po")  # noqa: PTH118


def _as_mo(pairs: Mapping[str, str]) -> bytes:
    """Return a catalog in GNU's binary form: seven numbers, two tables of lengths and offsets, the texts."""
    keys = [(key.encode(), pairs[key].encode()) for key in sorted(pairs, key=lambda key: key.encode())]
    at = 28 + 16 * len(keys)
    tables: list[list[int]] = [[], []]
    body = b""
    for side in (0, 1):
        for pair in keys:
            tables[side] += [len(pair[side]), at + len(body)]
            body += pair[side] + b"\x00"
    numbers = tables[0] + tables[1]
    head = struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, at)
    return head + struct.pack(f"<{len(numbers)}I", *numbers) + body


def _unquoted(quoted: str) -> str:
    """Return the text of one or several quoted lines."""
    text = "".join(line[1:-1] for line in quoted.split("\n")) if "\n" in quoted else quoted[1:-1]
    if "\\" not in text:
        return text
    parts = text.split("\\\\")
    return "\\".join(part.replace('\\"', '"').replace("\\n", "\n").replace("\\t", "\t") for part in parts)


class _State:
    """The chosen language; the tables are loaded with the first sentence (4 ms)."""

    def __init__(self) -> None:
        self.language = ENGLISH
        self.catalog: gettext.NullTranslations | None = None
        self.english: dict[str, Text] = {}


MARKS = "⟦⟧"
_PADDING = 9
"""The longest word of what the pseudo-locale adds."""
_FIELD = re.compile(r'^(msg\w+(?:\[\d+\])?) (".*"(?:\n".*")*)', re.MULTILINE)
_FUZZY = re.compile(r"^#,.*\bfuzzy\b", re.MULTILINE)
_UNMARKED = frozenset({"verbatim", "sentences"})
_ACCENTS = str.maketrans("ABCDEGHIKLNORSTUYZabcdeghiklnorstuyz", "ÅƁÇÐÉĜĤÎĶĻÑÖŔŠŢÛÝŽåƀçðéĝĥîķļñöŕšţûýž")
_GERMAN_SEPARATORS = str.maketrans(",.", ".,")
_JOINS: Mapping[str, Callable[[list[str]], str]] = {
    "list": ", ".join,
    "sentences": " ".join,
    "and": _joined("list.and"),
    "or": _joined("list.or"),
}
_ENGLISH_CATALOG = gettext.NullTranslations()
_state = _State()
