"""What a million sources need: steps measured on one server, and the arithmetic of docs/scale.md."""
