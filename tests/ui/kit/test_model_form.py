"""A form has its model's fields, with their titles, choices, and limits, and shows problems at their fields."""

from typing import Annotated, Literal

import pytest
from pydantic import Field
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from shipconsole.domain.frozen import Frozen
from shipconsole.domain.message import Message, verbatim
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.ui.kit.binding.model_form import ModelForm
from shipconsole.ui.kit.theme import Theme


class Shelf(Frozen):
    """A model with a field of each kind."""

    name: Annotated[str, Field(min_length=1, max_length=5, title="address.name", examples=["A1"])]
    rows: Annotated[int, Field(ge=1, le=20, description="From the floor up")] = 4
    height_cm: int | None = None
    side: Literal["left", "right"] = "left"
    is_cold: bool = False
    hidden: str = "kept"


ROWS = (("name", "rows"), ("height_cm", "side", "is_cold"))


@pytest.fixture
def form(qtbot: QtBot) -> ModelForm[Shelf]:
    made = ModelForm(Shelf, ROWS, Theme())
    qtbot.addWidget(made)
    made.show()
    return made


def line(form: ModelForm[Shelf], name: str) -> QLineEdit:
    found = form.findChild(QLineEdit, name)
    assert found is not None
    return found


def problem_of(form: ModelForm[Shelf], name: str) -> str:
    label = form.findChild(QLabel, f"{name}_problem")
    return "" if label.isHidden() else label.text()


def test_rows_have_the_fields_titles_help_choices_and_defaults(form: ModelForm[Shelf]) -> None:
    assert [field.input.accessibleName() for field in form.fields.values()] == [
        "Name",
        "rows",
        "height_cm",
        "side",
        "is_cold",
    ]
    assert line(form, "name").placeholderText() == "A1"
    assert "From the floor up" in line(form, "rows").toolTip()
    side = form.findChild(QComboBox, "side")
    assert [side.itemText(position) for position in range(side.count())] == ["left", "right"]
    assert form.values() == {"name": "", "rows": "4", "height_cm": "", "side": "left", "is_cold": False}


def test_rows_of_any_length_share_the_width(qtbot: QtBot, form: ModelForm[Shelf]) -> None:
    form.resize(620, 200)
    QTest.qWait(1)
    above, below = form.fields["name"], form.fields["height_cm"]
    assert above.width() > below.width() > above.width() * 0.55


def test_reading_returns_the_model(form: ModelForm[Shelf]) -> None:
    QTest.keyClicks(line(form, "name"), " A1 ")
    line(form, "rows").setText("7")
    form.findChild(QComboBox, "side").setCurrentText("right")
    form.findChild(QCheckBox, "is_cold").click()
    assert form.read() == Shelf(name="A1", rows=7, side="right", is_cold=True)
    line(form, "height_cm").setText("30")
    assert form.read().height_cm == 30


def test_filling_emits_no_edit_and_reading_returns_the_same(qtbot: QtBot, form: ModelForm[Shelf]) -> None:
    shelf = Shelf(name="B2", rows=1, height_cm=12, side="right", is_cold=True)
    with qtbot.assertNotEmitted(form.edited):
        form.fill(shelf)
    assert form.read() == shelf


def test_a_persons_edits_are_emitted_with_the_field(form: ModelForm[Shelf]) -> None:
    edited: list[str] = []
    form.edited.connect(edited.append)
    QTest.keyClick(line(form, "rows"), Qt.Key.Key_5)
    form.findChild(QCheckBox, "is_cold").click()
    form.findChild(QComboBox, "side").setCurrentText("right")
    assert edited == ["rows", "is_cold", "side"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("name", "", Message("form.missing", title=Message("address.name"))),
        ("name", "A1A1A1", Message("form.too_long", title=Message("address.name"), length=6, limit=5)),
        ("rows", "6x", Message("form.whole_number", title=verbatim("rows"))),
        ("rows", "0", Message("form.at_least", title=verbatim("rows"), limit=1)),
        ("rows", "21", Message("form.at_most", title=verbatim("rows"), limit=20)),
        ("height_cm", "tall", Message("form.whole_number", title=verbatim("height_cm"))),
    ],
)
def test_a_problem_is_shown_at_the_field_of_its_path_only(
    form: ModelForm[Shelf], name: str, text: str, message: Message
) -> None:
    form.fill({"name": "A1"})
    line(form, name).setText(text)
    with pytest.raises(ValidationFailed) as refused:
        form.read()
    assert [(problem.path[0], problem.message) for problem in refused.value.problems] == [(name, message)]
    assert {field: problem_of(form, field) for field in form.fields if problem_of(form, field)} == {name: str(message)}
    assert line(form, name).property("wrong")
    assert line(form, name).text() == text, "what was typed stays"
    form.fill({"name": "A1"})
    form.read()
    assert not line(form, name).property("wrong")


def test_problems_of_other_fields_are_returned(form: ModelForm[Shelf]) -> None:
    elsewhere = (Problem(("to",), "Nobody."), Problem((), "Not now."))
    assert form.mark((Problem(("rows",), "Too many.", "Take some away."), *elsewhere)) == elsewhere
    assert problem_of(form, "rows") == "Too many. Take some away."


def test_a_field_is_focused_by_its_name(form: ModelForm[Shelf]) -> None:
    form.activateWindow()
    form.go_to("height_cm")
    assert QApplication.focusWidget() is line(form, "height_cm")


def test_a_row_with_an_unknown_field_raises_at_once(qapp: QApplication) -> None:
    with pytest.raises(KeyError, match="weight"):
        ModelForm(Shelf, (("weight",),), Theme())
