"""The server with a sampler beside it: `python -m tests.benchmarks.profiled_server sandbox`.

Takes what `steppe-server` takes. Every few milliseconds a thread looks where the main thread is and
counts the stage that this belongs to, unless the main thread sleeps. At the end the counts of each
second go to the file that PROFILE_FILE names. The server's own modules know nothing of it.
"""

import gc
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType

from exchange.cli import main
from tests.benchmarks.attribution import OTHER, stage_of

INTERVAL_S = 0.004
SWITCH_S = 0.00005


class Sampler:
    """Counts (stage, place) of the main thread by the second."""

    def __init__(self) -> None:
        self.seconds: dict[int, Counter[tuple[str, str]]] = {}
        self.idle: Counter[int] = Counter()
        self.collecting_s: Counter[int] = Counter()
        self._main = threading.main_thread()
        self._state = Path(f"/proc/self/task/{self._main.native_id}/stat")
        self._stages: dict[CodeType, str | None] = {}
        self._collecting_since = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample_often, daemon=True)

    def start(self) -> None:
        # The sampler must not wait long for the interpreter, or it would find the main thread
        # mostly where that lets go of it by itself.
        sys.setswitchinterval(SWITCH_S)
        gc.callbacks.append(self._collecting)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _sample_often(self) -> None:
        while not self._ended.wait(INTERVAL_S):
            running = self._running()
            frame = sys._current_frames().get(self._main.ident or 0)
            second = int(time.time())
            if running and frame is not None:
                place = self._place(frame)
                self.seconds.setdefault(second, Counter())[place] += 1
            else:
                self.idle[second] += 1

    def _running(self) -> bool:
        return self._state.read_text().rpartition(")")[2].split()[0] == "R"

    def _place(self, frame: FrameType) -> tuple[str, str]:
        """Return the stage, and the function whose own code is running."""
        own = f"{frame.f_globals.get('__name__', '?')}:{frame.f_code.co_qualname}"
        at: FrameType | None = frame
        while at is not None:
            code = at.f_code
            if code not in self._stages:
                module = at.f_globals.get("__name__", "?")
                self._stages[code] = stage_of(module, code.co_qualname)
            stage = self._stages[code]
            if stage is not None:
                return stage, own
            at = at.f_back
        return OTHER, own

    def _collecting(self, phase: str, _info: dict[str, int]) -> None:
        now = time.perf_counter()
        if phase == "start":
            self._collecting_since = now
        else:
            self.collecting_s[int(time.time())] += now - self._collecting_since

    def written(self) -> str:
        """What was counted, as JSON."""
        return json.dumps(
            {
                "seconds": {
                    second: [[*place, count] for place, count in counted.items()]
                    for second, counted in self.seconds.items()
                },
                "idle": self.idle,
                "collecting_s": self.collecting_s,
            }
        )


def profiled(serve: Callable[[], None], file: Path) -> None:
    """Run a server to its end and write what was sampled meanwhile."""
    sampler = Sampler()
    sampler.start()
    try:
        serve()
    finally:
        sampler.stop()
        file.write_text(sampler.written())


if __name__ == "__main__":
    profiled(main, Path(os.environ["PROFILE_FILE"]))
