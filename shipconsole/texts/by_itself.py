"""Texts of orders that ship by themselves once they are packed completely."""

from shipconsole.texts import Table

TEXTS: Table = {
    "audit.shipped_by_itself": "Shipped automatically: packed completely, and every unit scanned.",
    "by_itself.accepted": "Not shipped automatically: a person decided about the label of package {package:n}.",
    "by_itself.changed": "Not shipped automatically: the order changed while it was packed.",
    "by_itself.claimed": "Not shipped automatically: {station} has claimed the order.",
    "by_itself.counts_down": "Sent automatically unless you scan anything but the next order, or undo",
    "by_itself.edited": "Not shipped automatically: a quantity was reduced by key or mouse.",
    "by_itself.left_out": "Not shipped automatically: the update for {connections:and} would leave something out.",
    "by_itself.not_counted": "Not shipped automatically: the quantity of {sku} is not a whole number of units.",
    "by_itself.not_packed": "Not shipped automatically: units or labels are missing.",
    "by_itself.offline": "Not shipped automatically: no platform of this order responds.",
    "by_itself.open_verdict": "Not shipped automatically: a question is open.",
    "by_itself.problem": "Not shipped automatically: {problem}",
    "by_itself.second_label": "Not shipped automatically: the label of package {package:n} was replaced.",
    "by_itself.stopped": "Not shipped automatically: a scan stopped the countdown.",
    "by_itself.typed": (
        "Not shipped automatically: {count:n} unit was entered and not scanned.",
        "Not shipped automatically: {count:n} units were entered and not scanned.",
    ),
    "by_itself.typed_label": "Not shipped automatically: the tracking number of package {package:n} was not scanned.",
    "by_itself.uncertain_label": "Not shipped automatically: the carrier of package {package:n} is not certain.",
    "by_itself.undone": "Not shipped automatically: the shipment was undone before.",
    "by_itself.unresolved": "Not shipped automatically: {sku} has to be resolved first.",
    "update.countdown_ended": (
        "Not sent: the countdown of this shipment was interrupted. Retry the update, or undo the shipment."
    ),
}
