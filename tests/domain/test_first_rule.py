"""Rules for orders to pack first: what they mean, and what is no rule."""

import pytest

from shipconsole.domain.first_rule import OrderFacts, rule_from, rules_from
from shipconsole.domain.problem import ValidationFailed

TOMORROW_MS = 1_000
ORDER = OrderFacts(
    id=1,
    service="DHL Express 12:00",
    country="New Zealand",
    due_at_ms=999,
    note="It is a GIFT",
    store="VIP shop",
    left=2,
)


@pytest.mark.parametrize(
    ("rule", "is_met"),
    [
        ("service:express", True),
        ("SERVICE: Express", True),
        ("service:priority", False),
        ("due:today", True),
        ("country:NZ", True),
        ("country:new zealand", True),
        ("country:AU", False),
        ("note:gift", True),
        ("store:vip", True),
        ("store:other", False),
    ],
)
def test_a_rule_is_met_by_an_order(rule: str, is_met: bool) -> None:
    assert rule_from(rule).is_met(ORDER, TOMORROW_MS) is is_met
    assert not rule_from(rule).is_met(ORDER._replace(left=0), TOMORROW_MS), "nothing is left to pack"


def test_an_order_is_due_until_the_day_ends() -> None:
    rule = rule_from("due:today")
    assert not rule.is_met(ORDER._replace(due_at_ms=TOMORROW_MS), TOMORROW_MS)


@pytest.mark.parametrize("text", ["express", "service:", "tag:x", "due:friday", "", ":", "service:" + "x" * 200])
def test_what_is_no_rule_is_refused_and_left_out_of_the_settings(text: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        rule_from(text)
    assert refused.value.problems[0].path == ("first_rules",)
    assert [str(rule) for rule in rules_from((text, "country:AU"))] == ["country:AU"]
