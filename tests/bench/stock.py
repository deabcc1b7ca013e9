"""Runs a python-telegram-bot Application as its manual shows it: polling, or a webhook under uvicorn.

The manual's example of a webhook of one's own, since its built-in one needs Tornado.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, BaseHandler

Stock = Application[Any, Any, Any, Any, Any, Any]
Builder = ApplicationBuilder[Any, Any, Any, Any, Any, Any]


def run(builder: Builder, *handlers: BaseHandler[Any, Any, Any]) -> None:
    """By the same environment variables as the desk."""
    base = os.environ["TELEGRAM_API_URL"]
    builder = builder.token(os.environ["TELEGRAM_BOT_TOKEN"]).base_url(f"{base}/bot")
    webhook = os.environ["TELEGRAM_MODE"] == "webhook"
    app = (builder.updater(None) if webhook else builder).build()
    app.add_handlers(handlers)
    if webhook:
        asyncio.run(_serve(app))
    else:
        app.run_polling(allowed_updates=Update.ALL_TYPES)


async def _serve(app: Stock) -> None:
    async def receive(request: Request) -> Response:
        await app.update_queue.put(Update.de_json(await request.json(), app.bot))
        return Response()

    site = Starlette(routes=[Route("/telegram", receive, methods=["POST"])])
    port = int(os.environ["PORT"])
    server = uvicorn.Server(uvicorn.Config(site, port=port, log_level="error", access_log=False))
    async with app:
        await app.bot.set_webhook(f"http://127.0.0.1:{port}/telegram", allowed_updates=Update.ALL_TYPES)
        await app.start()
        await server.serve()
        await app.stop()
