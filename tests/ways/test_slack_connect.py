"""People of another company in the agents' channel (Slack Connect): they read along, and change nothing."""

from __future__ import annotations

from tests.ways.scene import Scene, words_of
from tests.ways.test_slack_agents import ticket

ELSEWHERE = "T0ELSEWHERE"


async def test_a_guest_of_another_company_reads_along_and_changes_nothing(scene: Scene) -> None:
    """Though a member of the channel, by every way an agent has: buttons, signs, words, commands and their page."""
    team = scene.team
    guest = scene.slack.person("Gus Mole", team=ELSEWHERE)
    guest.join(team)
    async with scene.at_work() as program:
        card = await ticket(scene)
        before = scene.bob.visible()
        await scene.taken(guest.press("Me la quedo", channel=team, message=card))
        await scene.sees(guest, "Eso solo lo pueden hacer los miembros", at=team)
        for sign in ("eyes", "white_check_mark"):
            guest.react(card, sign, channel=team)
        said = guest.write("We are no agents.", channel=team, thread=card)
        guest.edit(said, "We are agents.", channel=team)
        guest.delete(said, channel=team)
        await scene.taken(guest.command("queue", channel=team))
        await scene.taken(guest.open_home())
        await scene.slack.until(lambda: guest.home)
        await scene.quiet()
        assert "SUP-1001" not in str(guest.home)
        assert not any("SUP-1001" in words_of(m) for m in guest.visible(team) if m.is_ephemeral)
        assert scene.bob.visible() == before
        assert "Aún no la lleva nadie" in words_of(card)
        assert scene.thread(card) == []
        assert program.tickets() == [("SUP-1001", "ours")]
        scene.bea.react(card, "white_check_mark", channel=team)
        await scene.sees(scene.bob, "SUP-1001 is solved")


async def test_who_presses_is_asked_after_also_where_their_directory_says_nothing(scene: Scene) -> None:
    """A sign does not say whose it is: as long as nobody tells us, it waits."""
    scene.expected.add("users.info: internal_error")
    scene.warned = ("warning: ",)
    bea, team = scene.bea, scene.team
    async with scene.at_work() as program:
        card = await ticket(scene)
        scene.slack.rules.retry_second = 0.001
        scene.slack.fail("users.info", 500)
        bea.react(card, "eyes", channel=team)
        await scene.quiet()
        assert program.tickets() == [("SUP-1001", "ours")]
        assert "Aún no la lleva nadie" in words_of(card)


async def test_a_guest_may_be_a_customer(scene: Scene) -> None:
    guest = scene.slack.person("Gus Mole", language="en-GB", team=ELSEWHERE)
    guest.join(scene.team)
    async with scene.at_work() as program:
        await scene.taken(guest.command("tickets", channel=scene.team))
        await scene.sees(guest, "You have no requests yet")
        guest.write("hello")
        await scene.presses(guest, "What is it about?", "Online shop")
        await scene.sees(guest, "what exactly?")
        assert program.tickets() == []
        assert [m for m in scene.team.messages if m.by_bot] == []


async def test_another_app_in_the_channel_is_no_agent(scene: Scene) -> None:
    """Some leave a sign under whatever is said."""
    robot = scene.slack.person("Checker")
    robot.bot = True
    robot.join(scene.team)
    async with scene.at_work() as program:
        card = await ticket(scene)
        for sign in ("eyes", "white_check_mark"):
            robot.react(card, sign, channel=scene.team)
        await scene.quiet()
        assert program.tickets() == [("SUP-1001", "ours")]
        assert "Aún no la lleva nadie" in words_of(card)
