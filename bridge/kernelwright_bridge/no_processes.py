"""Takes from this process the right to start others; threads stay possible.

A limit on the number of processes (RLIMIT_NPROC) does not hold for root, so a filter of system calls does it (seccomp(2),
`Documentation/userspace-api/seccomp_filter.rst` of Linux). It cannot be taken back, and covers every thread.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
from typing import NamedTuple

PR_SET_NO_NEW_PRIVS = 38
SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC = 1, 1
LOAD, JUMP_EQUAL, JUMP_SET, RETURN = 0x20, 0x15, 0x45, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
CLONE_THREAD = 0x00010000
# Offsets in struct seccomp_data.
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16


class Calls(NamedTuple):
    """Numbers of system calls on one architecture; AArch64 has no fork."""

    architecture: int
    seccomp: int
    clone: int
    clone3: int
    forks: tuple[int, ...]


CALLS = {
    "x86_64": Calls(0xC000003E, 317, 56, 435, (57, 58)),
    "aarch64": Calls(0xC00000B7, 277, 220, 435, ()),
}


class _Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("then", ctypes.c_uint8), ("otherwise", ctypes.c_uint8), ("value", ctypes.c_uint32)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction))]


def forbid_processes() -> None:
    """From now on `fork` and its kin fail with EPERM; raises OSError where the kernel refuses the filter."""
    calls = CALLS[platform.machine()]
    code = _program(calls)
    program = _Program(len(code), (_Instruction * len(code))(*code))
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise _error()
    if library.syscall(calls.seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, ctypes.byref(program)) != 0:
        raise _error()


def _program(calls: Calls) -> list[_Instruction]:
    refuse = _Instruction(RETURN, 0, 0, REFUSE | errno.EPERM)
    # The C library then falls back to clone, whose flags a filter can read.
    unknown = _Instruction(RETURN, 0, 0, REFUSE | errno.ENOSYS)
    code = [
        _Instruction(LOAD, 0, 0, ARCHITECTURE), _Instruction(JUMP_EQUAL, 1, 0, calls.architecture), refuse,
        _Instruction(LOAD, 0, 0, NUMBER),
    ]
    for fork in calls.forks:
        code += [_Instruction(JUMP_EQUAL, 0, 1, fork), refuse]
    return code + [
        _Instruction(JUMP_EQUAL, 0, 1, calls.clone3), unknown,
        _Instruction(JUMP_EQUAL, 0, 3, calls.clone), _Instruction(LOAD, 0, 0, FIRST_ARGUMENT),
        _Instruction(JUMP_SET, 1, 0, CLONE_THREAD), refuse,
        _Instruction(RETURN, 0, 0, ALLOW),
    ]


def _error() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))
