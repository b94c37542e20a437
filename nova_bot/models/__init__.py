"""The models: one protocol; Anthropic, scripted and none."""
