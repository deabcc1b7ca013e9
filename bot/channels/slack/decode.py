"""Bytes from Slack become payloads of a known shape, or nothing. Pure."""

from __future__ import annotations

from binascii import a2b_qp
from urllib.parse import parse_qs

import msgspec

from bot.channels.lenient import leniently
from bot.channels.slack import shapes

_ENVELOPE = msgspec.json.Decoder(shapes.Envelope)
_ALONE = b"payload="
"""What a gesture's form begins with; it holds nothing else."""
_INTERACTION = msgspec.json.Decoder(shapes.Interaction)


class Unreadable(ValueError):
    """Neither JSON nor a form."""


def decode(body: bytes, form: bool) -> shapes.Payload | None:  # noqa: FBT001 - the content type, told
    """None for what is of a kind we do not know. Raises `Unreadable`."""
    return _form(body) if form else _decoded(body, _ENVELOPE)


def interaction(raw: bytes) -> shapes.Interaction | None:
    return _decoded(raw, _INTERACTION)


def envelope(raw: bytes) -> shapes.Envelope | None:
    return _decoded(raw, _ENVELOPE)


def slash(raw: object) -> shapes.Slash | None:
    try:
        return msgspec.convert(raw, shapes.Slash)
    except msgspec.ValidationError:
        return None


def _form(body: bytes) -> shapes.Payload | None:
    if body.startswith(_ALONE) and b"&" not in body and b"=" not in body[len(_ALONE) :]:
        return _decoded(_plain(body[len(_ALONE) :]), _INTERACTION)
    try:
        fields = {k: v[0] for k, v in parse_qs(body.decode(), keep_blank_values=True, max_num_fields=100).items()}
    except ValueError:
        raise Unreadable from None
    if "payload" in fields:
        return _decoded(fields["payload"].encode(errors="replace"), _INTERACTION)
    if "command" in fields:
        return slash(fields)
    if "ssl_check" in fields:
        return None
    raise Unreadable


def _plain(quoted: bytes) -> bytes:
    """A form's value: quoted-printable but for its sign, and read by C; `parse_qs` takes as long as half a turn."""
    return a2b_qp(quoted.replace(b"+", b" ").replace(b"%", b"="))


def _decoded(body: bytes, decoder: msgspec.json.Decoder[shapes.T]) -> shapes.T | None:
    """Raises `Unreadable` for anything but an object."""
    if not body.lstrip()[:1] == b"{":
        raise Unreadable
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        return leniently(body, decoder.type)
    except (ValueError, RecursionError):
        raise Unreadable from None
