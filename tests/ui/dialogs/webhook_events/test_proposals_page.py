"""The page of packages to be passed on: what waits for a person stands above what was decided on."""

from PySide6.QtWidgets import QFrame
from pytestqt.qtbot import QtBot

from shipconsole.operations.inbound.webhook_log import ForwardReview
from shipconsole.store.forwarding import ForwardReviewState
from shipconsole.ui.dialogs.webhook_events.proposals_page import ProposalsPage
from shipconsole.ui.kit.theme import Theme


def proposal(id_: int, state: ForwardReviewState) -> ForwardReview:
    return ForwardReview(id_, 1, "SwiftPOD", f"N{id_}", 1, "10001", "usps", (), True, state, "", None, 0)


def test_what_could_not_be_passed_on_stands_among_what_waits(qtbot: QtBot) -> None:
    page = ProposalsPage(Theme())
    qtbot.addWidget(page)
    states: tuple[ForwardReviewState, ...] = ("shipped", "refused", "declined", "proposed")
    page.show_proposals([proposal(id_, state) for id_, state in enumerate(states, 1)], {})
    page.show()
    # The column lays its cards out once the window is shown.
    cards = [one for one in page.findChildren(QFrame) if one.objectName().startswith("proposal_")]
    assert len(cards) == 4
    qtbot.waitUntil(lambda: len({card.y() for card in cards}) == len(cards))
    assert [card.objectName() for card in sorted(cards, key=lambda card: card.y())] == [
        f"proposal_{id_}" for id_ in (2, 4, 1, 3)
    ]
