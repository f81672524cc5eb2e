"""The command import."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, help_text, seconds
from shipconsole.cli.session import EXIT_DONE, EXIT_WRONG, Session
from shipconsole.cli.updates import exit_code, send_and_wait
from shipconsole.domain.import_columns import KINDS, title_of
from shipconsole.domain.message import Message
from shipconsole.domain.plain_text import escaped_json
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.files import import_file, results
from shipconsole.operations.files.import_file import STAGE_TITLES, FileImport, Progress, Summary
from shipconsole.operations.files.rows import STATUS_TITLES, STATUSES, RowResult

REPORTED_EVERY = 10_000


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    command = commands.add_parser("import", parents=[common], help=help_text("help.import"))
    command.add_argument("file", metavar="FILE", help=help_text("help.import_file"))
    command.add_argument("--dry-run", action="store_true", help=help_text("help.import_dry_run"))
    command.add_argument("--as", dest="kind", choices=KINDS, help=help_text("help.import_as"))
    command.add_argument("--map", action="append", default=[], metavar="FIELD=TITLE", help=help_text("help.import_map"))
    command.add_argument(
        "--to", action="append", default=[], nargs="+", metavar="NAME", help=help_text("help.import_to")
    )
    command.add_argument("--result", default="", metavar="FILE", help=help_text("help.import_result"))
    command.add_argument("--wait", type=seconds, default=None, metavar="SECONDS", help=help_text("help.wait"))
    command.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    command.set_defaults(run=_import)


async def _import(session: Session, args: argparse.Namespace) -> int:
    ctx, path = session.ctx, Path(args.file)
    titles = dict(_mapping(text) for text in args.map)
    header = (await import_file.head(path)).header
    columns = await import_file.columns_of(ctx, header, titles, args.kind)
    to = tuple(name for names in args.to for name in names)
    job = FileImport(path, header, columns, to)
    output.note(
        Message("cli.import_mapping", columns=tuple(f"{title_of(f)} = {header[i]}" for f, i in columns.at.items()))
    )
    if titles and not args.dry_run:
        await import_file.remember(ctx, job)
    result_file = args.result or ("" if args.dry_run else results.beside(path))
    document = _Document(job) if args.json else None
    order_ids: dict[int, None] = {}
    call_ids: dict[int, None] = {}

    def take(found: RowResult) -> None:
        (document.add if document is not None else _show)(found)
        if args.wait is not None and found.order_id and found.status != "done_before":
            order_ids[found.order_id] = None
            call_ids.update(dict.fromkeys(found.call_ids))

    summary = await import_file.run(
        ctx,
        job,
        dry_run=args.dry_run,
        result_file=result_file,
        each=take,
        report=_reporter(),
    )
    code = EXIT_WRONG if summary.has_problems else EXIT_DONE
    if args.wait is not None:
        calls = await send_and_wait(session, list(order_ids), tuple(call_ids), args.wait)
        code = code or exit_code(calls, args.wait)
    if document is not None:
        document.end(summary)
    output.note(Message("cli.import_counts", **{status: summary.counts.get(status, 0) for status in STATUSES}))
    if summary.result_file:
        output.note(Message("cli.import_result", file=summary.result_file))
    return code


def _mapping(text: str) -> tuple[str, str]:
    field, equals, title = text.partition("=")
    if not equals:
        raise ValidationFailed(Problem(("map",), Message("cli.not_mapping", text=text)))
    return field.strip(), title.strip()


def _reporter() -> Callable[[Progress], None]:
    """Return a function that prints the progress of long runs."""
    last = 0

    def report(progress: Progress) -> None:
        nonlocal last
        if progress.done // REPORTED_EVERY == last // REPORTED_EVERY:
            last = progress.done
            return
        last = progress.done
        stage = Message(STAGE_TITLES[progress.stage])
        if progress.total is None:
            output.note(Message("cli.import_progress", stage=stage, count=progress.done))
        else:
            counts = {"count": progress.done, "all": progress.total}
            output.note(Message("cli.import_progress_of", stage=stage, **counts))

    return report


def _show(found: RowResult) -> None:
    """Print a row's result, and in what way it is a problem."""
    shown = Message("cli.import_row", number=found.number, status=Message(STATUS_TITLES[found.status]))
    output.line(
        "  ".join(part for part in (str(shown), found.order, found.tracking_number, str(found.message)) if part)
    )


class _Document:
    """The JSON document of a run, printed row by row, since a file may have a million."""

    def __init__(self, job: FileImport) -> None:
        self._job = job
        self._readable = sys.stdout.encoding.lower().startswith("utf")
        self._begun = False

    def add(self, found: RowResult) -> None:
        """Print a row's result."""
        separator = "," if self._begun else ""
        self._begin()
        print(f"{separator}\n{self._text(_row_json(found))}", end="")

    def end(self, summary: Summary) -> None:
        """Print the counts."""
        self._begin()
        counts = {status: summary.counts.get(status, 0) for status in STATUSES}
        print(f'\n], "counts": {self._text(counts)}, "result_file": {self._text(summary.result_file)}}}')

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            job = self._job
            file, columns = self._text(str(job.path)), self._text(job.columns.titles(job.header))
            print(f'{{"file": {file}, "kind": "{job.columns.kind}", "columns": {columns}, "rows": [', end="")

    def _text(self, value: object) -> str:
        return escaped_json(json.dumps(value, ensure_ascii=not self._readable))


def _row_json(found: RowResult) -> output.Json:
    return {
        "row": found.number,
        "last_row": found.last,
        "order": found.order,
        "sku": found.sku,
        "quantity": found.quantity or None,
        "tracking_number": found.tracking_number,
        "status": found.status,
        **output.message_json(found.message),
        "order_id": found.order_id,
        "shipment": found.shipment_id,
        "calls": list(found.call_ids),
    }
