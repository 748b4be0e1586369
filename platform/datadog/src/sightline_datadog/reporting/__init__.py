"""A plan as others read it: a comment on a pull request, an issue, JUnit's XML."""
