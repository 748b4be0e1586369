"""GitHub, as far as a report needs it: the one comment of a pull request, the one open issue."""
