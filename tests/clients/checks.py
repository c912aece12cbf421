"""What both walks have in common: counting checks, saying what was refused, and starting with the sample files."""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
# So many requests at once keep a small machine busy, and no more.
AT_ONCE = 4
# A run of one's own is looked at this often, as it takes some seconds.
POLL_S = 0.3
# Links of so many documents are asked for: they are all made in the same way.
LINKS = 60
# Only so many failures are told in full.
SHOWN = 20
PATIENCE_S = 90.0

T = TypeVar("T")


class Checks:
    """Counts; a refused answer is a failure with the place in the answer that the client stumbled over."""

    def __init__(self, client: str) -> None:
        self.client = client
        self.passed = 0
        self.failures: list[str] = []
        self._lock = threading.Lock()

    def read(self, what: str, call: Callable[[], T]) -> T | None:
        """One answer that the client has to accept."""
        try:
            answer = call()
        except Exception as problem:  # noqa: BLE001: whatever the client raises is its refusal
            self._fail(f"{what}: {told(problem)}")
            return None
        self._pass()
        return answer

    def holds(self, what: str, fact: bool, found: object = "") -> None:
        """A fact about answers that were accepted."""
        if fact:
            self._pass()
        else:
            self._fail(f"{what}: {found!r}")

    def refused(self, what: str, kind: type[Exception], call: Callable[[], object]) -> None:
        """A call that the vendor refuses, in the way that the client has a type for."""
        try:
            answer = call()
        except kind:
            self._pass()
        except Exception as problem:  # noqa: BLE001
            self._fail(f"{what}: expected {kind.__name__}, got {told(problem)}")
        else:
            self._fail(f"{what}: expected {kind.__name__}, got {answer!r}")

    def each(self, items: Iterable[T], check: Callable[[T], None]) -> None:
        """The same check of many, some at a time."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(check, items))

    def together(self, *parts: Callable[[], object]) -> None:
        """Parts that mostly wait, all at the same time; one that breaks off is a failure."""
        with ThreadPoolExecutor(len(parts)) as pool:
            list(pool.map(self._try, parts))

    def until(self, what: str, call: Callable[[], T], done: Callable[[T], bool]) -> T | None:
        """Reads as a client that polls does; every single answer has to be accepted."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            answer = self.read(what, call)
            if answer is None:
                return None
            if done(answer):
                return answer
            time.sleep(POLL_S)
        self._fail(f"{what}: not reached within {PATIENCE_S:.0f} s")
        return None

    def _try(self, part: Callable[[], object]) -> None:
        try:
            part()
        except Exception as problem:  # noqa: BLE001
            self._fail(f"{part.__name__} broke off: {told(problem)}")

    def _pass(self) -> None:
        with self._lock:
            self.passed += 1

    def _fail(self, text: str) -> None:
        with self._lock:
            self.failures.append(text)

    def run(self, *parts: Callable[[], object]) -> int:
        """Every part, also after one that broke off; then the closing line, and the process's exit code."""
        for part in parts:
            self._try(part)
        for text in self.failures[:SHOWN]:
            print(f"FAILED {self.client}: {text}", file=sys.stderr)
        if len(self.failures) > SHOWN:
            print(f"FAILED {self.client}: and {len(self.failures) - SHOWN} more", file=sys.stderr)
        print(f"{self.client}: {self.passed} passed, {len(self.failures)} failed", flush=True)
        return 1 if self.failures else 0


def told(problem: Exception) -> str:
    """Pydantic's errors by place, at most three; anything else in its own words."""
    errors = getattr(problem, "errors", None)
    if not callable(errors):
        return f"{type(problem).__name__}: {' '.join(str(problem).split())[:400]}"
    places = [f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']} (got {error.get('input')!r:.80})" for error in errors()]
    more = f" and {len(places) - 3} more" if len(places) > 3 else ""
    return "; ".join(places[:3]) + more


def arguments() -> tuple[str, str]:
    """Base URL of the sandbox, and its key."""
    parser = argparse.ArgumentParser(description="Reads everything in a sandbox with the vendor's own client")
    parser.add_argument("base", help="where the sandbox is, for example http://127.0.0.1:8601")
    parser.add_argument("--key", default="sandbox")
    given = parser.parse_args()
    return given.base.rstrip("/"), given.key


def documents(order: str, invoice: str) -> dict[str, Any]:
    return {"start-purchase-order": SAMPLES / order, "start-invoice": SAMPLES / invoice}
