"""Known issues and who follows them: read for whoever asks, written in the turn."""

from __future__ import annotations

import msgspec
from sqlalchemy import Select, and_, bindparam, delete, exists, select, update

from bot.desk.known import Issue
from bot.desk.people import Person
from bot.effects import Declare, Follow, Told
from bot.queries import Followers, Found, Issues
from bot.store import tables as t
from bot.store.people import PERSON_COLUMNS, person_of
from bot.store.prepared import Prepared, parameters
from bot.store.rows import Row, json
from bot.store.tx import Conflict, Tx
from bot.store.upsert import put, upsert
from bot.values import replace

_issue, _follower = t.known.c, t.follower.c
_read = msgspec.json.Decoder(Issue).decode

_COLUMNS = (_issue.body, _issue.followers, _issue.broken, _follower.broken)
_mine = and_(_follower.issue == _issue.id, _follower.person == bindparam("person"))
_READ = select(*_COLUMNS).select_from(t.known.outerjoin(t.follower, _mine))
OPEN = Prepared(_READ.where(_issue.state == "open").order_by(_issue.id).limit(50))
ONE = Prepared(_READ.where(_issue.id == bindparam("issue")))
# Whoever follows it or says that it is fixed waits for the other: nobody is forgotten between the two.
HOLD_OPEN = Prepared(select(_issue.id).where(_issue.state == "open").order_by(_issue.id).with_for_update())
HOLD = Prepared(select(_issue.id).where(_issue.id == bindparam("issue")).with_for_update())
DECLARE = Prepared(put(t.known, "state", "body"))
FOLLOWS = Prepared(upsert(t.follower).values(parameters("issue", "person", "told", "at")).on_conflict_do_nothing())
COMPLAINS = Prepared(
    update(t.follower)
    .where(_follower.issue == bindparam("of"), _follower.person == bindparam("who"), _follower.broken == 0)
    .values(broken=1)
)
FOLLOWED = Prepared(
    select(_issue.body)
    .select_from(t.known.join(t.follower, _follower.issue == _issue.id))
    .where(_follower.person == bindparam("person"))
    .order_by(_follower.at, _issue.id)
)
COUNTED = Prepared(
    update(t.known)
    .where(_issue.id == bindparam("of"))
    .values(followers=_issue.followers + bindparam("more"), broken=_issue.broken + bindparam("worse"))
)
WELL = Prepared(update(t.known).where(_issue.id == bindparam("of")).values(broken=0))
ALL_WELL = Prepared(
    update(t.follower).where(_follower.issue == bindparam("of"), _follower.broken == 1).values(broken=0)
)
_theirs = t.follower.alias()
_both = exists().where(_theirs.c.issue == _follower.issue, _theirs.c.person == bindparam("to")).correlate(t.follower)
_left = select(_follower.issue).where(_follower.person == bindparam("of"))


def _fewer(issues: Select[tuple[str]]) -> tuple[Prepared, Prepared]:
    """Counts one less of these, and of those for whom they are still broken."""
    broken = issues.where(_follower.broken == 1)
    return (
        Prepared(update(t.known).where(_issue.id.in_(issues)).values(followers=_issue.followers - 1)),
        Prepared(update(t.known).where(_issue.id.in_(broken)).values(broken=_issue.broken - 1)),
    )


LEFT, DOUBLED = _fewer(_left), _fewer(_left.where(_both))
FOLLOWS_ON = Prepared(
    update(t.follower).where(_follower.person == bindparam("of"), ~_both).values(person=bindparam("to"))
)
UNFOLLOW = Prepared(delete(t.follower).where(_follower.person == bindparam("of")))
UNTOLD = Prepared(
    select(*PERSON_COLUMNS)
    .select_from(t.follower.join(t.person, t.person.c.id == _follower.person))
    .where(_follower.issue == bindparam("issue"), _follower.told < bindparam("round"))
    .order_by(_follower.person)
    .limit(bindparam("most"))
)
TELL = Prepared(
    update(t.follower)
    .where(_follower.issue == bindparam("of"), _follower.person == bindparam("who"))
    .values(told=bindparam("round"))
)


def find(tx: Tx, person: Person, query: Issues | Followers) -> Found:
    """What a handler asked for."""
    match query:
        case Issues("", hold):
            if hold and tx.concurrent:
                tx.all(HOLD_OPEN)
            issues = tuple(map(_issue_of, tx.all(OPEN, person=person.id)))
            return Found(issues=tuple(sorted(issues, key=lambda issue: issue.since, reverse=True)))
        case Issues(number):
            return _one(tx, person, number)
        case Followers(number, most):
            page = _one(tx, person, number)
            if not page.issues:
                return page
            rows = tx.all(UNTOLD, issue=number, round=page.issues[0].round, most=most)
            return replace(page, people=tuple(person_of(row) for row in rows))


def followed(tx: Tx, person: int) -> tuple[Issue, ...]:
    """All that somebody follows or followed."""
    return tuple(map(_read, tx.values(FOLLOWED, person=person)))


def leave(tx: Tx, person: int) -> None:
    """They follow nothing any more."""
    for statement in (*LEFT, UNFOLLOW):
        tx.do(statement, of=person)


def become(tx: Tx, person: int, other: int) -> None:
    """What one person follows, the other follows from now on. Where both do, the other's own row stays as it is."""
    for statement in (*DOUBLED, FOLLOWS_ON):
        tx.do(statement, of=person, to=other)
    tx.do(UNFOLLOW, of=person)


def _one(tx: Tx, person: Person, number: str) -> Found:
    if tx.concurrent:
        tx.one(HOLD, issue=number)
    row = tx.one(ONE, issue=number, person=person.id)
    return Found(issues=(_issue_of(row),) if row else ())


def _issue_of(row: Row) -> Issue:
    body, followers, broken, mine = row
    return replace(_read(body), followers=followers, broken=broken, mine=mine is not None, troubled=bool(mine))


def write(tx: Tx, effect: Declare | Follow | Told) -> None:
    match effect:
        case Declare(issue):
            tx.do(DECLARE, id=issue.id, state=issue.state, body=json(issue))
            if issue.state == "open" and tx.do(ALL_WELL, of=issue.id):
                tx.do(WELL, of=issue.id)
        case Follow(issue):
            _follow(tx, effect)
        case Told(issue, people):
            for person in people:
                tx.do(TELL, of=issue.id, who=person, round=issue.round)


def _follow(tx: Tx, follow: Follow) -> None:
    """Once, however often it is pressed. Raises `Conflict` when what the handler saw of it has changed."""
    issue = follow.issue
    row = tx.one(ONE, issue=issue.id, person=follow.person)
    if row is None or _issue_of(row) != issue:
        raise Conflict(f"issue {issue.id} is no longer what it was")
    more = tx.do(FOLLOWS, issue=issue.id, person=follow.person, told=issue.round, at=tx.at)
    worse = tx.do(COMPLAINS, of=issue.id, who=follow.person) if follow.broken else 0
    if more or worse:
        tx.do(COUNTED, of=issue.id, more=more, worse=worse)
