"""Fields: problems of typed texts, their values, how values are shown; everything received is listed."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shipconsole.domain.field import Field, Kind, Value, check, field_at, limits, placed, text_of, value_of, values_in
from shipconsole.domain.message import NO_MESSAGE, Message, verbatim

NAME = Field(("name",), max_length=100, vendor="Starshipit")
STATE = Field(("state",), min_length=2, max_length=100, vendor="Starshipit")
WEIGHT = Field(("weight",), "number", minimum=0, maximum=1_000, vendor="Starshipit")
PIECES = Field(("quantity",), "whole", minimum=0, vendor="Shipup")
SIGNED = Field(("signed",), "yes_no")
TYPE = Field(("type",), "choice", choices=("Outgoing", "Return"), vendor="Starshipit")
CARRIER = Field(("carrier",), "choice", choices=("UPS", "DHL"), open_choices=True)
ORDERED = Field(("order_date",), "moment")
MADE = Field(("made",), "day")
STATES = Field(("states",), "choice", choices=("new", "done"), several=True, vendor="SwiftPOD")
ALL = (NAME, STATE, WEIGHT, PIECES, SIGNED, TYPE, CARRIER, ORDERED, MADE, STATES)


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        (NAME, "x" * 103, Message("field.too_long", title=NAME.title, count=103, platform="Starshipit", most=100)),
        (STATE, "", Message("field.empty", title=STATE.title, platform="Starshipit")),
        (STATE, "N", Message("field.too_short", title=STATE.title, count=1, platform="Starshipit", least=2)),
        (WEIGHT, "heavy", Message("field.number", title=WEIGHT.title)),
        (WEIGHT, "1e3", Message("field.number", title=WEIGHT.title)),
        (WEIGHT, "NaN", Message("field.number", title=WEIGHT.title)),
        (WEIGHT, "0.1234567890123456", Message("field.too_many_digits", title=WEIGHT.title, most=15)),
        (WEIGHT, "-0.1", Message("field.too_small", title=WEIGHT.title, value="-0.1", platform="Starshipit", least=0)),
        (
            WEIGHT,
            "1000.5",
            Message("field.too_large", title=WEIGHT.title, value="1000.5", platform="Starshipit", most=1_000),
        ),
        (PIECES, "1.5", Message("field.whole_number", title=PIECES.title)),
        (PIECES, "9" * 5_000, Message("field.too_many_digits", title=PIECES.title, most=15)),
        (SIGNED, "perhaps", Message("field.yes_no", title=SIGNED.title)),
        (TYPE, "outgoing", Message("field.choice", value="outgoing", count=2, title=TYPE.title, platform="Starshipit")),
        (ORDERED, "tomorrow", Message("field.moment", title=ORDERED.title)),
        (ORDERED, "2026-02-30", Message("field.moment", title=ORDERED.title)),
    ],
)
def test_a_problem_names_the_field_and_its_limit(field: Field, text: str, message: Message) -> None:
    problem = check(field, text)
    assert problem is not None
    assert (problem.path, problem.message) == (("fields", *field.path), message)
    with pytest.raises(ValueError, match=re.escape(str(message))):
        value_of(field, text)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (NAME, "x" * 100, "x" * 100),
        (NAME, "", ""),
        (NAME, " John Smith ", " John Smith "),
        (WEIGHT, "0,65", Decimal("0.65")),
        (WEIGHT, ".5", Decimal("0.5")),
        (WEIGHT, "", None),
        (PIECES, " 3 ", 3),
        (SIGNED, "YES", True),
        (SIGNED, "no", False),
        (SIGNED, "", None),
        (TYPE, "Return", "Return"),
        (TYPE, "", None),
        (CARRIER, "NewOne", "NewOne"),
        (ORDERED, "2020-12-09T02:11:12.6468502Z", "2020-12-09T02:11:12.6468502Z"),
        (ORDERED, "2020-12-09", "2020-12-09"),
        (ORDERED, "2020-12-09T02:11:12+11:00", "2020-12-09T02:11:12+11:00"),
    ],
)
def test_a_valid_text_becomes_its_value(field: Field, text: str, value: Value) -> None:
    assert check(field, text) is None
    assert value_of(field, text) == value
    assert type(value_of(field, text)) is type(value)


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        (NAME, None, ""),
        (NAME, 290988227, "290988227"),
        (WEIGHT, 0.1, "0.1"),
        (WEIGHT, 1e-7, "0.0000001"),
        (WEIGHT, 125.0, "125"),
        (WEIGHT, Decimal("0.650"), "0.65"),
        (WEIGHT, float("inf"), "Infinity"),
        (SIGNED, True, "yes"),
        (SIGNED, "true", "yes"),
        (SIGNED, False, "no"),
        (ORDERED, "2020-12-09T02:11:12.6468502Z", "2020-12-09T02:11:12.6468502Z"),
        (ORDERED, 1530183480, "2018-06-28T10:58:00Z"),
        (ORDERED, 10**30, "1" + "0" * 30),
        (NAME, {"a": [1]}, '{"a": [1]}'),
    ],
)
def test_values_are_shown_as_received(field: Field, value: object, text: str) -> None:
    assert text_of(field, value) == text


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (NAME, Message("field.accepts_characters_up_to", count=100)),
        (STATE, Message("field.accepts_characters", least=2, count=100)),
        (replace(STATE, max_length=None), Message("field.accepts_characters_from", count=2)),
        (WEIGHT, Message("field.accepts_number", least=0, most=1_000)),
        (replace(WEIGHT, maximum=None), Message("field.accepts_number_from", least=0)),
        (replace(WEIGHT, minimum=None), Message("field.accepts_number_up_to", most=1_000)),
        (replace(WEIGHT, minimum=None, maximum=None), Message("field.accepts_any_number")),
        (PIECES, Message("field.accepts_whole_from", least=0)),
        (replace(PIECES, maximum=5), Message("field.accepts_whole", least=0, most=5)),
        (replace(PIECES, minimum=None, maximum=5), Message("field.accepts_whole_up_to", most=5)),
        (replace(PIECES, minimum=None), Message("field.accepts_any_whole")),
        (SIGNED, Message("field.accepts_yes_no")),
        (TYPE, Message("field.accepts_one", count=2)),
        (CARRIER, Message("field.accepts_one_or_newer", count=2)),
        (STATES, Message("field.accepts_several", count=2)),
        (replace(STATES, open_choices=True), Message("field.accepts_several_or_newer", count=2)),
        (ORDERED, Message("field.accepts_moment")),
        (MADE, Message("field.accepts_day")),
        (Field(("a",)), NO_MESSAGE),
    ],
)
def test_the_limits_of_a_field_are_one_sentence(field: Field, message: Message) -> None:
    assert limits(field) == message
    assert str(message) == "" or str(message).endswith(".")


def test_a_fields_texts_are_named_by_its_platform_and_its_path() -> None:
    in_package = Field(("packages", "*", "labels", "*", "label_url"), vendor="Starshipit")
    assert (in_package.title.id, in_package.help.id) == (
        "starshipit.field.labels.label_url",
        "starshipit.field.labels.label_url.help",
    )
    assert Field(("ship_to", "name"), vendor="ShipEngine", label="address.name").title.id == (
        "shipengine.field.address.name"
    )
    assert Field(("custom_variables", "?"), vendor="Shipup", area="filter").title.id == "shipup.filter.custom_variables"


def test_a_field_without_a_description_has_its_own_name_as_title() -> None:
    unknown = Field(("extra", "new_thing"))
    assert (unknown.title, unknown.help) == (verbatim("new_thing"), Message("field.not_described"))
    chosen = Field(("custom_variables", "?"), vendor="Shipup", name="gift wrap")
    assert (chosen.title, chosen.help.id) == (verbatim("gift wrap"), "shipup.field.custom_variables.help")


def test_a_field_is_found_by_its_values_path() -> None:
    sku, named = Field(("items", "*", "sku")), Field(("items", "?", "sku"))
    assert field_at((named, sku), ("items", "12", "sku")) is sku
    assert field_at((named, sku), ("items", "first", "sku")) is named
    assert field_at((sku,), ("items", "first", "sku")) is None
    assert field_at((sku,), ("items", "0")) is None
    assert placed(("a", "*", "b", "*", "id"), ("a", "3", "c")) == ("a", "3", "b", "*", "id")


def test_a_field_that_is_set_once_can_not_change_a_known_value() -> None:
    once = Field(("quantity",), "whole", editable=True, once=True)
    assert [once.may_change(known) for known in (None, "", 0, 3)] == [True, True, False, False]
    assert not NAME.may_change(None)


def test_every_received_value_is_listed() -> None:
    document = {"id": 1, "items": {"sku": "A"}, "tags": ["a", {"b": None}], "empty": [], "new": {"": {}}, "0": 2.5}
    assert values_in(document, (("items",),)) == {
        ("id",): 1,
        ("items", "0", "sku"): "A",
        ("tags", "0"): "a",
        ("tags", "1", "b"): None,
        ("empty",): None,
        ("new", ""): None,
        ("0",): 2.5,
    }


def test_a_deep_document_is_read_completely() -> None:
    deep: object = "ground"
    for _ in range(5_000):
        deep = {"a": [deep]}
    assert isinstance(deep, dict)
    assert list(values_in(deep).values()) == ["ground"]


def test_days_are_written_with_dashes_and_nothing_else() -> None:
    assert check(MADE, "2026-11-21") is None
    assert value_of(MADE, " 2026-11-21 ") == "2026-11-21"
    for text in ("20261121", "2026-W47-6", "2026-02-30", "2026-11-21T08:30:00Z", "today"):
        problem = check(MADE, text)
        assert problem is not None, text
        assert problem.message == Message("field.day", title=MADE.title)


def test_several_choices_are_separated_by_commas() -> None:
    assert check(STATES, "new, done") is None
    problem = check(STATES, "new, lost")
    assert problem is not None
    assert problem.message == Message("field.choice", value="lost", count=2, title=STATES.title, platform="SwiftPOD")


@settings(max_examples=50, deadline=None, database=None)
@given(text=st.text(max_size=30) | st.from_regex(r"[+-]?[0-9.,]{1,20}"), field=st.sampled_from(ALL))
def test_any_text_is_either_wrong_or_a_value_that_shows_as_itself(text: str, field: Field) -> None:
    if check(field, text) is None:
        shown = text_of(field, value_of(field, text))
        assert check(field, shown) is None
        assert value_of(field, shown) == value_of(field, text)


@settings(max_examples=50, deadline=None, database=None)
@given(
    kind=st.sampled_from(("text", "number", "whole", "yes_no", "choice", "moment", "day")),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=6,
    ),
)
def test_any_value_can_be_shown(kind: Kind, value: object) -> None:
    assert isinstance(text_of(Field(("a",), kind), value), str)
