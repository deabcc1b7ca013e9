"""Who is let in: codes, their limits, and what a stranger can learn by asking."""

from __future__ import annotations

import asyncio
from statistics import median
from time import perf_counter

import pytest

from tests.web.browser import SAME, Answer, Browser, field_of
from tests.web.door import BOBS, OURS, Room, Serve

pytestmark = pytest.mark.usefixtures("quick")
NOWHERE = "abcdefghij-none_"
OPENED, MISSED = (303, f"/t/{OURS}"), (303, f"/t/{OURS}/in?missed=1")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.entrance.FLOOR", 0.01)
    monkeypatch.setattr("bot.web.entrance.KNOCKS", 1_000)
    monkeypatch.setattr("bot.web.entrance.TRIES", 1_000)


async def asked(browser: Browser, public: str = OURS) -> str:
    """Asks for a code; the knock that the browser then holds."""
    page = await browser.code_page(f"/t/{public}")
    assert page.status == 200
    return field_of(page.text, "knock")


def led(answer: Answer) -> tuple[int, str]:
    """Where a browser goes from there."""
    return answer.status, answer.headers.get("location", "")


async def test_a_code_from_the_chat_opens_the_page(serve: Serve, room: Room) -> None:
    async with serve(room.build()) as base:
        browser = Browser(base)
        knock = await asked(browser)
        code = await room.code()
        letter = (await room.letters())[-1]
        opened = await browser.post(f"/t/{OURS}/in", {"knock": knock, "code": f" {code[:3]} {code[3:]} "})
        page = await browser.get(f"/t/{OURS}")
    assert letter == (
        f"Tu código para la página de SUP-1042: `{code}`. Vale 10 minutos, en el navegador que lo pidió. "
        "Si no fuiste tú, no hagas nada: sin él no entra nadie."
    )
    assert (opened.status, opened.headers["location"]) == (303, f"/t/{OURS}")
    assert "La factura no se abre" in page.words


async def test_the_cookie_is_for_this_host_alone(serve: Serve, room: Room) -> None:
    async with serve(room.build(https=True)) as base:
        browser = Browser(base)
        knock = await asked(browser)
        opened = await browser.post(f"/t/{OURS}/in", {"knock": knock, "code": await room.code()})
        assert (await browser.get("/me")).status == 200
    cookie, asking = opened.cookies
    assert asking.startswith('__Host-asked=""; ')
    name, _, rest = cookie.partition("=")
    assert name == "__Host-desk"
    assert rest.split("; ")[1:] == ["Path=/", "Max-Age=86400", "HttpOnly", "SameSite=Lax", "Secure"]
    assert len(rest.split(";")[0]) >= 43  # 256 bits


async def test_what_a_browser_holds_is_nowhere_in_the_tables(serve: Serve, room: Room) -> None:
    async with serve(room.build()) as base:
        browser = Browser(base)
        knock = await asked(browser)
        await browser.post(f"/t/{OURS}/in", {"knock": knock, "code": await room.code()})
    dump = await room.store.read(lambda db: "\n".join(db.connection.dbapi_connection.iterdump()))  # type: ignore[union-attr]
    assert [held for held in (knock, *browser.cookies.values()) if held in dump] == []


async def test_five_wrong_codes_and_the_right_one_is_void(serve: Serve, room: Room) -> None:
    async with serve(room.build()) as base:
        browser = Browser(base)
        knock = await asked(browser)
        code = await room.code()
        wrong = f"{(int(code) + 1) % 1_000_000:06}"
        tries = [await browser.post(f"/t/{OURS}/in", {"knock": knock, "code": wrong}) for _ in range(5)]
        late = await browser.post(f"/t/{OURS}/in", {"knock": knock, "code": code})
        other = Browser(base)
        knock = await asked(other)
        fourth = [await other.post(f"/t/{OURS}/in", {"knock": knock, "code": "x"}) for _ in range(4)]
        right = await other.post(f"/t/{OURS}/in", {"knock": knock, "code": await room.code()})
    assert {led(one) for one in (*tries, late, *fourth)} == {MISSED}
    assert (list(browser.cookies), led(right)) == (["asked"], OPENED)


async def test_to_load_the_page_of_a_wrong_code_again_is_no_other_try(serve: Serve, room: Room) -> None:
    async with serve(room.build()) as base:
        browser = Browser(base, language="es")
        knock = await asked(browser)
        missed = await browser.post(f"/t/{OURS}/in?lang=en", {"knock": knock, "code": "x"})
        pages = [await browser.get(missed.headers["location"]) for _ in range(6)]
        right = await browser.post(f"/t/{OURS}/in", {"knock": knock, "code": await room.code()})
    assert {page.status for page in pages} == {200}
    assert "That code is not right, or no longer good." in pages[-1].words
    assert led(right) == OPENED


@pytest.mark.parametrize("by_mail", [False, True])
@pytest.mark.parametrize("public", [OURS, NOWHERE])
async def test_the_place_for_a_code_says_all_ways_it_may_go_whosever_it_is(
    serve: Serve, room: Room, public: str, *, by_mail: bool
) -> None:
    async with serve(room.build(by_mail=by_mail)) as base:
        browser = Browser(base, language="es")
        page = await browser.get((await browser.post(f"/t/{public}/code")).headers["location"])
    assert "te llega un código de seis cifras al chat donde nos escribes" in page.words
    assert ("y también por correo, si tenemos una dirección tuya" in page.words) == by_mail


@pytest.mark.parametrize(("minutes", "to"), [(9, OPENED), (11, MISSED)])
async def test_a_code_is_good_for_ten_minutes(serve: Serve, room: Room, minutes: int, to: tuple[int, str]) -> None:
    async with serve(room.build()) as base:
        browser = Browser(base)
        knock = await asked(browser)
        code = await room.code()
        room.pass_(minutes=minutes)
        assert led(await browser.post(f"/t/{OURS}/in", {"knock": knock, "code": code})) == to


async def test_a_code_is_good_once_and_in_the_browser_that_asked_for_it(serve: Serve, room: Room) -> None:
    async with serve(room.build()) as base:
        thief, browser = Browser(base), Browser(base)
        own = await asked(thief, BOBS)
        knock = await asked(browser)
        code = await room.code()
        elsewhere = await thief.post(f"/t/{OURS}/in", {"knock": own, "code": code})
        nowhere = await thief.post(f"/t/{OURS}/in", {"knock": "", "code": code})
        once = await browser.post(f"/t/{OURS}/in", {"knock": knock, "code": code})
        twice = await thief.post(f"/t/{OURS}/in", {"knock": knock, "code": code})
    assert (led(elsewhere), nowhere.status, led(once), twice.status) == (MISSED, 403, OPENED, 403)
    assert list(thief.cookies) == ["asked"]


async def test_a_chat_is_not_flooded_with_codes(serve: Serve, room: Room) -> None:
    async with serve(room.build()) as base:
        browser = Browser(base)
        pages = []
        for _hour in range(5):
            pages += [await browser.post(f"/t/{OURS}/code") for _ in range(5)]
            room.pass_(minutes=61)
        codes = [letter for letter in await room.letters() if "código" in letter]
    assert {page.status for page in pages} == {303}
    assert len(codes) == 10  # three at once, ten a day


async def test_nobody_learns_whether_there_is_such_a_ticket_or_whose_it_is(
    serve: Serve, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.entrance.FLOOR", 0.1)
    times: dict[str, list[float]] = {OURS: [], BOBS: [], NOWHERE: []}
    shapes = set()

    async def one(browser: Browser, public: str) -> None:
        since = perf_counter()
        asked = await browser.post(f"/t/{public}/code")
        times[public].append(perf_counter() - since)
        page = await browser.get(asked.headers["location"])
        knock = field_of(page.text, "knock")
        wrong = await browser.post(f"/t/{public}/in", {"knock": knock, "code": "1"})
        shapes.add((
            asked.status, page.status, page.text.replace(knock, "").replace(public, ""), len(page.body),
            wrong.status, wrong.headers["location"].replace(public, ""), wrong.text, wrong.cookies == [],
        ))  # fmt: skip

    async with serve(room.build()) as base:
        for _ in range(8):
            await asyncio.gather(*(one(Browser(base), public) for public in times))
    assert len(shapes) == 1
    typical = [median(took) for took in times.values()]
    assert min(min(took) for took in times.values()) >= 0.1  # whatever is done, the answer takes its time
    assert max(typical) - min(typical) < 0.05


@pytest.mark.parametrize("path", [f"/t/{OURS}", f"/t/{OURS}/code", f"/t/{OURS}/in", f"/t/{OURS}/live", "/out"])
async def test_those_who_only_look_spend_nothing(serve: Serve, room: Room, path: str) -> None:
    robots = ("Slackbot-LinkExpanding 1.0", "TelegramBot (like TwitterBot)", "Mozilla/5.0 SafeLinks")
    async with serve(room.build()) as base:
        browser = Browser(base)
        knock = await asked(browser)
        code = await room.code()
        for robot in robots:
            for method in ("GET", "HEAD"):
                await Browser(base).ask(method, f"{path}?knock={knock}&code={code}", {"user-agent": robot})
        assert (await browser.post(f"/t/{OURS}/in", {"knock": knock, "code": code})).status == 303
    assert len(await room.letters()) == 1


async def test_a_login_ends_after_a_day_and_everywhere_at_a_press(serve: Serve, room: Room) -> None:
    async with serve(room.build()) as base:
        phone, desk, bob = [Browser(base, await room.login(name)) for name in ("Ana", "Ana", "Bob")]
        before = [(await one.get("/mine")).status for one in (phone, desk, bob)]
        out = await phone.post("/out")
        after = [(await one.get("/mine")).status for one in (phone, desk, bob)]
        room.pass_(hours=24, seconds=1)
        late = (await bob.get("/mine")).status
    assert (before, out.status, phone.cookies, after, late) == ([200] * 3, 303, {}, [403, 403, 200], 403)


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 5_000, "' OR 1=1 --aaaaaaaaaaaa", "%00" * 10])
async def test_a_cookie_nobody_was_given_opens_nothing(serve: Serve, room: Room, token: str) -> None:
    async with serve(room.build()) as base:
        browser = Browser(base, {"desk": token})
        assert [(await browser.get(path)).status for path in ("/mine", "/me")] == [403, 403]
        assert "factura" not in (await browser.get(f"/t/{OURS}")).text


FOREIGN = [
    {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    {"sec-fetch-site": "same-site", "origin": "http://evil.localhost"},
    {"sec-fetch-site": "none"},
    {"sec-fetch-site": "same-origin", "origin": "https://evil.example"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_what_another_site_makes_a_browser_send_is_refused(
    serve: Serve, room: Room, headers: dict[str, str]
) -> None:
    async with serve(room.build()) as base:
        ana = Browser(base, await room.login("Ana"))
        assert (await ana.post("/out", headers=headers)).status == 403
        assert (await ana.post(f"/t/{OURS}/press", {"what": "solve", "once": "x" * 20}, headers)).status == 403
        assert (await ana.get("/mine")).status == 200


@pytest.mark.parametrize("headers", [SAME, {"sec-fetch-site": "same-origin"}, {"origin": "http://localhost"}])
async def test_our_own_forms_are_heard_in_browsers_new_and_old(
    serve: Serve, room: Room, headers: dict[str, str]
) -> None:
    async with serve(room.build()) as base:
        assert (await Browser(base, await room.login("Ana")).post("/out", headers=headers)).status == 303


@pytest.mark.parametrize("path", [f"/t/{OURS}/code", f"/t/{OURS}/in", f"/t/{OURS}/press", "/me", "/out"])
async def test_a_form_with_a_field_we_did_not_give_it_is_refused(serve: Serve, room: Room, path: str) -> None:
    async with serve(room.build()) as base:
        ana = Browser(base, await room.login("Ana"))
        assert (await ana.post(path, {"role": "agent"})).status == 422
        assert (await ana.get("/mine")).status == 200


@pytest.mark.parametrize(
    ("codec", "field"),
    [("punycode", b"b" * 250_000 + b"-" + b"a" * 250_000), ("undefined", b"1"), ("unicode_escape", rb"\ud800")],
)
async def test_a_form_is_in_the_one_writing_of_our_pages(serve: Serve, room: Room, codec: str, field: bytes) -> None:
    """Python has codecs that take a minute for a megabyte, or raise what nobody expects; no browser names any in a form."""
    name = b"knock-" if codec == "punycode" else b"knock"
    body = b'--x\r\ncontent-disposition: form-data; name="%b"\r\n\r\n%b\r\n--x--\r\n' % (name, field)
    kind = {"content-type": f"multipart/form-data; boundary=x; charset={codec}"}
    async with serve(room.build()) as base:
        begun = perf_counter()
        answer = await Browser(base).post(f"/t/{OURS}/in", body, SAME | kind)
        assert (answer.status, perf_counter() - begun < 1.0) == (422, True)


async def test_who_asks_too_often_has_to_wait(serve: Serve, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.entrance.KNOCKS", 12)
    monkeypatch.setattr("bot.web.entrance.TRIES", 30)
    async with serve(room.build()) as base:
        stranger = Browser(base)
        codes = [(await stranger.post(f"/t/{NOWHERE}/code")).status for _ in range(14)]
        tries = [(await stranger.post(f"/t/{OURS}/in", {"knock": "k", "code": "1"})).status for _ in range(32)]
        links = [(await stranger.get(f"/t/{n:016}")).status for n in range(22)]
        slow = await stranger.get("/t/aaaaaaaaaaaaaaaa")
        there = await stranger.get(f"/t/{OURS}")
    assert (codes, tries) == ([303] * 12 + [429] * 2, [403] * 30 + [429] * 2)
    assert (links[:20], set(links[20:]), slow.headers["retry-after"]) == ([404] * 20, {429}, "60")
    assert there.status == 200


async def test_the_place_for_the_code_is_there_as_often_as_one_comes_back_from_the_chat(
    serve: Serve, room: Room
) -> None:
    async with serve(room.build()) as base:
        browser, other = Browser(base), Browser(base)
        first = await browser.code_page(f"/t/{OURS}")
        again = await browser.get(f"/t/{OURS}/in")
        elsewhere = await other.get(f"/t/{OURS}/in")
        codes = [letter for letter in await room.letters() if "código" in letter]
        knock = field_of(again.text, "knock")
        opened = await browser.post(f"/t/{OURS}/in", {"knock": knock, "code": await room.code()})
        over = await browser.get(f"/t/{OURS}/in")
    assert (again.text, len(codes), opened.status) == (first.text, 1, 303)
    assert [(page.status, page.headers["location"]) for page in (elsewhere, over)] == [(303, f"/t/{OURS}")] * 2


async def test_inside_another_page_which_keeps_no_cookie_the_place_comes_at_once(serve: Serve, room: Room) -> None:
    async with serve(room.build()) as base:
        page = await Browser(base).post(f"/t/{OURS}/code", headers=SAME | {"sec-fetch-dest": "iframe"})
    assert (page.status, page.cookies, bool(field_of(page.text, "knock"))) == (200, [], True)
