"""What every panel and dialog is built of; it knows none of them."""
