"""The app's manifest: what Slack is told to create."""

import json
from importlib.resources import files
from typing import Any
from urllib.parse import quote

OPTIONAL = frozenset({"files:read", "files:write"})
"""Scopes that Nova can do without."""

PATH = "/slack/events"
CREATE = "https://api.slack.com/apps?new_app=1&manifest_json="


def manifest(url: str = "") -> dict[str, Any]:
    """The manifest for Socket Mode, or for signed HTTP when Nova can be reached at `url`."""
    made: dict[str, Any] = json.loads(files("adapters.slack").joinpath("manifest.json").read_text("utf-8"))
    if url:
        address = url.rstrip("/") + PATH
        made["settings"]["socket_mode_enabled"] = False
        made["settings"]["event_subscriptions"]["request_url"] = address
        made["settings"]["interactivity"]["request_url"] = address
        for command in made["features"]["slash_commands"]:
            command["url"] = address
    return made


def scopes() -> frozenset[str]:
    """What the bot's token may do."""
    return frozenset(manifest()["oauth_config"]["scopes"]["bot"])


def prompts() -> list[dict[str, str]]:
    """What people are offered to ask."""
    return list(manifest()["features"]["agent_view"]["suggested_prompts"])


def link(url: str = "") -> str:
    """The address that creates the app in one click."""
    return CREATE + quote(json.dumps(manifest(url), separators=(",", ":")), safe="")
