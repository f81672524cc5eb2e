"""The command line, as a script or a person uses it: the whole program, started again each time."""
