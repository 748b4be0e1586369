"""Where in-memory metrics go, one receiver per file; each is imported only when its mode is chosen."""
