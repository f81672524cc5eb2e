"""Imports a file: its columns are mapped, all rows checked, and the good ones shipped or created."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QDir, QModelIndex, Qt
from PySide6.QtWidgets import QFileDialog, QHeaderView, QProgressBar, QStackedLayout, QWidget

from shipconsole.domain.import_columns import check, title_of
from shipconsole.domain.message import Message
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.files import import_file, results
from shipconsole.operations.files.import_file import STAGE_TITLES, FileImport, Head, Progress, Summary
from shipconsole.operations.files.rows import STATUS_TITLES, STATUSES, RowResult
from shipconsole.ui.dialogs.import_files.mapping import MappingForm
from shipconsole.ui.dialogs.import_files.tables import (
    REASON,
    RESULT_WIDTHS_PX,
    PreviewTable,
    PreviewView,
    result_table,
    shown,
)
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.dialog import ENTER, ContextDialog, name_button
from shipconsole.ui.kit.layout import MIDDLE, action, column, row, wrapped
from shipconsole.ui.kit.read_table import table_view
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Severity, Theme

SIZE_PX = (1_180, 740)
LEAST_COLUMN_PX = 110
MOST_SHOWN = 5_000
CHOOSE_KEY = "Ctrl+O"
ALL_KEY, PROBLEMS_KEY, COLUMNS_KEY = "Alt+1", "Alt+2", "Alt+3"


class ImportDialog(ContextDialog):
    """Nothing is stored before every row was checked. Opened with `open()`; closing it stops a run."""

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme) -> None:
        """Begin without a file."""
        super().__init__(
            parent,
            ctx,
            tasks,
            theme,
            name="import_dialog",
            message_name="import_message",
            title=text("import_dialog.title"),
        )
        self._path: Path | None = None
        self._head: Head | None = None
        self._checked: Summary | None = None
        """What the check of the chosen columns found; None before it, and after the import."""
        self._is_done = False
        self._is_stopped = False
        self._every: list[RowResult] = []
        self._problems: list[RowResult] = []
        self._checked_version: tuple[int, int] | None = None
        self._lay_out()
        keys = {ENTER: self.go_on, CHOOSE_KEY: self.choose_file, COLUMNS_KEY: self._show_preview}
        self._make_keys(keys | {ALL_KEY: self._show_every, PROBLEMS_KEY: self._show_problems})
        self._fit(SIZE_PX)
        self._show_buttons()

    def show_file(self, path: str) -> None:
        """Read the beginning of a file and show its columns."""
        if not self._busy:
            self._begin("read a file", self._read(Path(path)), lambda _: None)

    def choose_file(self) -> None:
        """Ask for a file."""
        if self._busy:
            return
        dialog = QFileDialog(self, text("import_dialog.choose"), QDir.homePath(), text("import_dialog.files"))
        dialog.setObjectName("import_choose_file")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.show_file)
        dialog.open()

    def go_on(self) -> None:
        """Check the rows; once that is done, import the good ones."""
        if self._busy or self._path is None or self._head is None or self._is_done:
            return
        columns = self.mapping.columns()
        problems = check(columns)
        self.mapping.mark({str(problem.path[0]): str(problem.message) for problem in problems})
        if problems:
            self._refuse(problems)
            return
        job = FileImport(self._path, self._head.header, columns)
        is_dry = self._checked is None
        self._is_stopped = False
        self._every, self._problems = [], []
        run = self._run(job, dry_run=is_dry)
        self._begin("check a file" if is_dry else "import a file", run, self._on_checked if is_dry else self._on_done)

    def stop(self) -> None:
        """Begin no further row; what is imported stays."""
        self._is_stopped = True

    def reject(self) -> None:
        """Stop a run first; it goes on to a point where every row is whole."""
        self.stop()
        super().reject()

    async def _read(self, path: Path) -> None:
        self._checked, self._is_done, self._head = None, False, None
        head = await import_file.head(path)
        columns = await import_file.columns_of(self._ctx, head.header, {})
        if self._closed:
            return
        self._path, self._head = path, head
        self._name.set_text(path.name)
        self.preview.show_rows(head.header, head.rows)
        self.mapping.show_columns(head.header, columns)
        self._show_mapping()
        self._pages.setCurrentIndex(1)
        self._show_buttons()

    async def _run(self, job: FileImport, *, dry_run: bool) -> Summary:
        version = await asyncio.to_thread(_version_of, job.path)
        if dry_run:
            self._checked_version = version
        elif version != self._checked_version:
            # Its rows are not those that a person saw.
            self._checked = None
            raise ValidationFailed(Problem(("file",), Message("import_file.changed_since_check", name=job.path.name)))
        # A person mapped the columns: that is worth keeping, whatever becomes of the rows.
        await import_file.remember(self._ctx, job)
        return await import_file.run(
            self._ctx,
            job,
            dry_run=dry_run,
            result_file="" if dry_run else result_file(job.path),
            each=self._take,
            report=self._show_progress,
            is_stopped=lambda: self._is_stopped,
        )

    def _take(self, found: RowResult) -> None:
        """Keep the result of a row, as far as the table can show it; called on a thread."""
        if len(self._every) < MOST_SHOWN:
            self._every.append(found)
        if found.status in ("refused", "stopped") and len(self._problems) < MOST_SHOWN:
            self._problems.append(found)

    def _on_checked(self, summary: Summary) -> None:
        is_whole = not self._is_stopped
        self._checked = summary if is_whole and summary.counts.get("ready") else None
        self._show_results(summary)
        self._show_message(self._counted(summary), "bad" if summary.has_problems else "good")
        self._show_buttons()
        if self._checked is not None:
            self.import_button.setFocus()

    def _on_done(self, summary: Summary) -> None:
        self._checked, self._is_done = None, True
        self._show_results(summary)
        saved = text("import_dialog.saved", file=summary.result_file)
        severity: Severity = "bad" if summary.has_problems or summary.counts.get("stopped") else "good"
        self._show_message(f"{self._counted(summary)}\n{saved}", severity)
        self._show_buttons()

    def _counted(self, summary: Summary) -> str:
        counts = [
            text("import_dialog.count", status=text(STATUS_TITLES[status]), count=summary.counts[status])
            for status in STATUSES
            if summary.counts.get(status)
        ]
        if summary.rows > MOST_SHOWN:
            counts.append(text("import_dialog.first_rows", most=MOST_SHOWN))
        return " · ".join(counts) or text("import_dialog.no_rows")

    def _show_results(self, summary: Summary) -> None:
        problems = sum(summary.counts.get(status, 0) for status in ("refused", "stopped"))
        name_button(self.every_tab, text("import_dialog.every", count=summary.rows))
        name_button(self.problems_tab, text("import_dialog.problems", count=problems))
        self._show_problems() if problems else self._show_every()
        self._pages.setCurrentIndex(2)
        self._form_card.hide()

    def _show_preview(self) -> None:
        """Show the columns, to map them in another way."""
        if not self._busy and self._head is not None:
            self._pages.setCurrentIndex(1)
            self._show_buttons()

    def _show_every(self) -> None:
        self._show_rows(self._every, problems=False)

    def _show_problems(self) -> None:
        self._show_rows(self._problems, problems=True)

    def _show_rows(self, found: Sequence[RowResult], *, problems: bool) -> None:
        self.every_tab.setChecked(not problems)
        self.problems_tab.setChecked(problems)
        if not self._busy:
            self.reason.clear()
            self.results.set_rows([shown(one) for one in found])
            if found:
                self.result_view.selectRow(0)

    def _on_selected(self, index: QModelIndex) -> None:
        """Show the whole reason of the selected row."""
        found = self.results.row(index.row())
        self.reason.setText(plain(found.message) if found is not None else "")

    def _show_progress(self, progress: Progress) -> None:
        if self._closed:
            return
        self._bar.setRange(0, progress.total or 0)
        self._bar.setValue(progress.done if progress.total else 0)
        stage = text(STAGE_TITLES[progress.stage])
        if progress.total is None:
            self._show_message(text("cli.import_progress", stage=stage, count=progress.done))
        else:
            self._show_message(text("cli.import_progress_of", stage=stage, count=progress.done, all=progress.total))

    def _on_edited(self) -> None:
        """Ask for a new check, since the columns changed."""
        self._checked, self._is_done = None, False
        self.mapping.mark({})
        self._show_mapping()
        self._pages.setCurrentIndex(1)
        self._show_message("")
        self._show_buttons()

    def _show_mapping(self) -> None:
        columns = self.mapping.columns()
        self.preview.show_mapping({position: str(title_of(field)) for field, position in columns.at.items()})
        self.preview_view.share_width()

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self.mapping.mark({str(problem.path[0]): str(problem.message) for problem in problems if problem.path})
        super()._refuse(problems)

    def _show_buttons(self) -> None:
        ready = self._checked.counts.get("ready", 0) if self._checked is not None else 0
        label = text("import_dialog.import", count=ready) if ready else text("import_dialog.check")
        name_button(self.import_button, label)
        self._bar.setVisible(self._busy and self._head is not None)
        self.stop_button.setVisible(self._busy and self._head is not None)
        self.import_button.setEnabled(not self._busy and self._head is not None and not self._is_done)
        self.choose_button.setEnabled(not self._busy)
        self._form_card.setVisible(self._head is not None and self._pages.currentIndex() < 2)
        self.mapping.setEnabled(not self._busy)

    def _on_finished(self) -> None:
        super()._on_finished()
        self.stop()

    def _lay_out(self) -> None:
        theme = self._theme
        self._name = widgets.Elided(text("import_dialog.subtitle"), "secondary")
        self.choose_button = action(
            "import_choose", text("import_dialog.choose_file"), self.choose_file, key=CHOOSE_KEY
        )
        self.mapping = MappingForm(theme)
        self.mapping.edited.connect(self._on_edited)
        self.preview = PreviewTable(self)
        self.preview_view = PreviewView(theme.tokens.px(LEAST_COLUMN_PX))
        table_view(theme, "import_preview", text("import_dialog.preview"), self.preview, self.preview_view)
        self.results = result_table(self)
        self.result_view = table_view(theme, "import_results", text("import_dialog.results"), self.results)
        for section, width in RESULT_WIDTHS_PX.items():
            self.result_view.setColumnWidth(section, theme.tokens.px(width))
        self.result_view.horizontalHeader().setSectionResizeMode(REASON, QHeaderView.ResizeMode.Stretch)
        self.result_view.selectionModel().currentRowChanged.connect(self._on_selected)
        self.reason = wrapped("", name="import_reason", selectable=True)
        self.columns_tab = action(
            "import_columns", text("import_dialog.columns"), self._show_preview, "tab", COLUMNS_KEY
        )
        self.every_tab = action("import_every", text("import_dialog.every", count=0), self._show_every, "tab", ALL_KEY)
        self.problems_tab = action(
            "import_problems", text("import_dialog.problems", count=0), self._show_problems, "tab", PROBLEMS_KEY
        )
        hint = wrapped(text("import_dialog.hint"), "secondary", name="import_hint")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        begin, shown_preview, shown_results = QWidget(), QWidget(), QWidget()
        column(theme, 1, hint, 1, margins=(24, 24, 24, 24), parent=begin)
        preview_title = widgets.label(text("import_dialog.preview"), "heading")
        column(theme, preview_title, (self.preview_view, 1), margins=(12, 12, 12, 8), parent=shown_preview)
        tabs = row(theme, self.every_tab, self.problems_tab, self.columns_tab, 1, spacing=6)
        column(theme, tabs, (self.result_view, 1), self.reason, margins=(12, 10, 12, 10), parent=shown_results)
        self._pages = QStackedLayout()
        for page in (begin, shown_preview, shown_results):
            self._pages.addWidget(page)
        self._bar = QProgressBar()
        self._bar.setObjectName("import_progress")
        self._bar.setAccessibleName(text("import_dialog.progress"))
        self._bar.setTextVisible(False)
        main = self._column(10)
        title = widgets.label(text("import_dialog.title"), "number")
        main.addLayout(row(theme, title, (self._name, 1, MIDDLE), self.choose_button))
        form = widgets.card(column(theme, self.mapping, margins=(2, 2, 2, 2)))
        self._form_card = form
        main.addLayout(row(theme, form, (widgets.card(self._pages), 1)), 1)
        main.addWidget(self._bar)
        main.addLayout(self._button_row)
        self.stop_button = self._button_row.add("import_stop", text("import_dialog.stop"), self.stop)
        self.import_button = self._button_row.add(
            "import_run", text("import_dialog.check"), self.go_on, ENTER, kind="primary"
        )


def _version_of(file: Path) -> tuple[int, int] | None:
    """Return what changes with a file's content; None where that can't be read."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def result_file(source: Path) -> str:
    """Return where the results of a file are written: beside it, or in the user's folder where that is not allowed."""
    folder = source.parent if os.access(source.parent, os.W_OK) else Path(QDir.homePath())
    return results.beside(folder / source.name)
