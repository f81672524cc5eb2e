"""The dialogs, one folder each where one file is not enough."""
