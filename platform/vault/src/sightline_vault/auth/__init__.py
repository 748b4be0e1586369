"""Why somebody is not let in: what can be known of a login and of a path, and what follows from it, in words."""
