"""Help: the pages of docs/, shipped with the program and shown without a network."""
