"""What the menus say of the record: loaded before the first paint, so apart from all that needs more."""

MENU_TITLE = "Audit log"
ORDER_MENU_TITLE = "Audit log of this order"
