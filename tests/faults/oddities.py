"""What a Telegram user or group can send besides a plain answer, as raw updates by their names in the Bot API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

FILE: Json = {"file_id": "BQACAgQAAxk-nobody-has-it", "file_unique_id": "AQADnobody", "file_size": 1234}
VIDEO: Json = {**FILE, "width": 320, "height": 240, "duration": 3}
USER: Json = {"id": 777, "is_bot": False, "first_name": "Zoe"}
PLACE: Json = {"latitude": 40.4168, "longitude": -3.7038}
POLL: Json = {
    "id": "9",
    "question": "¿Sí?",
    "options": [{"persistent_id": "0", "text": "No", "voter_count": 0}],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
}

CONTENTS: Mapping[str, Json] = {
    "sticker": {"sticker": {**FILE, "type": "regular", "width": 1, "height": 1, "emoji": "👍"}},
    "sticker of no emoji": {"sticker": {**FILE, "type": "custom_emoji", "width": 1, "height": 1}},
    "voice": {"voice": {**FILE, "duration": 2, "mime_type": "audio/ogg"}},
    "video note": {"video_note": {**FILE, "length": 240, "duration": 2}},
    "animation": {"animation": VIDEO, "document": FILE},
    "audio": {"audio": {**FILE, "duration": 2, "title": "\u202egnos"}},
    "film of 3 GB": {"video": {**VIDEO, "file_size": 3 * 2**30, "file_name": "../../etc/passwd"}},
    "live photo": {"live_photo": VIDEO},
    "paid media": {"paid_media": {"star_count": 5, "paid_media": [{"type": "preview"}]}},
    "location": {"location": PLACE},
    "live location": {"location": {**PLACE, "live_period": 900, "heading": 3}},
    "venue": {"venue": {"location": PLACE, "title": "Sol", "address": "Madrid"}, "location": PLACE},
    "contact": {"contact": {"phone_number": "+34600000000", "first_name": "Zoe", "vcard": "BEGIN:VCARD"}},
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
    "poll": {"poll": POLL},
    "checklist": {"checklist": {"title": "Hoy", "tasks": [{"id": 1, "text": "Pan"}]}},
    "story": {"story": {"chat": {"id": -1003, "type": "channel", "title": "C"}, "id": 7}},
    "game": {"game": {"title": "Ajedrez", "description": "Juega", "photo": [VIDEO]}},
    "invoice": {
        "invoice": {"title": "X", "description": "Y", "start_parameter": "", "currency": "EUR", "total_amount": 1}
    },
    "shared users": {"users_shared": {"request_id": 1, "users": [{"user_id": 777}]}},
    "web app data": {"web_app_data": {"data": "{}", "button_text": "x"}},
    "login elsewhere": {"connected_website": "example.com"},
    "write access": {"write_access_allowed": {"from_request": True}},
    "background": {"chat_background_set": {"type": {"type": "fill"}}},
    "gift": {"gift": {"gift": {"id": "1", "star_count": 1}}},
    "something of tomorrow": {"hologram": {"depth": 3, "of": [{"nobody": None}]}},
    "nothing at all": {},
    "an empty text": {"text": ""},
    "an empty caption": {"caption": "", "photo": [{**FILE, "width": 1, "height": 1}]},
    "blanks": {"text": " \n\t\u200b\u2060 "},
    "NUL": {"text": "ho\x00la \x00"},
    "other way round": {"text": "\u202eatcaf\u202c \u2066x\u2069"},
    "zalgo": {"text": "z" + "\u0335\u0321\u0353" * 3000},
    "signs": {"text": "*_`[](<b>&amp;</b>) \\* > > ```\n> > cita *sin fin"},
    "a wall of text": {"text": "muro de texto " * 7143},
    "a wall of brackets": {"text": "[" * 100_000},
    "a wall of asterisks": {"text": "*" * 4096},
    "four thousand lines": {"text": "\n".join("a" for _ in range(2048))},
    "families": {"text": "👨‍👩‍👧‍👦" * 300},
    "a thousand links": {"text": " ".join(f"https://e.example/{n}" for n in range(200))},
    "wrong entities": {
        "text": "hola",
        "entities": [{"type": "text_link", "offset": 90, "length": -1, "url": "x" * 5000}],
    },
    "a forwarded command": {
        "text": "/cancel",
        "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Z"},
    },
    "a command of another bot": {"text": "/cancel@another_bot"},
    "an unknown command": {"text": "/" + "x" * 32},
    "a command with a wall": {"text": "/language " + "es" * 2000},
    "a deep link to nowhere": {"text": "/start new_nothing_at_all_"},
    "a deep link half way": {"text": "/start new__"},
    "via a bot": {"text": "hola", "via_bot": {"id": 5, "is_bot": True, "first_name": "gif"}},
    "a reply elsewhere": {
        "text": "¿esto?",
        "external_reply": {"origin": {"type": "hidden_user"}},
        "quote": {"text": "x"},
    },
    "a reply to what is gone": {
        "text": "¿esto?",
        "reply_to_message": {"message_id": 10**9, "chat": {"id": 1}, "date": 0},
    },
    "in a thread of a private chat": {"text": "hilo", "message_thread_id": 5, "is_topic_message": True},
    "a pinned message": {"pinned_message": {"message_id": 1, "chat": {"id": 1, "type": "private"}, "date": 0}},
    "the year 292277026596": {"text": "tarde", "date": 2**62},
}
"""What the message holds, without who and where."""

DATA: Mapping[str, Json] = {
    "no data": {},
    "empty data": {"data": ""},
    "a game": {"game_short_name": "chess"},
    "a bar": {"data": "|"},
    "bars": {"data": "a|b|c"},
    "64 bytes of faces": {"data": "😀" * 16},
    "an answer to nothing": {"data": "|send"},
    "a step of nowhere": {"data": "intake.nowhere|send"},
    "the end before its time": {"data": "intake.review|send"},
    "an edit of the review": {"data": "intake.review|edit.review"},
    "an edit of help pages": {"data": "intake.review|edit.articles"},
    "a question of another category": {"data": "intake.x-phone|android"},
    "another's ticket": {"data": "ticket.1001|solve"},
    "another's ticket again": {"data": "ticket.1001|reopen"},
    "a ticket of no number": {"data": "ticket.|solve"},
    "a ticket of any number": {"data": "ticket.99999999999999999999|solve"},
    "an agent's button": {"data": "ticket.1001|claim"},
    "an entry of nobody": {"data": "entry.AAAAAAAAAAAAAAAA|send"},
    "a language of nobody": {"data": "language|tlh"},
    "an old page": {"data": "tickets|from.5"},
    "a page beyond all": {"data": "tickets|from.99999999999999999999999"},
    "a page of words": {"data": "tickets|from.x"},
    "going on with nothing": {"data": "resume|resume"},
    "which of none": {"data": "which.which|t.1001"},
}
"""What a press carries."""

SERVICE: Mapping[str, Json] = {
    "joined": {"new_chat_members": [USER]},
    "left": {"left_chat_member": USER},
    "titled": {"new_chat_title": "Otro nombre"},
    "photographed": {"delete_chat_photo": True},
    "pinned": {"pinned_message": {"message_id": 3, "chat": {"id": -1, "type": "supergroup"}, "date": 0}},
    "topic closed": {"forum_topic_closed": {}},
    "topic reopened": {"forum_topic_reopened": {}},
    "topic renamed": {"forum_topic_edited": {"name": "x"}},
    "general hidden": {"general_forum_topic_hidden": {}},
    "timer": {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
    "video chat": {"video_chat_started": {}},
    "boost": {"boost_added": {"boost_count": 1}},
    "giveaway": {"giveaway_created": {}},
    "migrated from": {"migrate_from_chat_id": -5},
}
"""What happens in a group without anybody saying it."""

OTHER: Mapping[str, Json] = {
    "channel_post": {"message_id": 1, "date": 1, "chat": {"id": -1003, "type": "channel", "title": "C"}, "text": "x"},
    "edited_channel_post": {"message_id": 1, "date": 1, "chat": {"id": -1003, "type": "channel"}, "text": "x"},
    "business_connection": {"id": "1", "user": USER, "user_chat_id": 777, "date": 1, "is_enabled": True},
    "business_message": {"message_id": 1, "date": 1, "chat": {"id": 777, "type": "private"}, "text": "x"},
    "deleted_business_messages": {
        "business_connection_id": "1",
        "chat": {"id": 777, "type": "private"},
        "message_ids": [1],
    },
    "message_reaction": {
        "chat": {"id": 777, "type": "private"},
        "message_id": 1,
        "date": 1,
        "old_reaction": [],
        "new_reaction": [],
    },
    "inline_query": {"id": "1", "from": USER, "query": "x", "offset": ""},
    "chosen_inline_result": {"result_id": "1", "from": USER, "query": "x"},
    "shipping_query": {"id": "1", "from": USER, "invoice_payload": "x", "shipping_address": {}},
    "pre_checkout_query": {"id": "1", "from": USER, "currency": "EUR", "total_amount": 1, "invoice_payload": "x"},
    "poll": POLL,
    "poll_answer": {"poll_id": "9", "user": USER, "option_ids": [0]},
    "chat_member": {"chat": {"id": -1, "type": "group"}, "from": USER, "date": 1},
    "chat_join_request": {"chat": {"id": -1, "type": "group"}, "from": USER, "user_chat_id": 777, "date": 1},
    "chat_boost": {"chat": {"id": -1, "type": "channel"}, "boost": {}},
    "managed_bot": {"user": USER, "bot": USER},
    "from_the_future": {"a": [1, {"b": None}]},
}
"""Kinds of update we never asked for; a webhook that was set otherwise before may still bring them."""
