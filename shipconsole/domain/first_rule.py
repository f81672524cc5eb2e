"""Rules that choose the orders to pack first, such as `service:express`, `due:today`, `country:NZ`, `note:gift`."""

from collections.abc import Sequence
from typing import NamedTuple

from shipconsole.domain import code
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed

KINDS = ("service", "due", "country", "note", "store")
TODAY = "today"
RULES_MOST = 50
LONGEST = 100


class OrderFacts(NamedTuple):
    """What the rules are applied to."""

    id: int
    service: str = ""
    country: str = ""
    due_at_ms: int = 0
    note: str = ""
    store: str = ""
    left: int = 0


class FirstRule(NamedTuple):
    """One rule: a kind of `KINDS`, and the text that the order's value contains; a country is compared as a whole."""

    kind: str
    text: str

    def __str__(self) -> str:
        """Return the rule as it is written in the settings."""
        return f"{self.kind}:{self.text}"

    def is_met(self, order: OrderFacts, tomorrow_ms: int) -> bool:
        """Return whether an order meets the rule; `tomorrow_ms` is when the station's day ends."""
        if not order.left:
            return False
        match self.kind:
            case "due":
                return order.due_at_ms < tomorrow_ms
            case "country":
                # The table of countries is not needed to read the settings, for which the window waits.
                from shipconsole.domain import countries

                return countries.are_same(order.country, self.text)
            case _:
                return code.search_key(self.text) in code.search_key(getattr(order, self.kind))


def rule_from(text: str) -> FirstRule:
    """Return the rule of a text `kind:text`; raise `ValidationFailed` for any other."""
    kind, _, wanted = (part.strip() for part in text.partition(":"))
    kind, is_day = kind.casefold(), kind.casefold() == "due"
    if kind not in KINDS or not code.search_key(wanted) or len(text) > LONGEST:
        raise ValidationFailed(Problem(("first_rules",), Message("first.unknown_rule", rule=text, kinds=KINDS)))
    if is_day and wanted.casefold() != TODAY:
        raise ValidationFailed(Problem(("first_rules",), Message("first.unknown_day", rule=text)))
    return FirstRule(kind, TODAY if is_day else wanted)


def rules_from(texts: Sequence[str]) -> tuple[FirstRule, ...]:
    """Return the rules of the settings; texts that are no rules are left out, since the settings report them."""
    rules: list[FirstRule] = []
    for text in texts[:RULES_MOST]:
        try:
            rules.append(rule_from(text))
        except ValidationFailed:
            continue
    return tuple(rules)
