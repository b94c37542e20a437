"""Nova: a message becomes an Envelope; the Envelope opens a Run; each Step yields one Outcome; all is in the Ledger.

Importing this package is cheap on purpose: model and platform clients are imported where they are first used.
"""

__version__ = "0.1.0"
