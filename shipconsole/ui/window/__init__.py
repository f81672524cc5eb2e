"""The main window: its bar, menus, banner, and what happens to a scan."""
