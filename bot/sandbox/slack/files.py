"""The files of a workspace: who keeps them, under which addresses, and who may fetch them."""

import mimetypes
from dataclasses import dataclass, field

from bot.sandbox.slack.shapes import Json

MEGABYTE = 1024 * 1024
# What this stand-in takes at once; the real limit is a gigabyte.
UPLOAD_LIMIT = 64 * MEGABYTE


@dataclass
class Stored:
    id: str
    name: str
    data: bytes
    user: str
    created: int
    title: str = ""
    # Bytes announced by files.getUploadURLExternal; nothing is shared before they came and were confirmed.
    expected: int | None = None
    complete: bool = True
    deleted: bool = False
    channels: list[str] = field(default_factory=list)
    # The message that shows it, by channel.
    shares: dict[str, str] = field(default_factory=dict)

    @property
    def mime(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def public(self, address: str, team: str) -> Json:
        """The file object; `address` is where Slack's pretend hosts are."""
        kind = (self.name.rpartition(".")[2] if "." in self.name else "bin").lower()
        place = f"{address}/slack/files-pri/{team}-{self.id}"
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mime,
            "filetype": kind,
            "pretty_type": kind.upper(),
            "user": self.user,
            "user_team": team,
            "editable": False,
            "size": len(self.data),
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": False,
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": f"{place}/{_safe(self.name)}",
            "url_private_download": f"{place}/download/{_safe(self.name)}",
            "media_display_type": "unknown",
            "permalink": f"{address}/slack/files/{self.user}/{self.id}/{_safe(self.name)}",
            "has_rich_preview": False,
            "file_access": "visible",
        }


def _safe(name: str) -> str:
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in ".-_") else "_" for letter in name)


@dataclass
class Files:
    stored: dict[str, Stored] = field(default_factory=dict)

    def keep(self, name: str, data: bytes, user: str, created: int) -> Stored:
        file = Stored(f"F0SAND{len(self.stored) + 1:05}", name, data, user, created)
        self.stored[file.id] = file
        return file
