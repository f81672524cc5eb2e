"""Two orders made one, because two connections know the same order; and one taken apart again."""
