"""A bare python-telegram-bot bot that repeats what it hears: no state, no database, one call for each update."""

from __future__ import annotations

from typing import Any

from telegram import Update
from telegram.ext import ApplicationBuilder, CallbackQueryHandler, MessageHandler, filters

from tests.bench.stock import run

Heard = Any


async def said(update: Update, _context: Heard) -> None:
    assert update.message
    await update.message.reply_text(update.message.text or "📷")


async def pressed(update: Update, _context: Heard) -> None:
    assert update.callback_query
    await update.callback_query.edit_message_text(update.callback_query.data or "")


if __name__ == "__main__":
    run(ApplicationBuilder(), MessageHandler(filters.ALL, said), CallbackQueryHandler(pressed))
