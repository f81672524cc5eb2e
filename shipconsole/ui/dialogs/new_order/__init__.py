"""An order typed in by hand: checked as it is typed, previewed, stored, and told to those that were chosen."""
