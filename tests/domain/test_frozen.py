"""Frozen models accept no unknown field, built or copied."""

import pytest
from pydantic import ValidationError

from shipconsole.domain.address import Address
from shipconsole.domain.order import OrderLine


def test_a_copy_takes_no_name_that_is_no_field() -> None:
    with pytest.raises(KeyError, match="town"):
        Address(city="Sydney").model_copy(update={"town": "Perth"})


def test_a_copy_has_the_changed_fields() -> None:
    assert Address(city="Sydney").model_copy(update={"city": "Perth"}) == Address(city="Perth")


def test_nothing_is_built_from_a_name_that_is_no_field() -> None:
    with pytest.raises(ValidationError, match="town"):
        Address.model_validate({"town": "Perth"})


def test_many_are_validated_as_one_is() -> None:
    fields = [{"id": id_, "sku": f"SKU-{id_}", "ordered": 2} for id_ in (1, 2)]
    assert OrderLine.many(fields) == tuple(OrderLine.model_validate(one) for one in fields)
    with pytest.raises(ValidationError, match="ordered"):
        OrderLine.many([*fields, {"id": 3, "sku": "SKU-3", "ordered": -1}])
    with pytest.raises(ValidationError, match="town"):
        OrderLine.many([{**fields[0], "town": "Perth"}])
