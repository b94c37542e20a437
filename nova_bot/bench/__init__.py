"""The measured claims: each bench is one module with a `measure` function."""
