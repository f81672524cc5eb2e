"""A connection: one account at one vendor, under the name the warehouse gave it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Connection:
    """One account at one vendor; its keys are in the keyring, never here.

    `blocked_words` say why no call can pass at present; no call goes before `held_until_ms`. `failures` in a row
    found nobody there, the last for the reason in `failing_words`.
    """

    id: int
    name: str
    vendor: str
    base_url: str
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    blocked_words: str = ""
    held_until_ms: int = 0
    pulled_at_ms: int | None = None
    failures: int = 0
    failing_words: str = ""
