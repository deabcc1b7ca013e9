"""python-telegram-bot's own client against the stand-in: every answer must parse."""

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    ChatMemberAdministrator,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    MenuButtonCommands,
    MessageEntity,
    ReplyParameters,
)
from telegram.constants import ChatAction, ChatMemberStatus, ParseMode
from telegram.error import BadRequest

from bot.sandbox.telegram import Person, Room, World

KEYBOARD = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Sí", callback_data="yes"), InlineKeyboardButton("No", callback_data="no")]]
)


async def test_the_bot_knows_itself(bot: Bot, world: World) -> None:
    me = await bot.get_me()
    assert (me.id, me.username, me.is_bot) == (world.me.id, "conserje_bot", True)


async def test_a_text_with_marks_buttons_and_a_reply(bot: Bot, ana: Person) -> None:
    asked = ana.write("hola 🙂 https://example.com /start")
    assert [entity.type for entity in asked.entities or []] == ["url", "bot_command"]
    sent = await bot.send_message(
        ana.id,
        "<b>Hola 🙂</b> <i>Ana</i> &lt;3",
        parse_mode=ParseMode.HTML,
        reply_markup=KEYBOARD,
        reply_parameters=ReplyParameters(asked.message_id),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    assert sent.text == "Hola 🙂 Ana <3"
    assert sent.parse_entities() == {sent.entities[0]: "Hola 🙂", sent.entities[1]: "Ana"}
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.message_id == asked.message_id
    assert ana.chat.messages[-1].labels == ["Sí", "No"]


async def test_own_entities_are_kept(bot: Bot, ana: Person) -> None:
    ana.start()
    sent = await bot.send_message(ana.id, "abc", entities=[MessageEntity("code", 0, 3)], reply_markup=ForceReply())
    assert [entity.type for entity in sent.entities] == ["code"]


async def test_edits_replace_what_people_see(bot: Bot, ana: Person, png: bytes) -> None:
    ana.start()
    sent = await bot.send_message(ana.id, "eins", reply_markup=KEYBOARD)
    edited = await bot.edit_message_text("zwei", ana.id, sent.message_id)
    assert not isinstance(edited, bool)
    assert edited.edit_date is not None
    assert (ana.chat.messages[-1].text, ana.chat.messages[-1].labels) == ("zwei", [])
    await bot.edit_message_reply_markup(ana.id, sent.message_id, reply_markup=KEYBOARD)
    assert ana.chat.messages[-1].labels == ["Sí", "No"]
    photo = await bot.send_photo(ana.id, png, caption="foto")
    await bot.edit_message_caption(ana.id, photo.message_id, caption="otra")
    assert ana.chat.messages[-1].caption == "otra"
    await bot.edit_message_media(InputMediaDocument(b"abc", filename="a.txt"), ana.id, photo.message_id)
    assert ana.chat.messages[-1].document is not None


async def test_every_kind_of_file_goes_out(bot: Bot, ana: Person, png: bytes) -> None:
    ana.start()
    photo = await bot.send_photo(ana.id, png, caption="<b>x</b>", parse_mode="HTML")
    assert [size.width for size in photo.photo] == [90, 320, 400]
    document = await bot.send_document(ana.id, b"hello", filename="añadido.txt", caption="log")
    assert document.document is not None
    assert (document.document.file_name, document.document.mime_type) == ("añadido.txt", "text/plain")
    assert (await bot.send_video(ana.id, b"v", filename="a.mp4", duration=4)).video is not None
    assert (await bot.send_audio(ana.id, b"a", filename="a.mp3", title="Song")).audio is not None
    assert (await bot.send_voice(ana.id, b"o", duration=2)).voice is not None
    again = await bot.send_photo(ana.id, photo.photo[-1].file_id)
    assert again.photo[-1].file_unique_id == photo.photo[-1].file_unique_id


async def test_an_album_stays_together(bot: Bot, ana: Person, png: bytes) -> None:
    ana.start()
    sent = await bot.send_media_group(ana.id, [InputMediaPhoto(png), InputMediaPhoto(png)], caption="dos")
    assert len({message.media_group_id for message in sent}) == 1
    assert [message.caption for message in sent] == ["dos", None]
    alone = await bot.send_media_group(ana.id, [InputMediaPhoto(png)])
    assert alone[0].media_group_id is None


async def test_files_come_down_as_they_went_up(bot: Bot, ana: Person, png: bytes) -> None:
    kept = ana.document(b"1234567", "trace.log", "mira")
    assert kept.document is not None
    file = await bot.get_file(kept.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"1234567"
    picture = ana.photo(png)
    assert picture.file_id is not None
    body = await (await bot.get_file(picture.file_id)).download_as_bytearray()
    assert bytes(body[:2]) == b"\xff\xd8"


async def test_files_beyond_twenty_megabytes_do_not_come_down(bot: Bot, ana: Person) -> None:
    kept = ana.document(bytes(20 * 1024 * 1024 + 1), "big.bin")
    assert kept.document is not None
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(kept.document.file_id)


async def test_copies_and_forwards(bot: Bot, ana: Person, forum: Room) -> None:
    asked = ana.write("hola")
    copied = await bot.copy_message(forum.id, ana.id, asked.message_id)
    assert [m.text for m in forum.messages if m.message_id == copied.message_id] == ["hola"]
    forwarded = await bot.forward_message(forum.id, ana.id, asked.message_id)
    assert forwarded.forward_origin is not None


async def test_messages_go_away(bot: Bot, ana: Person) -> None:
    ana.start()
    first, second, third = [(await bot.send_message(ana.id, text)).message_id for text in "abc"]
    assert await bot.delete_message(ana.id, first)
    assert await bot.delete_messages(ana.id, [second, third, 999])
    assert [message.text for message in ana.chat.messages] == ["/start"]


async def test_a_press_is_answered_once(bot: Bot, ana: Person, world: World) -> None:
    ana.start()
    await bot.send_message(ana.id, "¿Seguro?", reply_markup=KEYBOARD)
    press = ana.press("Sí")
    assert world.unanswered_callbacks() == [press]
    assert await bot.answer_callback_query(press.id, "Hecho", show_alert=True)
    assert ana.answers == ["Hecho"]
    assert world.unanswered_callbacks() == []
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(press.id)


async def test_small_signs(bot: Bot, ana: Person, forum: Room) -> None:
    asked = ana.write("hola")
    assert await bot.send_chat_action(ana.id, ChatAction.TYPING)
    assert await bot.set_message_reaction(ana.id, asked.message_id, "👀")
    sent = await bot.send_message(forum.id, "card")
    assert await bot.pin_chat_message(forum.id, sent.message_id)
    pinned = (await bot.get_chat(forum.id)).pinned_message
    assert pinned is not None
    assert pinned.message_id == sent.message_id
    assert await bot.unpin_chat_message(forum.id, sent.message_id)


async def test_who_is_in_a_chat(bot: Bot, ana: Person, bea: Person, forum: Room, world: World) -> None:
    ana.start()
    assert (await bot.get_chat(ana.id)).first_name == "Ana"
    assert (await bot.get_chat(forum.id)).is_forum is True
    assert (await bot.get_chat_member(forum.id, bea.id)).status == ChatMemberStatus.OWNER
    assert (await bot.get_chat_member(forum.id, ana.id)).status == ChatMemberStatus.LEFT
    admins = await bot.get_chat_administrators(forum.id)
    own = next(one for one in admins if one.user.id == world.me.id)
    assert isinstance(own, ChatMemberAdministrator)
    assert own.can_manage_topics is True
    assert await bot.get_chat_member_count(forum.id) == 2


async def test_topics_live_and_die(bot: Bot, bea: Person, forum: Room) -> None:
    topic = await bot.create_forum_topic(forum.id, "SUP-1 Login")
    sent = await bot.send_message(forum.id, "card", message_thread_id=topic.message_thread_id)
    assert sent.is_topic_message is True
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.forum_topic_created is not None
    assert await bot.edit_forum_topic(forum.id, topic.message_thread_id, name="SUP-1 Done")
    assert await bot.close_forum_topic(forum.id, topic.message_thread_id)
    assert await bot.reopen_forum_topic(forum.id, topic.message_thread_id)
    said = bea.write("voy", chat=forum, topic="SUP-1 Done", reply_to=sent.message_id)
    assert said.message_thread_id == topic.message_thread_id
    assert await bot.delete_forum_topic(forum.id, topic.message_thread_id)
    assert forum.topics == {}
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(forum.id, "x", message_thread_id=topic.message_thread_id)


async def test_the_menu_speaks_two_languages(bot: Bot, ana: Person, world: World) -> None:
    bob = world.person("Bob", language="en")
    scope = BotCommandScopeAllPrivateChats()
    assert await bot.set_my_commands([BotCommand("new", "Open a ticket")])
    assert await bot.set_my_commands([BotCommand("nuevo", "Abrir una solicitud")], scope=scope, language_code="es")
    assert [one["command"] for one in world.commands_for(ana)] == ["nuevo"]
    assert [one["command"] for one in world.commands_for(bob)] == ["new"]
    assert [one.command for one in await bot.get_my_commands(scope, "es")] == ["nuevo"]
    assert await bot.delete_my_commands(scope, "es")
    assert [one["command"] for one in world.commands_for(ana)] == ["new"]
    group, team = world.group("Soporte", [ana]), BotCommandScopeChat
    assert world.commands_for(ana, group) == world.commands_for(ana)
    assert await bot.set_my_commands([], BotCommandScopeAllGroupChats())
    assert await bot.set_my_commands([BotCommand("cola", "Lo que espera")], team(group.id))
    assert [one["command"] for one in world.commands_for(ana, group)] == ["cola"]
    assert [one["command"] for one in world.commands_for(ana)] == ["new"]
    assert await bot.set_my_description("Soporte", "es")
    assert (await bot.get_my_description("es")).description == "Soporte"
    assert await bot.set_my_short_description("Corto")
    assert (await bot.get_my_short_description()).short_description == "Corto"
    assert await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert (await bot.get_chat_menu_button()).type == "commands"


async def test_leaving(bot: Bot, forum: Room) -> None:
    assert await bot.leave_chat(forum.id)
    with pytest.raises(Exception, match="not a member of the supergroup chat"):
        await bot.send_message(forum.id, "x")
