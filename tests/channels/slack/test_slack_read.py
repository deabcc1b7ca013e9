"""What Slack sends, and the event it becomes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.slack.decode import decode
from bot.channels.slack.places import Me, Names
from bot.channels.slack.read import read
from bot.dialogue.words import Chose, Command, File, Said
from bot.events import Address, Caller, Deleted, Edited, Event, Filled, Joined, Left, Message, Moved, Reacted
from tests.channels.slack.stand_in import NOW, event, form, interaction, pressed, wrote

ME = Me(
    "T1", "UBOT", "B1", Names(frozenset({"new", "tickets", "ayuda"}), frozenset({"cola"}), frozenset({"cola", "nuevo"}))
)
AT = datetime(2023, 11, 14, 22, 13, 20, 1, tzinfo=UTC)
ANA_AT = Address("slack", "UANA")
TEAM = Address("slack", "CTEAM")
ANA = Caller("UANA", "")


def heard(payload: dict[str, Any], me: Me = ME) -> Event | None:
    return _heard(json.dumps(payload).encode(), me)


def done(body: bytes) -> Event | None:
    return _heard(body, ME, form=True)


def _heard(body: bytes, me: Me, *, form: bool = False) -> Event | None:
    payload = decode(body, form)
    return read(payload, me, "key", NOW) if payload else None


def said(text: str, **more: Any) -> Message:
    answer = more.pop("answer", Said(text, marked=more.pop("marked", "")))
    plain: dict[str, Any] = {
        "at": AT,
        "where": ANA_AT,
        "who": ANA,
        "ref": "DANA/1700000000.000001",
    }
    given = {**plain, **more}
    return Message(id=f"slack:said:{given['ref']}", answer=answer, **given)


IN_TEAM: dict[str, Any] = {"channel": "CTEAM", "channel_type": "channel"}
THERE: dict[str, Any] = {"where": TEAM, "ref": "CTEAM/1700000000.000001", "private": False}
ROOT: dict[str, Any] = {"thread_ts": "1700000000.000000"}
BOLD = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
    {"type": "text", "text": "see "}, {"type": "text", "text": "this", "style": {"bold": True}}]}]}]  # fmt: skip
PASSED_ON = {"is_share": True, "text": "<@UBOT> cola"}
HANDED_ON = {"is_share": True, "is_msg_unfurl": True, "author_name": "Bob", "text": "see *this*", "fallback": "[today] bob: see this",
             "message_blocks": [{"team": "T1", "channel": "C1", "ts": "1.2", "message": {"blocks": BOLD}}]}  # fmt: skip


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (wrote(1, "hi"), said("hi")),
        (wrote(1, "cannot sign in", subtype="me_message"), said("cannot sign in")),
        (wrote(1, "a &lt;b&gt; &amp; c"), said("a <b> & c")),
        (wrote(1, "<https://b.example> <@U2> <!here>"), said("https://b.example @U2 @here")),
        (wrote(1, "see this", blocks=BOLD), said("see this", marked="see *this*")),
        (wrote(1, "hi", thread_ts="1700000000.000000"), said("hi", reply_to="DANA/1700000000.000000")),
        (wrote(1, "hi", **IN_TEAM), said("hi", **THERE)),
        (wrote(1, "hi", **IN_TEAM, **ROOT), said("hi", **THERE, reply_to="CTEAM/1700000000.000000")),
        (wrote(1, "hi", **IN_TEAM, **ROOT, parent_user_id="UBOT"),
         said("hi", **THERE, reply_to="CTEAM/1700000000.000000", reply_asks="")),
        (wrote(1, "hi", **IN_TEAM, thread_ts="1700000000.000001"), said("hi", **THERE)),
        (wrote(1, "hi", **IN_TEAM, **ROOT, subtype="thread_broadcast"),
         said("hi", **THERE, reply_to="CTEAM/1700000000.000000")),
        (wrote(1, "hi", **IN_TEAM, user_team="T8"), said("hi", **THERE, who=Caller("UANA", "", member=False))),
        (wrote(1, "tickets"), said("", answer=Command("tickets"))),
        (wrote(1, " Ayuda "), said("", answer=Command("ayuda"))),
        (wrote(1, "/new it broke"), said("", answer=Command("new", "it broke"))),
        (wrote(1, "!new"), said("", answer=Command("new"))),
        (wrote(1, "!important"), said("!important")),
        (wrote(1, "/etc/hosts"), said("/etc/hosts")),
        (wrote(1, "tickets", **IN_TEAM), said("tickets", **THERE)),
        (wrote(1, "!cola mine", **IN_TEAM), said("", answer=Command("cola", "mine"), **THERE)),
        (wrote(1, "cola", **IN_TEAM), said("cola", **THERE)),
        (wrote(1, "!nuevo El logo", **IN_TEAM), said("", answer=Command("nuevo", "El logo"), **THERE)),
        (wrote(1, "!tickets", **IN_TEAM), said("!tickets", **THERE)),
        (wrote(1, "!cola"), said("!cola")),
        (wrote(1, "<@UBOT> cola 2", **IN_TEAM), said("", answer=Command("cola", "2"), **THERE)),
        (wrote(1, "<@UBOT>, !new", **IN_TEAM), said("", answer=Command("new"), **THERE)),
        (wrote(1, "<@UBOT>", **IN_TEAM), said("", answer=Command("help"), **THERE)),
        (wrote(1, "<@UBOT> where do I ask?", **IN_TEAM), said("", answer=Command("help"), **THERE)),
        (wrote(1, "ask <@UBOT> cola", **IN_TEAM), said("ask @UBOT cola", **THERE)),
        (wrote(1, "<@UBEA> cola", **IN_TEAM), said("@UBEA cola", **THERE)),
        (wrote(1, "", attachments=[PASSED_ON], **IN_TEAM), said("@UBOT cola", **THERE)),
        (wrote(1, "<@UBOT> cola", attachments=[PASSED_ON], **IN_TEAM), said("", answer=Command("help"), **THERE)),
        (wrote(1, "<@UBOT> cola"), said("@UBOT cola")),
        (wrote(1, "", attachments=[{"is_share": True, "text": "tickets"}]), said("tickets")),
        (wrote(1, "<@UBOT> cola", **IN_TEAM, **ROOT), said("", answer=Command("cola"), **THERE, reply_to="CTEAM/1700000000.000000")),
        (wrote(1, "<@UBOT> says so", **IN_TEAM, **ROOT), said("@UBOT says so", **THERE, reply_to="CTEAM/1700000000.000000")),
        (wrote(1, "", subtype="file_share", files=[
            {"id": "F1", "name": "a.png", "mimetype": "image/png", "size": 9, "url_private_download": "https://files.slack.com/a"},
            {"id": "F2", "mode": "tombstone"}]),
         said("", answer=Said("", (
             File("sl-F1-DANA-1700000000_000001", "photo", "a.png", "image/png", 9, "|https://files.slack.com/a"),
             File("sl-F2-DANA-1700000000_000001", "document"))))),
        (wrote(1, "my <https://drive.example/1>", subtype="file_share", files=[
            {"id": f"F{n}", "name": "Plan", "mode": "external", "url_private": f"https://drive.example/{n}"} for n in (1, 2)]),
         said("my https://drive.example/1\nhttps://drive.example/2")),
        (wrote(1, "my notes", subtype="file_share", files=[
            {"id": "F1", "name": "Notes", "mode": "quip", "mimetype": "application/vnd.slack-docs", "size": 9,
             "url_private": "https://files.slack.com/T1/F1", "permalink": "https://acme.slack.com/docs/T1/F1"},
            {"id": "F2", "name": "Tasks", "mode": "list", "mimetype": "application/vnd.slack-list",
             "url_private": "https://files.slack.com/T1/F2", "permalink": "https://acme.slack.com/lists/T1/F2"}]),
         said("my notes\nhttps://acme.slack.com/docs/T1/F1\nhttps://acme.slack.com/lists/T1/F2")),
        (wrote(1, "", attachments=[HANDED_ON]),
         said("Bob:\nsee this", marked="Bob:\nsee *this*")),
        (wrote(1, "look &amp; see", attachments=[{"is_share": True, "author_name": "Bob", "text": "a &lt;b&gt;",
                                              "files": [{"id": "F1", "mode": "tombstone"}]}]),
         said("", answer=Said("look & see\nBob:\na <b>", (File("sl-F1-DANA-1700000000_000001", "document"),)))),
        (wrote(1, "", attachments=[{"title": "Build &lt;failed&gt;", "text": "on *main*", "fallback": "Build failed"}, {"fallback": "See"}]),
         said("Build <failed>\non main\nSee", marked="Build <failed\\>\non *main*\nSee")),
        (wrote(1, "<https://b.example>", attachments=[{"title": "B", "text": "a page", "from_url": "https://b.example"}]),
         said("https://b.example")),
    ],
)  # fmt: skip
def test_a_message_is_read(payload: dict[str, Any], message: Message) -> None:
    assert heard(payload) == message


@pytest.mark.parametrize(
    "payload",
    [
        wrote(1, "hi", bot_id="B1"),
        wrote(1, "hi", user="UBOT"),
        wrote(1, "hi", user="USLACKBOT"),
        wrote(1, "hi", subtype="bot_message"),
        wrote(1, "hi", subtype="channel_join"),
        wrote(1, ""),
        wrote(1, "hi", ts="now"),
        wrote(1, "hi", channel="../x"),
        wrote(1, "hi", user="a|b"),
        wrote(1, "", subtype="message_changed", message={"user": "UANA", "text": "a", "ts": "1.000001"}),
        wrote(1, "", subtype="message_changed", message={"user": "UANA", "text": "a", "ts": "1.000001", "edited": {"ts": "2.000001"}}, previous_message={"user": "UANA", "text": "a"}),
        wrote(1, "", subtype="message_changed", message={"bot_id": "B1", "text": "a", "ts": "1.000001", "edited": {}}),
        wrote(1, "", subtype="message_deleted", deleted_ts="1.000001", previous_message={"bot_id": "B1", "text": "a"}),
        event(1, type="reaction_added", user="UBOT", reaction="eyes", item={"type": "message", "channel": "C1", "ts": "1.000001"}),
        event(1, type="reaction_added", user="UANA", reaction="eyes", item={"type": "file"}),
        event(1, type="app_home_opened", user="UANA", tab="messages"),
        event(1, type="member_joined_channel", user="UANA", channel="C1"),
        event(1, type="member_left_channel", user="UBOT", channel="CTEAM"),
        event(1, type="channel_id_changed", old_channel_id="CTEAM"),
        event(1, type="something_new"),
        {"type": "event_callback"},
        {"type": "app_rate_limited", "team_id": "T1"},
    ],
)  # fmt: skip
def test_what_is_none_of_our_business_is_nothing(payload: dict[str, Any]) -> None:
    assert heard(payload) is None


def test_an_edit_a_deletion_a_reaction_and_an_invitation_are_read() -> None:
    before = {"user": "UANA", "text": "hi", "ts": "1700000000.000001"}
    after = {**before, "text": "ho", "edited": {"user": "UANA", "ts": "1700000000.000001"}}
    gone = {"subtype": "message_deleted", "deleted_ts": "1700000000.000001", "previous_message": before}
    stone = {"subtype": "message_changed", "message": {**before, "subtype": "tombstone"}, "previous_message": before}
    item = {"type": "message", "channel": "CTEAM", "ts": "1700000000.000001"}
    eyes = {"type": "reaction_added", "user": "UBEA", "reaction": "eyes", "item": item, "event_ts": "1700000000.000001"}
    common: dict[str, Any] = {"id": "slack:Ev1", "where": ANA_AT, "who": ANA, "ref": "DANA/1700000000.000001"}
    found = [
        heard(wrote(1, "", subtype="message_changed", message=after, previous_message=before)),
        heard(wrote(1, "", **gone)),
        heard(wrote(1, "", **stone)),
        heard(event(1, **eyes)),
        heard(event(1, **{**eyes, "reaction": "+1::skin-tone-2"})),
        heard(event(1, **{**eyes, "reaction": "our_logo"})),
        heard(event(1, type="member_joined_channel", user="UBOT", channel="CTEAM", inviter="UBEA")),
        heard(event(1, type="member_left_channel", user="UBEA", channel="CTEAM")),
        heard(event(1, type="group_unarchive", channel="CTEAM", actor_id="UBEA")),
        heard(event(1, type="channel_id_changed", old_channel_id="CTEAM", new_channel_id="C2")),
    ]
    bea = Caller("UBEA", "")
    reacted: dict[str, Any] = {"id": "slack:Ev1", "at": AT, "where": TEAM, "who": bea, "on": "CTEAM/1700000000.000001"}
    assert found == [
        Edited(at=AT, text="ho", **common),
        *[Deleted(at=NOW, was=Said("hi"), message="slack:said:DANA/1700000000.000001", **common)] * 2,
        *(Reacted(sign=sign, **reacted) for sign in ("👀", "👍", ":our_logo:")),
        Joined(id="slack:Ev1", at=NOW, where=TEAM, who=bea, title="", setting="SLACK_AGENTS_CHANNEL"),
        Left(id="slack:Ev1", at=NOW, where=TEAM, who=bea),
        Joined(id="slack:Ev1", at=NOW, where=TEAM, who=bea, title="", setting="SLACK_AGENTS_CHANNEL", back=True),
        Moved(id="slack:Ev1", at=NOW, where=TEAM, to="C2", messages=("CTEAM/", "C2/")),
    ]


def test_an_edit_of_what_was_just_said_tells_all_of_it() -> None:
    """Slack may not have told us of the message yet, and no longer means to after ten minutes."""
    wholes = []
    for age in (30, 3600):
        ts = f"{NOW.timestamp() - age:.6f}"
        after = {"user": "UANA", "text": "ho", "ts": ts, "edited": {"user": "UANA", "ts": ts}}
        edit = heard(wrote(1, "", subtype="message_changed", message=after, previous_message={**after, "text": "hi"}))
        assert isinstance(edit, Edited)
        wholes.append(edit.whole and (edit.whole.id, edit.whole.answer, edit.whole.ref))
    just = f"DANA/{NOW.timestamp() - 30:.6f}"
    assert wholes == [(f"slack:said:{just}", Said("ho"), just), None]


def test_a_press_carries_all_it_takes_to_whisper() -> None:
    bea = Caller("UBEA", "bea")
    in_thread = pressed(container={"type": "message", "channel_id": "CTEAM", "thread_ts": "1.000002"})
    own: dict[str, Any] = {"at": NOW, "who": bea, "answer": Chose("claim"), "asked": "ticket.7"}
    at_home = {**pressed(), "channel": None, "message": None, "container": {"type": "view"}, "view": {"type": "home"}}
    assert [done(interaction(p)) for p in (in_thread, pressed(channel="DBEA"), at_home)] == [
        Message(id="slack:act:key#CTEAM:UBEA:1.000002", where=TEAM, on="CTEAM/1700000000.000007", private=False, **own),
        Message(id="slack:act:key#DBEA:UBEA:", where=Address("slack", "UBEA"), on="DBEA/1700000000.000007", **own),
        Message(id="slack:act:key#:UBEA:", where=Address("slack", "UBEA", "home"), **own),
    ]


@pytest.mark.parametrize("value", ["", "claim", "a|b|c", "a b|c"])
def test_a_button_that_is_not_ours_is_nothing(value: str) -> None:
    assert done(interaction(pressed(value))) is None


def test_a_guest_of_another_company_does_not_belong_to_the_team() -> None:
    guest = done(interaction(pressed(user={"id": "UBEA", "team_id": "T8"})))
    assert isinstance(guest, Message)
    assert guest.who == Caller("UBEA", "", member=False)


def test_a_form_that_a_guest_of_another_company_sends_comes_to_the_workspace_we_are_installed_in() -> None:
    """There Slack tells their own, in which nobody knows us."""
    view = {"type": "modal", "callback_id": "form", "app_installed_team_id": "T1"}
    their = {"team": {"id": "T8"}, "user": {"id": "UANA", "team_id": "T8"}}
    found = done(interaction({"type": "view_submission", "view": view, **their}))
    assert isinstance(found, Filled)
    assert (found.where, found.who.id) == (ANA_AT, "UANA")


def filled(text: str = "") -> Filled:
    common: dict[str, Any] = {"id": "slack:key", "at": NOW, "where": ANA_AT, "moment": "opened"}
    return Filled(who=Caller("UANA", "ana"), brought=Said(text), **common)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", filled()),
        ("it broke &amp; burns", filled("it broke & burns")),
        ("tickets", Command("tickets")),
        ("New the printer", Command("new", "the printer")),
    ],
)
def test_what_follows_the_slash_command_is_a_command_or_the_beginning_of_a_form(
    text: str, meant: Filled | Command
) -> None:
    found = done(form(command="/support", text=text, user_id="UANA", user_name="ana", team_id="T1"))
    assert (found.answer if isinstance(found, Message) else found) == meant


def test_the_teams_own_commands_are_said_in_the_channel_they_are_typed_in() -> None:
    found = done(
        form(command="/support", text="cola 2", user_id="UBEA", user_name="bea", team_id="T1", channel_id="CTEAM")
    )
    assert isinstance(found, Message)
    assert (found.where, found.answer, found.private) == (TEAM, Command("cola", "2"), False)


def test_another_workspace_stands_in_front_of_its_ids() -> None:
    other = {**wrote(1, "hi", files=[{"id": "F1"}]), "team_id": "T9", "authorizations": [{"team_id": "T9"}]}
    found = heard(other)
    assert isinstance(found, Message)
    assert (found.where, found.who, found.answer) == (
        Address("slack", "T9:UANA"),
        Caller("T9:UANA", ""),
        Said("hi", (File("sl-F1-DANA-1700000000_000001", "document", ref="T9|F1"),)),
    )
