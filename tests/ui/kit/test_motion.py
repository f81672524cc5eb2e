"""Less motion where the desktop asks for it."""

from pathlib import Path

import pytest

from shipconsole.ui.kit.motion import is_reduced


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("kdeglobals", "[KDE]\nAnimationDurationFactor=0\n", True),
        ("kdeglobals", "[KDE]\nAnimationDurationFactor=0.5\n", False),
        ("gtk-3.0/settings.ini", "[Settings]\ngtk-enable-animations=0\n", True),
        ("gtk-3.0/settings.ini", "[Settings]\ngtk-enable-animations=false\n", True),
        ("gtk-3.0/settings.ini", "[Settings]\ngtk-enable-animations=1\n", False),
        ("other", "", False),
    ],
)
def test_a_desktop_that_shows_no_animations_is_followed(
    tmp_path: Path, name: str, content: str, expected: bool
) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(content)
    assert is_reduced(tmp_path) == expected
