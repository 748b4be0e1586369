"""What a spec's alerts would have done: on a history, on a scenario, on a changed spec."""
