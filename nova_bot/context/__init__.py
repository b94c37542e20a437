"""What does an agent need to see, and how much is too much? Pure functions."""
