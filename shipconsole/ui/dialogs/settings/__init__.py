"""The settings dialog: its pages are made from the model of the settings, and a few have parts of their own."""
