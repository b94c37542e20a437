"""The edges of Nova: each adapter turns one platform into Envelopes and Replies."""
