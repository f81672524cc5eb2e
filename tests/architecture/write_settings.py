"""Write the tables of all settings into docs/settings.md: `python -m tests.architecture.write_settings`.

The tables come from the model; the texts around them are kept.
"""

import re
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from shipconsole.messages import texts
from shipconsole.station import settings
from shipconsole.station.settings import Settings
from tests.architecture.tree import ROOT

PAGE = ROOT / "docs" / "settings.md"
INTERNAL = {
    "profile_id": "The ID by which the keyring finds this profile's API keys.",
    "has_database": "Whether this profile has had a database, so that a lost one is detected.",
    "notice": "A message for the next start. It is removed when it has been shown.",
}
"""Keys in the file that are no settings."""
_TABLE = re.compile(r"^\|.*?(?=^[^|]|\Z)", re.MULTILINE | re.DOTALL)


def expected_settings(page: str) -> str:
    """Return the expected content of the page, which has this one now."""
    keys = [key for page_ in settings.PAGES for key in settings.keys_of(page_)]
    shown = ["| key | page | values | default | effect |", "|---|---|---|---|---|"]
    shown += [_row(key, Settings.model_fields[key]) for key in keys]
    own = ["| key | content |", "|---|---|"]
    own += [f"| `{key}` | {_help(Settings.model_fields[key])} |" for key in settings.keys_of("")]
    own += [f"| `{key}` | {content} |" for key, content in INTERNAL.items()]
    tables = iter(("\n".join(shown) + "\n", "\n".join(own) + "\n"))
    return _TABLE.sub(lambda _: next(tables), page)


def _row(key: str, info: FieldInfo) -> str:
    page = texts()[f"settings_page.{settings.place_of(key).page}"]
    default = "from the computer's name" if key == "station_name" else _toml(info.default)
    return f"| `{key}` | {page} | {_values(info)} | {default} | {_help(info)} |"


def _help(info: FieldInfo) -> str:
    title, text = texts()[info.title or ""], texts()[info.description or ""]
    return f"{title}. {text}" if str(text).endswith(".") else f"{title}. {text}."


def _values(info: FieldInfo) -> str:
    limits = {name: value for limit in info.metadata for name, value in vars_of(limit).items()}
    if get_origin(info.annotation) is Literal:
        return ", ".join(_toml(choice) for choice in get_args(info.annotation))
    if info.annotation is bool:
        return "`true`, `false`"
    if isinstance(info.default, tuple):
        return "a list of texts"
    if isinstance(info.default, str):
        least, most = limits.get("min_length", 0), limits["max_length"]
        return f"{least} to {most:,} characters" if least else f"up to {most:,} characters"
    return f"{limits['ge']:,} to {limits['le']:,}"


def vars_of(limit: object) -> dict[str, Any]:
    """Return the limits that an annotation states, by their names."""
    names = ("ge", "le", "min_length", "max_length")
    return {name: getattr(limit, name) for name in names if hasattr(limit, name)}


def _toml(value: object) -> str:
    match value:
        case str():
            return f'`"{value}"`'
        case tuple():
            return "`[]`"
        case _:
            return f"`{settings.shown(value)}`"


def main() -> None:
    """Write the tables."""
    PAGE.write_text(expected_settings(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"docs/settings.md: {len(Settings.model_fields)} keys")


if __name__ == "__main__":
    main()
