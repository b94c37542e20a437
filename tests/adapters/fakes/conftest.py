"""discord.py imports audioop, which warns on Python 3.11 and 3.12 although nothing here plays sound."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord  # noqa: F401 - so that it is imported before warnings are errors
