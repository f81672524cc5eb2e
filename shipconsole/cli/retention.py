"""The command retention: removes what is old by the settings, or says how much that would be."""

import argparse

from shipconsole.cli import output
from shipconsole.cli.commands import Commands, help_text
from shipconsole.cli.session import EXIT_DONE, Session
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.maintenance import ages, retention


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command to the command line."""
    command = commands.add_parser("retention", parents=[common], help=help_text("help.retention"))
    choice = command.add_mutually_exclusive_group()
    choice.add_argument("--dry-run", action="store_true", help=help_text("help.retention_dry_run"))
    confirm_help = help_text("help.retention_confirm_clock")
    choice.add_argument("--confirm-clock", action="store_true", help=confirm_help)
    command.add_argument("--json", action="store_true", help=help_text(output.JSON_HELP))
    command.set_defaults(run=_run)


async def _run(session: Session, args: argparse.Namespace) -> int:
    rules = retention.Rules.of(session.settings, session.profile.folder)
    if args.confirm_clock:
        await ages.believe_clock(session.ctx)
    if session.ctx.store.file is None and not args.dry_run:
        if not rules.is_for_all:
            # Its numbers of days may be others than those that were chosen for all stations.
            raise ValidationFailed(Problem(("removes_old_data",), Message("retention.not_from_here")))
        await retention.take_over(session.ctx)
    removed = await (retention.due if args.dry_run else retention.remove_due)(session.ctx, rules)
    if args.json:
        days = {name: value for name, value in rules._asdict().items() if name.endswith("_days")}
        archive = str(rules.archive) if rules.archive is not None else None
        output.document({**removed._asdict(), "dry_run": args.dry_run, "archive": archive, **days})
        return EXIT_DONE
    kinds = {
        ("cli.retention_blanked", "cli.retention_blanked_never"): (removed.blanked, rules.personal_days),
        ("cli.retention_webhook_events", "cli.retention_webhook_events_never"): (
            removed.webhook_events,
            rules.webhook_days,
        ),
        ("cli.retention_updates", "cli.retention_updates_never"): (removed.updates, rules.history_days),
        ("cli.retention_orders", "cli.retention_orders_never"): (removed.orders, rules.order_days),
    }
    for (counted, never), (count, days) in kinds.items():
        output.line(Message(counted, count=count, days=days) if days else Message(never))
    if session.ctx.store.file is not None and (ahead := await ages.days_ahead(session.ctx)) >= ages.TOLD_DAYS:
        output.note(Message("health.kept_clock", count=ahead))
    output.note(Message("cli.retention_dry_run" if args.dry_run else "cli.retention_done"))
    return EXIT_DONE
