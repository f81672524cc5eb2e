"""Every sentence of the dialog about the program."""

MENU_TITLE = "About and diagnostics"
TITLE = "About Shipconsole"
LOOKING = "Looking at the program, what it keeps, and each connection…"
CHECKUP = "What is in order here, and where things are kept"
OK = "ok"
THEME = "look"
LOOK_AGAIN = "Look again"
SAVE = "Save diagnostics…"
SAVE_TITLE = "Save diagnostics"
TEXT_FILES = "Text (*.txt)"
MEANS = (
    "Diagnostics are one text file for support: the list above, the settings and the end of the log. Keys "
    "are masked and no order is in it. You can read it before you send it."
)
LICENCES = (
    "Free software under the MIT licence. Its windows are Qt and PySide6, used under the GNU LGPL, version 3; "
    "THIRD-PARTY.txt, which is installed with it, has the licences of all that is in it."
)
WRITING = "Writing…"


def program(version: str) -> str:
    """The program with its version."""
    return f"Shipconsole {version}"


def menu_title(new_version: str) -> str:
    """What the menu says where there is a new version."""
    return f"{MENU_TITLE} · {new_version} is there"


def written(path: str) -> str:
    """Diagnostics were written."""
    return f"Written to {path}"
