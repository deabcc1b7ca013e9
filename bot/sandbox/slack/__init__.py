"""A stand-in of Slack: the Web API as a server, and people who use it, driven from Python.

Everything a person does is one synchronous call; the app hears of it by a signed request to its request URL, or by
Socket Mode while a socket is open. Events wait and are tried again (at once, 1 min, 5 min); gestures are not.

    world = World()                                   # App(token=…, signing_secret=…), Team(id=…) for others
    ana = world.person("Ana Ruiz", language="es-ES", zone="Europe/Madrid")
    bea = world.person("Bea", language="en-US")
    team = world.channel("soporte", [bea])            # private=True; bot=False: the app is no member
    async with serve_slack(world) as url:             # bot.sandbox.serve; the Web API is at <url>/slack/api/
        world.app.request_url = "http://127.0.0.1:…/slack/events"     # not needed for Socket Mode
        ana.write("hola *Conserje* 👀")               # edit, delete, react(message, "eyes"), upload([("a.png", data)], "…")
        bea.write("mine", channel=team, thread=card)  # a message or its ts
        await ana.sees("¿En qué te ayudo?")           # a part of what people read, or lambda message: …; after=, channel=
        ana.press("Nueva solicitud")                  # the newest button with this label, value or action_id; channel=, message=
        ana.command("tickets"); ana.shortcut(); bea.message_shortcut(said, channel=team); ana.open_home()
        ana.fill("Título", "No se abre"); ana.fill("Capturas", [("a.png", data)])    # by label, block_id or action_id
        ana.submit(); ana.close()                     # ana.modal: the View on top (title, values, errors, trouble), ana.modals
        ana.press_in(ana.home, "Nueva solicitud")     # a button of a home or a modal

Gestures answer a `Delivery`: `await world.until(lambda: delivery.done)`, then `.ok`, `.status`, `.answer`, `.error`.
What can be looked at: `team.messages`, `team.roots`, `team.replies(root)`, `bea.visible(team)` (with what was whispered
to her), `shown(message)` (as people read it), `live(message)` (the mentions that ring somebody: `!here`, `@U…`),
`bea.warnings` (what Slack itself told her), `world.called("chat.postMessage")` (each a `Record`),
`world.post.log` and `world.post.events("message")`, `world.complaints` (answers Slack would not follow: keep it empty).

Trouble: `world.fail("chat.postMessage", 429, retry_after=3, times=2, channel=team)`: a status, a name ("is_archived"),
or a trick ("before", "after": the line is cut; "hang", "hang-after", "html", "garbage"); `upload` and `file` are the
hosts of files. `world.faults.latency`, `world.rules.floods = Floods(world.clock)`, `world.rules.patience`,
`.retry_second`, `.trigger_lives`, `team.archived = True`, `world.app.scopes.remove("files:read")`, `world.revoke()`,
`world.neighbour("Globex")` (another workspace, a `World` of its own: the same app may be installed there, by the page
at `/slack/oauth/v2/authorize`), `world.person(…, team="T9")` (somebody of another company in a shared channel),
`world.event(inner, event_id="Ev1")` twice (a duplicate), `await world.sockets.refresh()` and `.cut()`.
"""

from bot.sandbox.slack.channel import Channel
from bot.sandbox.slack.mrkdwn import live, shown
from bot.sandbox.slack.person import Person
from bot.sandbox.slack.post import Delivery
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.shapes import Message, plain
from bot.sandbox.slack.world import App, Floods, Record, Rules, Team, World

__all__ = [
    "App",
    "Channel",
    "Delivery",
    "Floods",
    "Message",
    "Person",
    "Record",
    "Refused",
    "Rules",
    "Team",
    "World",
    "live",
    "plain",
    "shown",
]
