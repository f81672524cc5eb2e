"""What the menus say of the record: loaded before the first paint, so apart from all that needs more."""

MENU_TITLE = "Record"
ORDER_MENU_TITLE = "Record of this order"
