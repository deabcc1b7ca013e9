"""The intake as one usually writes it: python-telegram-bot's ConversationHandler, its PicklePersistence, and SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from tests.bench.stock import run

KEPT = Path("tickets.db")
Context = Any
Ask = Callable[[Update, Context], Coroutine[Any, Any, int]]

CATEGORY, SUBCATEGORY, TITLE, DETAILS, LINKS, PICTURES, REVIEW = range(7)


def keys(question: str, *names: str) -> InlineKeyboardMarkup:
    rows = [[InlineKeyboardButton(name.capitalize(), callback_data=f"intake.{question}|{name}")] for name in names]
    return InlineKeyboardMarkup(rows)


def press(words: str, markup: InlineKeyboardMarkup | None, following: int, keep: str = "") -> Ask:
    """Hears a press, writes the next question over the one that was pressed."""

    async def pressed(update: Update, context: Context) -> int:
        query = update.callback_query
        assert query
        if keep:
            context.user_data[keep] = (query.data or "").partition("|")[2]
        await query.answer()
        await query.edit_message_text(words, reply_markup=markup)
        return following

    return pressed


def write(words: str, markup: InlineKeyboardMarkup | None, following: int, keep: str) -> Ask:
    async def wrote(update: Update, context: Context) -> int:
        assert update.message
        heard = update.message.photo[-1].file_id if update.message.photo else update.message.text
        context.user_data[keep] = heard
        await update.message.reply_text(words, reply_markup=markup)
        return following

    return wrote


async def start(update: Update, _context: Context) -> int:
    assert update.message
    names = ("account", "billing", "design", "content", "publishing", "push", "shop", "cancel")
    await update.message.reply_text("What is it about?", reply_markup=keys("category", *names))
    return CATEGORY


async def send(update: Update, context: Context) -> int:
    query, said = update.callback_query, context.user_data
    assert query
    with closing(sqlite3.connect(KEPT)) as kept, kept:
        kept.execute("INSERT INTO ticket (title, body) VALUES (?, ?)", (said["title"], repr(said)))
    await query.answer()
    await query.edit_message_text("Your request is open. You will hear from us.")
    said.clear()
    return int(ConversationHandler.END)


SUBCATEGORIES = keys("subcategory", "email", "login", "team", "security", "closing", "back", "cancel")
REVIEWED = keys("review", "send", "category", "subcategory", "title", "details", "links", "screenshots", "cancel")
WORDS = filters.TEXT & ~filters.COMMAND
MORE = keys("links", "done", "clear", "back", "cancel")
MORE_PICTURES = keys("screenshots", "done", "clear", "back", "cancel")

CONVERSATION = ConversationHandler(
    entry_points=[CommandHandler("start", start)],
    states={
        CATEGORY: [CallbackQueryHandler(press("What exactly?", SUBCATEGORIES, SUBCATEGORY, "category"))],
        SUBCATEGORY: [CallbackQueryHandler(press("A title, please.", keys("title", "cancel"), TITLE, "sub"))],
        TITLE: [MessageHandler(WORDS, write("Tell us more.", keys("details", "cancel"), DETAILS, "title"))],
        DETAILS: [MessageHandler(WORDS, write("Any link?", MORE, LINKS, "details"))],
        LINKS: [
            MessageHandler(WORDS, write("One link so far. Another?", MORE, LINKS, "link")),
            CallbackQueryHandler(press("Screenshots?", keys("screenshots", "skip", "cancel"), PICTURES)),
        ],
        PICTURES: [
            MessageHandler(filters.PHOTO, write("One file so far. Another?", MORE_PICTURES, PICTURES, "picture")),
            CallbackQueryHandler(press("Is everything right?", REVIEWED, REVIEW)),
        ],
        REVIEW: [CallbackQueryHandler(send)],
    },
    fallbacks=[],
    name="intake",
    persistent=True,
)

if __name__ == "__main__":
    with closing(sqlite3.connect(KEPT)) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("CREATE TABLE ticket (id INTEGER PRIMARY KEY, title TEXT, body TEXT)")
    run(ApplicationBuilder().persistence(PicklePersistence("kept.pickle")), CONVERSATION)
