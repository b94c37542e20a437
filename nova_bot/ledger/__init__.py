"""The ledger: the one durable, append-only record, and the only place that speaks SQL."""
