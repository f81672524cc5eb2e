"""Validation errors of pydantic become our own messages; none of its English reaches a person."""

from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

import pytest
from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError, model_validator
from pydantic_core import PydanticKnownError
from pydantic_core.core_schema import ErrorType

from shipconsole import messages
from shipconsole.domain.message import Message, verbatim
from shipconsole.domain.model_problems import problems_of

CONTEXT: dict[str, Any] = {
    **dict.fromkeys(("gt", "ge", "lt", "le", "multiple_of", "tz_expected", "tz_actual", "expected_version"), 1),
    **dict.fromkeys(("min_length", "max_length", "actual_length", "max_digits", "decimal_places", "whole_digits"), 2),
    **dict.fromkeys(("attribute", "method_name", "class_name", "class", "field_type", "pattern", "expected"), "QQQ"),
    **dict.fromkeys(("encoding", "encoding_error", "discriminator", "tag", "expected_tags", "expected_schemes"), "QQQ"),
}
"""What any type of error may have in its text."""

TITLE = Message("address.city")


class Shelf(BaseModel):
    """One field for each kind of value that the messages name."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["flat", "deep"] | None = None
    code: Annotated[str, Field(min_length=3, max_length=4)] = "abc"
    name: Annotated[str, Field(min_length=1, title="address.city")] = "a"
    rows: Annotated[int, Field(gt=0, le=20)] = 1
    weight: Annotated[Decimal, Field(max_digits=4, decimal_places=1)] = Decimal(1)
    bins: Annotated[tuple[int, ...], Field(min_length=1, max_length=2)] = (1,)
    is_full: bool = False


@pytest.mark.parametrize("error_type", get_args(ErrorType))
def test_every_type_of_error_has_a_message_of_ours_with_the_title(error_type: Any) -> None:
    def fail(_: object) -> object:
        error: Any = ValueError("QQQ") if error_type in ("value_error", "assertion_error") else "QQQ"
        raise PydanticKnownError(error_type, {**CONTEXT, "error": error})

    class Failing(BaseModel):
        city: Annotated[str, PlainValidator(fail), Field(title="address.city")]

    with pytest.raises(ValidationError) as raised:
        Failing.model_validate({"city": "QQQ"})
    (error,) = raised.value.errors()
    (problem,) = problems_of(Failing, raised.value)
    assert error["type"] == error_type
    assert problem.path == ("city",)
    assert problem.message.id.startswith("form.")
    assert problem.message.id in messages.texts()
    assert problem.message.arguments["title"] == TITLE
    assert str(TITLE) in str(problem.message), "the sentence can be filled in"
    assert "QQQ" not in str(problem.message)
    assert error["msg"] not in str(problem.message)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": ""}, Message("form.missing", title=TITLE)),
        ({"kind": "round"}, Message("form.one_of", title=verbatim("kind"), choices=("flat", "deep"))),
        ({"code": "ab"}, Message("form.too_short", title=verbatim("code"), length=2, limit=3)),
        ({"code": "abcde"}, Message("form.too_long", title=verbatim("code"), length=5, limit=4)),
        ({"rows": "x"}, Message("form.whole_number", title=verbatim("rows"))),
        ({"rows": 0}, Message("form.greater_than", title=verbatim("rows"), limit=0)),
        ({"rows": 21}, Message("form.at_most", title=verbatim("rows"), limit=20)),
        ({"weight": "1.25"}, Message("form.too_many_decimals", title=verbatim("weight"), limit=1)),
        ({"weight": "heavy"}, Message("form.number", title=verbatim("weight"))),
        ({"bins": ()}, Message("form.too_few", title=verbatim("bins"), length=0, limit=1)),
        ({"bins": (1, 2, 3)}, Message("form.too_many", title=verbatim("bins"), length=3, limit=2)),
        ({"is_full": "perhaps"}, Message("form.yes_no", title=verbatim("is_full"))),
        ({"height": 3}, Message("form.unknown", title=verbatim("height"))),
    ],
)
def test_the_message_names_the_field_and_its_limit(values: dict[str, object], message: Message) -> None:
    with pytest.raises(ValidationError) as raised:
        Shelf.model_validate(values)
    assert [problem.message for problem in problems_of(Shelf, raised.value)] == [message]


def test_a_message_that_a_model_raises_is_shown_and_any_other_text_is_not() -> None:
    class Pair(BaseModel):
        low: int
        high: int

        @model_validator(mode="after")
        def check(self) -> "Pair":
            if self.low > self.high:
                raise ValueError(Message("ship.none_left", sku="MUG", count=1))
            if self.low == self.high:
                raise ValueError("English of a library")
            return self

    for high, expected in ((1, Message("ship.none_left", sku="MUG", count=1)), (2, Message("form.invalid_values"))):
        with pytest.raises(ValidationError) as raised:
            Pair(low=2, high=high)
        (problem,) = problems_of(Pair, raised.value)
        assert (problem.path, problem.message) == ((), expected)
