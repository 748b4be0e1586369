"""The story, one step a file: each takes the scene, tells what it does, and returns what held."""
