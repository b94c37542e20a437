"""Which agent? Pure functions over the text, the thread and the declared utterances."""
