"""The result of a request that a command sends at once, printed and as an exit code."""

from shipconsole.cli import output
from shipconsole.cli.session import EXIT_DONE, EXIT_NOT_YET, EXIT_REFUSED
from shipconsole.domain.message import Message
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.operations.connections.ask_once import outcome_message, outcome_problems

_CODES: dict[type, tuple[str, int]] = {
    Accepted: ("accepted", EXIT_DONE),
    Refused: ("refused", EXIT_REFUSED),
    Blocked: ("blocked", EXIT_REFUSED),
    TryLater: ("try_later", EXIT_NOT_YET),
    Unsure: ("unsure", EXIT_NOT_YET),
}


def print_outcome(outcome: Outcome, *, in_json: bool = False) -> int:
    """Print the outcome of a request; return the exit code for it."""
    name, exit_code = _CODES[type(outcome)]
    message = outcome_message(outcome)
    if in_json:
        problems: list[output.Json] = [output.problem_json(problem) for problem in outcome_problems(outcome)]
        output.document({"outcome": name, **output.message_json(message), "problems": problems})
    elif exit_code == EXIT_DONE:
        output.line(message or Message("cli.done"))
    else:
        output.note(message)
    return exit_code
