"""Shows: the window, its panels and dialogs. Qt lives here and in `app` only."""
