"""The line protocol: one JSON object a line in, one JSON object a line out."""

from __future__ import annotations

import json
from typing import Any, NoReturn

Message = dict[str, Any]


class RequestError(Exception):
    """A request that cannot be served; becomes the `error` of the answer."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def decode(line: str) -> Message:
    """The request in `line`; raises RequestError("badRequest") unless it is an object with a string `op`."""
    try:
        message = json.loads(line)
    except json.JSONDecodeError as error:
        raise RequestError("badRequest", f"not JSON: {error}") from error
    if not isinstance(message, dict) or not isinstance(message.get("op"), str):
        raise RequestError("badRequest", "a request is an object with a string field `op`")
    return message


def field(message: Message, name: str, kind: type) -> Any:
    """The field `name` of `message`; raises RequestError("badRequest") unless it is a `kind`."""
    value = message.get(name)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        reject(f"field `{name}` must be {kind.__name__}, got {value!r}")
    return value


def reject(message: str) -> NoReturn:
    """Raises RequestError("badRequest")."""
    raise RequestError("badRequest", message)


def success(**fields: Any) -> str:
    """The line that answers a served request."""
    return json.dumps({"ok": True, **fields})


def failure(code: str, message: str) -> str:
    """The line that answers a request that failed."""
    return json.dumps({"ok": False, "error": {"code": code, "message": message}})
