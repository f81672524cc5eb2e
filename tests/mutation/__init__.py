"""Lines that guard something, how each is broken, and which test has to notice."""
