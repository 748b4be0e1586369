"""From what is wanted and what is there to what is to be done, and doing it."""
