"""Frozen models accept no unknown field, built or copied."""

import pytest
from pydantic import ValidationError

from shipconsole.domain.address import Address


def test_a_copy_takes_no_name_that_is_no_field() -> None:
    with pytest.raises(KeyError, match="town"):
        Address(city="Sydney").model_copy(update={"town": "Perth"})


def test_a_copy_has_the_changed_fields() -> None:
    assert Address(city="Sydney").model_copy(update={"city": "Perth"}) == Address(city="Perth")


def test_nothing_is_built_from_a_name_that_is_no_field() -> None:
    with pytest.raises(ValidationError, match="town"):
        Address.model_validate({"town": "Perth"})
