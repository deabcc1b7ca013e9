"""A stand-in of Slack: the Web API as a server, and people who use it, driven from Python."""

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
