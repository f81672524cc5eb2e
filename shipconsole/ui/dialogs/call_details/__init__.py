"""One call to the letter: what was sent, what came back, what was seen since, and what a person may do about it."""
