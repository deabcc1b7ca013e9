"""A parcel becomes exactly one call to Slack's Web API. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from bot.channels import Attachment, Parcel
from bot.channels.markup import plain
from bot.channels.slack.blocks import actions, sections
from bot.channels.slack.places import apart, is_private, of_message, of_press
from bot.channels.slack.text import safe
from bot.outbox.packing import cut

NOTE = "conserje_letter"
MOST_FALLBACK = 1000
"""Letters of what a notification shows; the words themselves are in the blocks."""
MOST_BLOCKS, MOST_BLOCKS_OF_PAGE = 50, 100


class Call(Struct, frozen=True):
    method: str
    params: Mapping[str, Any]
    uploads: tuple[Attachment, ...] = ()
    """Files to be sent first, whose ids `files.completeUploadExternal` then wants."""


def draw(channel: str, parcel: Parcel, files: tuple[Attachment, ...] = ()) -> Call:
    """`channel`: the conversation's id; of a person, that of the conversation with them."""
    if parcel.whisper:
        return _whisper(channel, parcel)
    if parcel.unsay:
        return _deletion(channel, parcel)
    if parcel.only and not files:
        return Call("chat.postEphemeral", {**_alone(channel, parcel), **_words(parcel)})
    if parcel.over:
        place, ts = _place(channel, parcel.over)
        return Call("chat.update", {"channel": place, "ts": ts, **_words(parcel)})
    if files:
        return Call("files.completeUploadExternal", _files(channel, parcel), files)
    note = {"metadata": {"event_type": NOTE, "event_payload": {"letter": parcel.letter}}} if parcel.letter else {}
    quiet = {"unfurl_links": False, "unfurl_media": False}
    return Call("chat.postMessage", {"channel": channel, **_words(parcel), **_thread(channel, parcel), **quiet, **note})


def publish(user: str, parcel: Parcel) -> Call:
    """The page Slack keeps for each person (App Home), whole in one view: it replaces what stood there."""
    blocks = _blocks(parcel)[:MOST_BLOCKS_OF_PAGE]
    return Call("views.publish", {"user_id": user, "view": {"type": "home", "blocks": blocks}})


def _whisper(channel: str, parcel: Parcel) -> Call:
    """To whoever pressed, where they pressed; where that was no conversation, as plain words in their own."""
    where, user, thread = of_press(parcel.whisper)
    if not where:
        return Call("chat.postMessage", {"channel": channel, **_bare(parcel.text)})
    hangs = {"thread_ts": thread} if thread else {}
    return Call("chat.postEphemeral", {"channel": where, "user": user, **_bare(parcel.text), **hangs})


def _alone(channel: str, parcel: Parcel) -> dict[str, str]:
    return {"channel": channel, "user": apart(parcel.only)[1], **_thread(channel, parcel)}


def _place(channel: str, over: str) -> tuple[str, str]:
    """Where a message is, and its time: that of a channel is still there when the channel's id has changed since."""
    place, ts = of_message(over)
    follows = channel and not is_private(channel) and not is_private(place)
    return (channel if follows else place), ts


def _deletion(channel: str, parcel: Parcel) -> Call:
    """A file whose message we never learned is deleted by its own id."""
    channel, ts = _place(channel, parcel.over)
    if ts.startswith("F"):
        return Call("files.delete", {"file": ts})
    return Call("chat.delete", {"channel": channel, "ts": ts})


def _files(channel: str, parcel: Parcel) -> dict[str, Any]:
    """With words they would be a comment of plain mrkdwn."""
    comment = {"initial_comment": safe(plain(parcel.caption))} if parcel.caption else {}
    return {"channel_id": channel, **_thread(channel, parcel), **comment}


def _thread(channel: str, parcel: Parcel) -> dict[str, str]:
    """In a conversation with one person nothing hangs under anything."""
    ts = of_message(parcel.reply_to)[1]
    return {"thread_ts": ts} if ts and not is_private(channel) else {}


def _words(parcel: Parcel) -> dict[str, Any]:
    blocks = _blocks(parcel)[:MOST_BLOCKS]
    return {"text": safe(cut(plain(parcel.text), MOST_FALLBACK)), "blocks": blocks, **_LITERAL}


def _blocks(parcel: Parcel) -> list[dict[str, Any]]:
    return [*sections(parcel.text), *actions(parcel.buttons)]


def _bare(text: str) -> dict[str, Any]:
    return {"text": safe(cut(text, MOST_FALLBACK)), **_LITERAL}


_LITERAL: Mapping[str, Any] = {"parse": "none", "link_names": False}
"""Slack makes no mention and no link out of words."""
