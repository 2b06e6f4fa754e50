"""A persistent process that loads one model and runs it on request. Start it with `python -m`."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from .onnxruntime_session import OnnxRuntimeSession, versions
from .protocol import Message, RequestError, decode, failure, field, reject, success
from .shared_buffers import SharedBuffer


class Worker:
    """Serves the requests `load`, `run` and `exit`."""

    def __init__(self) -> None:
        self._session: OnnxRuntimeSession | None = None

    def serve(self, requests: TextIO, answers: TextIO) -> None:
        """Answers every line of `requests` until `exit` or the end of the stream."""
        for line in requests:
            try:
                message = decode(line)
                answer = self._handle(message)
                finished = message["op"] == "exit"
            except RequestError as error:
                answer, finished = failure(error.code, error.message), False
            answers.write(answer + "\n")
            answers.flush()
            if finished:
                return

    def _handle(self, message: Message) -> str:
        match message["op"]:
            case "load":
                return self._load(message)
            case "run":
                return self._run(message)
            case "exit":
                return success()
            case other:
                reject(f"unknown op `{other}`; the ops are load, run, exit")

    def _load(self, message: Message) -> str:
        threads = field(message, "threads", int)
        if threads < 1:
            reject(f"field `threads` must be at least 1, got {threads}")
        entries = field(message, "buffers", list)
        if not all(isinstance(entry, dict) for entry in entries):
            reject("field `buffers` must hold objects")
        buffers = [SharedBuffer.from_message(entry) for entry in entries]
        self._session = None  # the old session's memory goes before the new one's comes
        self._session = OnnxRuntimeSession(field(message, "model", str), threads, buffers)
        return success(versions=versions())

    def _run(self, message: Message) -> str:
        if self._session is None:
            reject("no model is loaded; send `load` first")
        count = field(message, "count", int)
        if count < 1:
            reject(f"field `count` must be at least 1, got {count}")
        self._session.run(count)
        return success()


def main() -> None:
    # Libraries may print on descriptor 1, so the answers get a descriptor of their own and prints go to the log.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        Worker().serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
