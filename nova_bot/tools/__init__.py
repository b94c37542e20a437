"""Tools: typed functions with an effect class and a label for their results."""
