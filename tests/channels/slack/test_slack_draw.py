"""A parcel, and the one call it becomes; nobody's words ping anybody."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels import Attachment, Blank, Button, Parcel, Sheet
from bot.channels.slack import Slack, modal, shapes
from bot.channels.slack.draw import Call, draw, publish
from bot.channels.slack.places import room
from bot.dialogue.markup import escape
from bot.dialogue.words import File
from bot.outbox.packing import pack, size
from bot.values import replace

LITERAL = {"parse": "none", "link_names": False}
QUIET = {"unfurl_links": False, "unfurl_media": False}


def section(text: str, **style: bool) -> dict[str, Any]:
    styled = {"style": style} if style else {}
    inner = {"type": "rich_text_section", "elements": [{"type": "text", "text": text, **styled}]}
    return {"type": "rich_text", "elements": [inner]}


def button(number: int, label: str, value: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": label, "emoji": False}
    return {"type": "button", "action_id": f"b{number}", "text": text, "value": value}


@pytest.mark.parametrize(
    ("parcel", "call"),
    [
        (Parcel(text="*Hi*", letter=12),
         Call("chat.postMessage", {"channel": "C1", "text": "Hi", "blocks": [section("Hi", bold=True)], **LITERAL, **QUIET,
              "metadata": {"event_type": "conserje_letter", "event_payload": {"letter": 12}}})),
        (Parcel(text="Hi", reply_to="C1/1.000002"),
         Call("chat.postMessage", {"channel": "C1", "text": "Hi", "blocks": [section("Hi")], **LITERAL, "thread_ts": "1.000002", **QUIET})),
        (Parcel(text="Hi", over="C0/1.000002", buttons=(Button("Yes", "a|y"), Button("No", "a|n", "g"))),
         Call("chat.update", {"channel": "C1", "ts": "1.000002", "text": "Hi", **LITERAL, "blocks": [
             section("Hi"), {"type": "actions", "elements": [button(0, "Yes", "a|y")]},
             {"type": "actions", "elements": [button(1, "No", "a|n")]}]})),
        (Parcel(unsay=True, over="C1/1.000002"), Call("chat.delete", {"channel": "C1", "ts": "1.000002"})),
        (Parcel(unsay=True, over="C1/F7"), Call("files.delete", {"file": "F7"})),
        (Parcel(text="<!here>", whisper="slack:act:k#C1:U1:1.000002"),
         Call("chat.postEphemeral", {"channel": "C1", "user": "U1", "text": "&lt;!here&gt;", **LITERAL, "thread_ts": "1.000002"})),
        (Parcel(text="Hi", only="T9:U1", buttons=(Button("Send", "entry.a|send"),), letter=12, reply_to="C1/1.000002", over="C1/1.000003"),
         Call("chat.postEphemeral", {"channel": "C1", "user": "U1", "thread_ts": "1.000002", "text": "Hi", **LITERAL,
              "blocks": [section("Hi"), {"type": "actions", "elements": [button(0, "Send", "entry.a|send")]}]})),
        (Parcel(text="Hm", whisper="slack:act:k#:U1:"), Call("chat.postMessage", {"channel": "C1", "text": "Hm", **LITERAL})),
    ],
)  # fmt: skip
def test_a_parcel_is_one_call(parcel: Parcel, call: Call) -> None:
    assert draw("C1", parcel) == call


def test_in_a_conversation_with_one_person_nothing_hangs_under_anything() -> None:
    assert "thread_ts" not in draw("D1", Parcel(text="Hi", reply_to="D1/1.000002")).params


def test_a_room_is_reached_by_its_first_message() -> None:
    assert room("C1/1700000000.000100") == "https://slack.com/archives/C1/p1700000000000100"
    assert room("C1/1.2", "https://acme.slack.com/") == "https://acme.slack.com/archives/C1/p12"


def test_a_file_whose_message_is_not_known_has_no_address() -> None:
    assert room("C1/F7") == ""


def test_files_are_sent_before_they_are_shown() -> None:
    file = Attachment("a.png", "photo", "image/png", b"abc")
    assert draw("C1", Parcel(reply_to="C1/1.000002"), (file,)) == Call(
        "files.completeUploadExternal", {"channel_id": "C1", "thread_ts": "1.000002"}, (file,)
    )


def test_the_page_of_a_person_is_published_whole() -> None:
    drawn = publish("U1", Parcel(text="*Yours*", buttons=(Button("New", "home|new"),)))
    blocks = [section("Yours", bold=True), {"type": "actions", "elements": [button(0, "New", "home|new")]}]
    assert drawn == Call("views.publish", {"user_id": "U1", "view": {"type": "home", "blocks": blocks}})


CALLS = re.compile(r"<!(here|channel|everyone|subteam|date)\b|<[@#][A-Z0-9]")
"""A mention in Slack's own spelling."""
ALPHABET = st.text("ab &<>|!@#*_~`>\\\n😀ñ.:/UC1h", max_size=80) | st.sampled_from(
    ["<!here>", "<!channel>", "<@U123>", "<!subteam^S1>", "<http://evil|bank>", "@channel", "https://x.example/a|b"]
)


@settings(max_examples=300)
@given(st.lists(ALPHABET, max_size=6).map(" ".join), st.integers(1, 400))
def test_no_words_of_anybody_mean_anything_to_slack_and_all_fits(words: str, times: int) -> None:
    buttons = tuple(Button("y" * 90, f"a|{n}", str(n % 3)) for n in range(60))
    for parcel in pack(Parcel(text=escape(words) * times, buttons=buttons), Slack.limits):
        drawn = draw("C1", parcel)
        assert not set("<>") & set(drawn.params["text"])
        assert all(_fits(block) for block in drawn.params["blocks"])
        assert not CALLS.search(str(drawn.params["blocks"]))
        assert len(drawn.params["blocks"]) <= 50
        ids = [e["action_id"] for b in drawn.params["blocks"] if b["type"] == "actions" for e in b["elements"]]
        assert len(ids) == len(set(ids)) == len(parcel.buttons)


def _fits(block: dict[str, Any]) -> bool:
    """In rich text words are bare words, whatever signs they hold, and addresses links."""
    if block["type"] == "rich_text":
        inside = [one for part in block["elements"] for one in part["elements"]]
        words = sum(size(one.get("text") or one["url"]) for one in inside)
        return {one["type"] for one in inside} <= {"text", "link"} and 0 < words <= 3000
    return 0 < len(block["elements"]) <= 25 and all(0 < size(e["text"]["text"]) <= 75 for e in block["elements"])


# -- forms -----------------------------------------------------------------------------------------

SHEET = Sheet(
    "intake",
    "New request",
    (
        Blank("category", "What about?", "choice", choices=(("billing", "Billing"), ("tech", "Tech")), value="tech", turns=True),
        Blank("title", "Title", "line", hint="Short", value="It broke", most=100, trouble="Too short."),
        Blank("details", "Details", "text", optional=True),
        Blank("links", "Links", "links", optional=True),
        Blank("files", "Files", "files", files=(File("sl-1", "photo", "a.png"),), most=10, optional=True),
        Blank("full", "More", "files", files=(File("sl-2", "photo"),), most=1),
        Blank("when", "When", "date", value="2026-03-02"),
        Blank("none", "Nothing to choose", "choice"),
    ),
    "Send",
    "Close",
    head="*Hello*",
)  # fmt: skip


@pytest.mark.parametrize("letters", [2900, 3100, 9000])
def test_an_address_is_one_link_or_none_and_never_half_of_one(letters: int) -> None:
    address = f"https://a.example/?q={'x' * letters}"
    parcels = pack(Parcel(text=f"{'Some words. ' * 30}{address} and more"), Slack.limits)
    elements = [
        one
        for parcel in parcels
        for block in draw("C1", parcel).params["blocks"]
        for part in block["elements"]
        for one in part["elements"]
    ]
    links = [one["url"] for one in elements if one["type"] == "link"]
    assert links == ([address] if letters < 3000 else [])
    said = "".join(one.get("text", one.get("url", "")) for one in elements)
    assert address in said.replace(" ", "")


def test_no_rule_of_the_house_is_cut_from_the_head_of_a_form() -> None:
    rules = [f"· Rule {n}: {'a word of *it* ' * 35}" for n in range(12)]
    blocks = modal.view(replace(SHEET, head="\n".join(rules)))["blocks"]
    heads = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    assert [f"Rule {n}:" for n in range(12) if not any(f"Rule {n}:" in head for head in heads)] == []
    assert max(map(len, heads)) <= 3000


def test_a_sheet_is_a_modal() -> None:
    view = modal.view(SHEET)
    inputs = {b["block_id"].partition(":")[0]: b for b in view["blocks"] if b["type"] == "input"}
    assert list(inputs) == ["category", "title", "details", "links", "files", "when"]
    assert [b["dispatch_action"] for b in inputs.values()] == [True, False, False, False, False, False]
    assert inputs["category"]["element"]["initial_option"]["value"] == "tech"
    assert inputs["title"]["element"] == {
        "type": "plain_text_input",
        "action_id": "v",
        "multiline": False,
        "max_length": 100,
        "initial_value": "It broke",
    }
    assert inputs["files"]["element"] == {"type": "file_input", "action_id": "v", "max_files": 9}
    assert inputs["when"]["element"]["initial_date"] == "2026-03-02"
    said = [b["elements"][0]["text"] for b in view["blocks"] if b["type"] == "context"]
    assert said == ["⚠️ Too short.", "📎 a.png", "📎 photo"]
    assert (view["callback_id"], view["notify_on_close"], view["private_metadata"]) == (
        "form",
        True,
        '{"name":"intake"}',
    )


def test_a_form_with_other_fields_is_drawn_anew_instead_of_marked() -> None:
    shown = shapes.View(blocks=[shapes.Block("input", "title")])
    assert modal.reply(SHEET, shown)["response_action"] == "update"


def test_what_is_filled_in_is_read_by_field() -> None:
    values = {
        "category:abc": {"v": shapes.Action("static_select", selected_option=shapes.Chosen("tech"))},
        "title": {"v": shapes.Action("plain_text_input", value="It broke")},
        "details": {"v": shapes.Action("plain_text_input", value=None)},
        "when": {"v": shapes.Action("datepicker", selected_date="2026-03-02")},
        "files": {"v": shapes.Action("file_input", files=[shapes.File("F1", "a.png", "image/png", 3)])},
    }
    found = modal.answers(shapes.View(state=shapes.State(values)), "")
    assert json.loads(json.dumps({k: str(v) for k, v in found.items()})) == {
        "category": "Chose(choice='tech')",
        "title": "Said(text='It broke', files=(), marked='')",
        "when": "Said(text='2026-03-02', files=(), marked='')",
        "files": "Said(text='', files=(File(id='sl-F1-form', kind='photo', name='a.png', mime='image/png', size=3, ref='|F1', number=0),), marked='')",
    }
