"""Characters that a reader can't see, made visible, so that no text looks like another one."""

import re

_EMOJI = "\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
_JOINED_SCRIPTS = "\u0590-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff"
_FLAG = "\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f"
_BELONGS = re.compile(
    f"{_FLAG}"
    f"|(?<=[{_EMOJI}\u200d\ufe0f])\u200d(?=[{_EMOJI}])"  # the joints of a family
    f"|(?<=[{_EMOJI}0-9#*])[\ufe0e\ufe0f]"  # "as a picture" behind a sign that has both forms
    f"|(?<=[{_JOINED_SCRIPTS}])[\u200c\u200d](?=[{_JOINED_SCRIPTS}])"  # orthography in Persian, Hindi and others
    "|(?P<unseen>[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff])"
    "|(?P<control>[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff])"
)


def shown(text: str) -> str:
    """`text` with zero-width and direction characters written out as ⟨U+200B⟩, and controls as U+FFFD.

    They stay where they belong to what is seen: inside emoji, and between letters of scripts that need them.
    """
    return _BELONGS.sub(_shown, text)


def _shown(found: re.Match[str]) -> str:
    if found["unseen"]:
        return f"⟨U+{ord(found[0]):04X}⟩"
    return "\ufffd" if found["control"] else found[0]
