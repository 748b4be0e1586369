"""Consumes placed orders and ships them."""
