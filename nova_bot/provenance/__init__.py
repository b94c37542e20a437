"""Where did it go wrong, and what has to be done again? Pure functions over recorded claims and their edges."""
