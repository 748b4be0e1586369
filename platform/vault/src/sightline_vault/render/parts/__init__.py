"""What `sightline vault render` writes, a file of this folder a part: `render(spec)` gives texts by their paths."""
