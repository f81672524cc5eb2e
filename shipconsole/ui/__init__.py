"""The window, its panels, and its dialogs. Qt lives here and in `app` only."""
