"""Resources are found in a checkout and in an installed program."""

from pathlib import Path

import pytest

from shipconsole.station.resources import page_file, resource


def put(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x")
    return file


def test_a_checkout_has_resources_beside_the_package(tmp_path: Path) -> None:
    icon = put(tmp_path / "resources" / "icons" / "ship.svg")
    assert resource("icons/ship.svg", tmp_path / "shipconsole") == icon


def test_an_installed_program_has_resources_inside_only(tmp_path: Path) -> None:
    icon = put(tmp_path / "shipconsole" / "resources" / "ship.svg")
    put(tmp_path / "resources" / "ship.svg")
    put(tmp_path / "resources" / "of_another_package.svg")
    assert resource("ship.svg", tmp_path / "shipconsole") == icon
    with pytest.raises(FileNotFoundError, match="of_another_package"):
        resource("of_another_package.svg", tmp_path / "shipconsole")


def test_pages_of_help_are_inside_an_installed_program_and_in_docs_of_a_checkout(tmp_path: Path) -> None:
    beside = put(tmp_path / "docs" / "shipping.md")
    assert page_file("shipping", tmp_path / "shipconsole") == beside
    inside = put(tmp_path / "shipconsole" / "resources" / "docs" / "shipping.md")
    assert page_file("shipping", tmp_path / "shipconsole") == inside
    with pytest.raises(FileNotFoundError, match="gone"):
        page_file("gone", tmp_path / "shipconsole")
