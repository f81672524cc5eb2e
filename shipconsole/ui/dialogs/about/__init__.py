"""About the program: which version, what is in order here, where it keeps what, and a file for whoever helps."""
