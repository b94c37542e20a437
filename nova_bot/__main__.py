"""`python -m nova_bot` is `nova`."""

from nova_bot.cli import main

main()
