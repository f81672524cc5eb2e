"""The template of packing slips: a TOML file of texts and switches that a person can change; it holds no code.

A file that can't be used is reported in words, and the slip is printed with the default.
"""

import tomllib
from pathlib import Path
from typing import Annotated, NamedTuple, cast

from pydantic import Field, StringConstraints, ValidationError

from shipconsole.domain.frozen import Frozen
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.plain_text import plain

BYTES_MAX = 65_536
_Title = Annotated[str, StringConstraints(max_length=60)]
_Line = Annotated[str, StringConstraints(max_length=120)]
_Words = Annotated[str, StringConstraints(max_length=1_000)]


class SlipTitles(Frozen):
    """Titles in place of the program's own, which are in its language; an empty one is the program's."""

    slip: _Title = ""
    ship_to: _Title = ""
    carrier: _Title = ""
    tracking_number: _Title = ""
    order: _Title = ""
    item: _Title = ""
    here: _Title = ""
    earlier: _Title = ""
    follow: _Title = ""
    total: _Title = ""
    note: _Title = ""


class SlipParts(Frozen):
    """Which parts a slip has."""

    logo: bool = True
    barcode: bool = True
    ship_to: bool = True
    carrier: bool = True
    weight: bool = True
    summary: bool = True
    sku: bool = True
    shipped_earlier: bool = True
    to_follow: bool = True
    items_to_follow: bool = True
    note: bool = True
    earlier_packages: bool = True
    packed_by: bool = True


class SlipTemplate(Frozen):
    """What a person can change on a packing slip.

    `sender` are the lines at the top left, the first one large. `above` stands before the items, `below` after them,
    and `footer` at the end of each page.
    """

    sender: Annotated[tuple[_Line, ...], Field(max_length=6)] = ()
    above: _Words = ""
    below: _Words = ""
    footer: _Line = ""
    titles: SlipTitles = SlipTitles()
    show: SlipParts = SlipParts()


class LoadedTemplate(NamedTuple):
    """A template, and what was wrong with its file; then it is the default."""

    template: SlipTemplate
    problem: Message = NO_MESSAGE


def load(path: str) -> LoadedTemplate:
    """Read a template; the default without a path, and where the file can't be used."""
    if not path:
        return LoadedTemplate(SlipTemplate())
    try:
        return LoadedTemplate(_read(Path(path)))
    except OSError as error:
        reason = Message("printing.template_unreadable", reason=error.strerror or str(error))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        reason = Message("printing.template_not_toml", reason=str(error))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        reason = Message("printing.template_unknown_key", key=field)
        if first["type"] != "extra_forbidden":
            reason = Message("printing.template_wrong_value", key=field, reason=first["msg"])
    except RecursionError:
        reason = Message("printing.template_nested")
    except ValueError:
        reason = Message("printing.template_too_long", count=BYTES_MAX)
    return LoadedTemplate(SlipTemplate(), Message("printing.template_broken", file=path, reason=reason))


def _read(path: Path) -> SlipTemplate:
    with path.open("rb") as file:
        raw = file.read(BYTES_MAX + 1)
    if len(raw) > BYTES_MAX:
        raise ValueError(path)
    # Spreadsheets and editors may put a byte order mark at the beginning.
    table = tomllib.loads(raw.decode("utf-8-sig").replace("\r\n", "\n"))
    return SlipTemplate.model_validate(_cleaned(table))


def _cleaned(value: object) -> object:
    """Return a value without control and invisible characters, its lists as tuples, as the strict model has them."""
    if isinstance(value, str):
        return plain(value, lines=True)
    if isinstance(value, dict):
        return {str(key): _cleaned(inner) for key, inner in cast("dict[object, object]", value).items()}
    if isinstance(value, list):
        return tuple(_cleaned(inner) for inner in cast("list[object]", value))
    return value
