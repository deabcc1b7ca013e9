"""How Slack says no: mostly 200 with `ok: false` and a name, now and then a status of HTTP."""

from collections.abc import Iterable, Mapping, Sequence


class Refused(Exception):
    """`messages` explain it to people, in `response_metadata`."""

    def __init__(
        self,
        error: str,
        *,
        status: int = 200,
        retry_after: int | None = None,
        messages: Sequence[str] = (),
        more: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.retry_after = retry_after
        self.messages = tuple(messages)
        self.more = dict(more or {})

    def body(self) -> dict[str, object]:
        said: dict[str, object] = {"ok": False, "error": self.error, **self.more}
        return said | ({"response_metadata": {"messages": list(self.messages)}} if self.messages else {})

    def headers(self) -> dict[str, str]:
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


def limited(seconds: int) -> Refused:
    return Refused("ratelimited", status=429, retry_after=seconds)


def out_of_scope(needed: str, provided: Iterable[str]) -> Refused:
    return Refused("missing_scope", more={"needed": needed, "provided": ",".join(sorted(provided))})


def missing(argument: str) -> Refused:
    return Refused("invalid_arguments", messages=[f"[ERROR] missing required field: {argument}"])
