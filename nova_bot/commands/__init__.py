"""What the `nova` commands do: a module for each, named like it. `nova_bot.cli` declares them."""
