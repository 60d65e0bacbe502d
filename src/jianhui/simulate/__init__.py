"""A simulated city; imports nothing of the rest of the project."""
