"""Pages a browser can use, and the shop's JSON API."""
