"""The names Slack gives to signs, and the signs themselves."""

from __future__ import annotations

_SIGNS = {
    "eyes": "👀",
    "white_check_mark": "✅",
    "heavy_check_mark": "✔️",
    "ballot_box_with_check": "☑️",
    "+1": "👍",
    "thumbsup": "👍",
    "-1": "👎",
    "thumbsdown": "👎",
    "x": "❌",
    "tada": "🎉",
    "pray": "🙏",
    "heart": "❤️",
    "fire": "🔥",
    "raised_hands": "🙌",
    "clap": "👏",
    "wave": "👋",
    "hourglass": "⌛",
    "hourglass_flowing_sand": "⏳",
    "zzz": "💤",
    "no_entry": "⛔",
    "no_entry_sign": "🚫",
    "warning": "⚠️",
    "rotating_light": "🚨",
    "question": "❓",
    "exclamation": "❗",
    "lock": "🔒",
    "bulb": "💡",
    "memo": "📝",
    "100": "💯",
    "ok_hand": "👌",
    "smile": "😄",
    "slightly_smiling_face": "🙂",
    "joy": "😂",
    "cry": "😢",
    "rage": "😡",
}


def sign(name: str) -> str:
    """The emoji itself; `:name:` where we do not know it. Skin tones make no difference."""
    plain = name.partition("::")[0]
    return _SIGNS.get(plain, f":{plain}:")
