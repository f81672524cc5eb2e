"""The dialogs: a file each, and a folder where one has more than 400 lines."""
