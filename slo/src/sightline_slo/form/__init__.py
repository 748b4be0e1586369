"""The form of a document, told once: it is checked by it, and its JSON Schema is made of it."""
