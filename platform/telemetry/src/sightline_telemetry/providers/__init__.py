"""One tracer per file; each is imported only when its mode is chosen."""
