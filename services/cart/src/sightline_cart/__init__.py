"""Shopping carts and their abandonment."""
