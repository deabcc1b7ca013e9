"""What people read where something cannot be answered: a page, in their language."""

from __future__ import annotations

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels import Busy
from bot.channels.slack import Keys, Slack
from tests.web.browser import SAME, Browser, form
from tests.web.door import OURS, Room, Serve

PEOPLE = {"accept": "text/html,*/*;q=0.8"}


async def broken(_request: Request) -> Response:
    raise RuntimeError("a secret of the inside")


async def test_people_read_a_page_and_programs_a_line(serve: Serve, room: Room) -> None:
    async with serve(room.build([Route("/broken", broken)], by_mail=True)) as base:
        person = Browser(base, await room.login("Ana"), "es")
        pages = [
            (await person.ask("GET", "/broken", PEOPLE), 500, "Algo ha fallado por nuestra parte"),
            (await person.post("/me", headers=PEOPLE), 403, "lo envió otra página"),
            (await person.post("/me", {"role": "agent"}, SAME | PEOPLE), 422, "no ha llegado entero"),
            (await person.post(f"/t/{OURS}/press", {"what": "x"}, SAME | PEOPLE), 422, "no ha llegado entero"),
        ]
        program = await person.ask("GET", "/broken", {})
        posted = await person.post("/mine", headers={"accept": "*/*"})
    for page, status, said in pages:
        assert (page.status, said in page.words, '<html lang="es">' in page.text) == (status, True, True)
    assert (program.text, posted.text) == ("Something went wrong on our side.", "Method Not Allowed.")


async def test_whoever_is_too_fast_reads_so_in_their_language(
    serve: Serve, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.mails.TRIES", 1)
    monkeypatch.setattr("bot.web.numbers.TRIES", 1)
    async with serve(room.build(by_mail=True)) as base:
        person = Browser(base, {}, "es")
        for path, data in ((f"/mail/{'0' * 32}", {}), ("/numbers", {"word": "x"})):
            await person.post(path, data)
            page = await person.post(path, data)
            assert (page.status, "Espera un minuto" in page.words, page.headers["retry-after"]) == (429, True, "60")


async def test_a_database_that_is_away_is_no_error_of_the_page_and_words_stay(
    serve: Serve, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(*_look: object, **_values: object) -> None:
        raise Busy("locked")

    async with serve(room.build()) as base:
        person = Browser(base, await room.login("Ana"), "es")
        monkeypatch.setattr(type(room.store), "look", locked)
        for path in (f"/t/{OURS}", "/mine", "/me"):
            page = await person.ask("GET", path, PEOPLE)
            assert (page.status, page.headers["retry-after"]) == (503, "60")
            assert "no se ha perdido nada" in page.words
        page = await person.post(f"/t/{OURS}", form("no me pierdas", "x" * 16))
    assert (page.status, ">no me pierdas</textarea>" in page.text) == (503, True)


@pytest.mark.parametrize(("form", "page"), [(f"/t/{OURS}/code", f"/t/{OURS}"), ("/me/join", "/me"), ("/out", "/")])
async def test_the_address_of_a_form_opened_later_leads_to_its_page(
    serve: Serve, room: Room, form: str, page: str
) -> None:
    async with serve(room.build()) as base:
        answer = await Browser(base).ask("GET", form, PEOPLE)
    assert (answer.status, answer.headers["location"]) == (303, page)


async def test_whoever_is_logged_in_no_more_reads_so_and_how_to_come_back(serve: Serve, room: Room) -> None:
    slack = Slack(Keys(token="xoxb-1", client_id="1.2", client_secret="s" * 20), public_url="http://localhost")
    async with serve(room.build(sign_ins=slack.sign_ins(), by_mail=True)) as base:
        stranger = Browser(base, {}, "es")
        data = {"what": "ana@example.com", "once": "x" * 16}
        pages = [await stranger.get("/mine"), await stranger.get("/me"), await stranger.post("/me/email", data)]
        front = await stranger.get("/")
    for page in pages:
        assert (page.status, "No has entrado" in page.words, "Entrar con Slack" in page.words) == (403, True, True)
        assert 'href="/slack/login"' in page.text
    assert "Contestamos por chat" in front.words


async def test_what_is_not_there_and_a_last_word_are_in_the_language_one_has_chosen(serve: Serve, room: Room) -> None:
    async with serve(room.build()) as base:
        ana = Browser(base, await room.login("Ana"), "en")
        nowhere = await ana.get("/t/abcdefghij-none_")
        done = await ana.post("/me/erase", {"once": "x" * 16, "sure": "yes"})
    assert (nowhere.status, "Aquí no hay nada" in nowhere.words, "Mis solicitudes" in nowhere.words) == (
        404,
        True,
        True,
    )
    assert ("Ya no guardamos nada tuyo" in done.words, "Mis solicitudes" in done.words) == (True, False)
