"""Nova's Markdown, parsed once into nodes (`nodes`) and written for each platform. `pages` cuts what is too long.

Writers: `MrkdwnWriter` in `slack` (with `blocks`), `DiscordWriter`, `PlainWriter`.
"""

from adapters.render.links import revealed
from adapters.render.pages import Parts, pages, parts, split
from adapters.render.parse import parse

__all__ = ["Parts", "pages", "parse", "parts", "revealed", "split"]
