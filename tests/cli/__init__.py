"""The command line, as a script or a person at a terminal meets it: the whole program, started anew each time."""
