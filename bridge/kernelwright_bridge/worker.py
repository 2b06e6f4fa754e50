"""A persistent process that loads one model after another and runs them on request. Start it with `python -m`."""

from __future__ import annotations

import base64
import binascii
import os
import sys
from typing import TextIO

from .placement import scattered
from .protocol import Message, RequestError, decode, failure, field, reject, success
from .session import Session
from .shared_buffers import SharedBuffer

RUNTIMES = ("onnxruntime", "pytorch-eager", "pytorch-compile")


class Worker:
    """Serves the requests `load`, `bind`, `run`, `collect`, `scatter` and `exit`."""

    def __init__(self) -> None:
        self._session: Session | None = None

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
            case "bind":
                return self._bind(message)
            case "run":
                return self._run(message)
            case "collect":
                self._loaded().collect()
                return success()
            case "scatter":
                with scattered():
                    self._loaded().run(1)
                return success()
            case "exit":
                return success()
            case other:
                reject(f"unknown op `{other}`; the ops are load, bind, run, collect, scatter, exit")

    def _load(self, message: Message) -> str:
        threads = field(message, "threads", int)
        if threads < 1:
            reject(f"field `threads` must be at least 1, got {threads}")
        buffers = _buffers(message)
        self._session = None  # the old session's memory goes before the new one's comes
        session = _open(message, threads, buffers)
        self._session = session
        return success(versions=session.versions)

    def _bind(self, message: Message) -> str:
        self._loaded().bind(_buffers(message))
        return success()

    def _run(self, message: Message) -> str:
        session = self._loaded()
        count = field(message, "count", int)
        if count < 1:
            reject(f"field `count` must be at least 1, got {count}")
        session.run(count)
        return success()

    def _loaded(self) -> Session:
        if self._session is None:
            reject("no model is loaded; send `load` first")
        return self._session


def _open(message: Message, threads: int, buffers: list[SharedBuffer]) -> Session:
    """A session of the runtime that the request names; only that runtime's packages are imported."""
    runtime = field(message, "runtime", str)
    frozen = message.get("frozenParameters", False) is True
    try:
        if runtime == "onnxruntime":
            from .onnxruntime_session import OnnxRuntimeSession

            session = OnnxRuntimeSession(_model(message), threads, frozen)
            session.bind(buffers)
            return session
        if runtime in RUNTIMES:
            from .pytorch_session import PyTorchSession

            workload = field(message, "workload", dict)
            module = PyTorchSession(workload, threads, runtime == "pytorch-compile", frozen)
            module.bind(buffers)
            module.prepare()
            return module
    except ModuleNotFoundError as error:
        raise RequestError("missingComponent", f"the Python environment lacks the package {error.name}") from error
    reject(f"unknown runtime `{runtime}`; the runtimes are {', '.join(RUNTIMES)}")


def _model(message: Message) -> bytes:
    try:
        return base64.b64decode(field(message, "model", str), validate=True)
    except binascii.Error as error:
        reject(f"field `model` must be base64: {error}")


def _buffers(message: Message) -> list[SharedBuffer]:
    entries = field(message, "buffers", list)
    if not all(isinstance(entry, dict) for entry in entries):
        reject("field `buffers` must hold objects")
    return [SharedBuffer.from_message(entry) for entry in entries]


def main() -> None:
    # Libraries may print on descriptor 1, so the answers get a descriptor of their own and prints go to the log.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        Worker().serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
