"""Slack: events in (Socket Mode or signed HTTP), replies out, and what a person needs to set it up."""
