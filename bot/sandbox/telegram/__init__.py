"""A stand-in of Telegram: the Bot API as a server, and people who use it, driven from Python.

Everything a person does is one synchronous call; the bot hears of it through getUpdates or its webhook.

    world = World()                                   # token: World(token=…), default TOKEN
    ana = world.person("Ana", language="es")
    bea = world.person("Bea")
    group = world.forum("Soporte", [bea])             # also supergroup(), group(), channel()
    async with serve(world) as url:                   # bot.sandbox.serve; the Bot API is at <url>/bot<token>/<method>
        ana.write("hola")                             # start("payload"), edit, delete, photo, album, document, voice,
                                                      # video, sticker, location, contact, poll, dice, react
        question = await ana.sees("¿En qué te ayudo?")    # a part of the text, or lambda message: …; after=message
        ana.press("Facturación")                      # the newest button with this label; press_data(id, data) for old ones
        bea.write("Hola", chat=group, topic="SUP-1 …", reply_to=card)    # topic by name, id or Topic
        group.delete_topic(group.topic("SUP-1 …"))

What can be looked at: `ana.chat.messages` and `group.in_topic(…)` (as people see them now: edited, without what was
deleted), `message.words`, `.labels`, `.entities`, `ana.answers` (what answerCallbackQuery showed her), `group.topics`,
`world.calls` and `world.called("sendMessage")` (each a `Record` with params, status, result), `world.complaints`
(parameters the Bot API does not know: keep it empty), `world.unanswered_callbacks()`, `world.updates.waiting`,
`world.updates.log`, `world.commands_for(ana)`. `await world.until(lambda: …)` waits for anything.

Trouble: `world.fail("sendMessage", 429, retry_after=3, times=2, chat=ana.chat)`, any code or a trick ("before", "after":
the line is cut; "hang", "hang-after", "html", "garbage"), `world.migrated("sendMessage", group, to=…)`,
`world.faults.latency`, `world.rules.floods = Floods(world.clock)`, `ana.block()`, `ana.unblock()`,
`ana.leave_telegram()`, `world.set_bot(group, bea, Member(status="kicked"))`, `world.migrate(group, bea)`,
`world.inject(update)` (any update, also the same one twice), `world.updates.next_id = 5` (ids start again),
`world.clock = lambda: …`.
"""

from bot.sandbox.faults import Fault, Faults
from bot.sandbox.telegram.faults import Floods
from bot.sandbox.telegram.person import Person, as_line
from bot.sandbox.telegram.refusals import Refusal, bad, forbidden, migrated, too_many
from bot.sandbox.telegram.room import ALL_RIGHTS, Room, Topic
from bot.sandbox.telegram.shapes import Button, Callback, Entity, Keyboard, Member, Message, plain
from bot.sandbox.telegram.world import TOKEN, Record, Rules, World

__all__ = [
    "ALL_RIGHTS",
    "TOKEN",
    "Button",
    "Callback",
    "Entity",
    "Fault",
    "Faults",
    "Floods",
    "Keyboard",
    "Member",
    "Message",
    "Person",
    "Record",
    "Refusal",
    "Room",
    "Rules",
    "Topic",
    "World",
    "as_line",
    "bad",
    "forbidden",
    "migrated",
    "plain",
    "too_many",
]
