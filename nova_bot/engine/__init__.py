"""The one loop: route, pack, step, outcome, outbox."""
