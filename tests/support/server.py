"""A real sandbox server for tests: its own process, its own state folder, its own port."""

import json
import os
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import httpx2

READY_S = 60
STOP_S = 30
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Made once and never used, for these servers speak plain HTTP; a client would make its own."""
ADDRESS = re.compile(r"serves at (http://\S+)")


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Where a running sandbox is, and the members' credentials by name."""

    address: str
    credentials: dict[str, dict[str, str]]
    process: subprocess.Popen[str]
    state_folder: Path
    _tokens: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)

    def token(self, name: str, scope: str = "") -> str:
        """An access token of a member, got once a minute at most."""
        token, until = self._tokens.get((name, scope), ("", 0.0))
        if until < time.monotonic():
            key = self.credentials[name]
            form = {
                "grant_type": "client_credentials",
                "client_id": key["client_id"],
                "client_secret": key["client_secret"],
                "scope": scope,
            }
            with self.client() as client:
                answer = client.post("/oauth/token", data=form)
            token = answer.raise_for_status().json()["access_token"]
            self._tokens[name, scope] = token, time.monotonic() + 60
        return token

    def bearer(self, name: str, key: str | None = None, scope: str = "") -> dict[str, str]:
        """Headers of a request by a member, with an idempotency key where one is given."""
        headers = {"Authorization": f"Bearer {self.token(name, scope)}"}
        return headers if key is None else {**headers, "Idempotency-Key": key}

    def participant(self, name: str) -> str:
        return self.credentials[name]["participant_id"]

    def client(self, name: str | None = None) -> httpx2.Client:
        """A plain HTTP client, with a member's token where one is named."""
        headers = self.bearer(name) if name else {}
        return httpx2.Client(base_url=self.address, headers=headers, timeout=60, verify=TLS)


@contextmanager
def running_sandbox(
    state_folder: Path | None = None, *, module: str = "exchange", **settings: str
) -> Iterator[Sandbox]:
    """Start a sandbox and stop it at the end, as Ctrl-C would."""
    with tempfile.TemporaryDirectory(prefix="steppe-") as scratch:
        folder = state_folder or Path(scratch) / "state"
        sandbox = start(folder, module=module, **settings)
        try:
            yield sandbox
        finally:
            stop(sandbox.process)


def start(folder: Path, *, module: str = "exchange", **settings: str) -> Sandbox:
    """Start a server on a free port and wait until it says where it is.

    `module` is what is run: the server itself, or one that wraps it.
    """
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("STEPPE_")
    }
    environment |= {"STEPPE_STATE_FOLDER": str(folder), "STEPPE_PORT": "0", **settings}
    process = subprocess.Popen(
        [sys.executable, "-m", module, "sandbox"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said: Queue[str] = Queue()
    Thread(target=_listen, args=(process, said), daemon=True).start()
    try:
        address = _await_address(process, said)
        _await_ready(address)
    except BaseException:
        stop(process)
        raise
    path = folder / "sandbox-credentials.json"
    entries = json.loads(path.read_text())
    return Sandbox(address, {entry["name"]: entry for entry in entries}, process, folder)


def _listen(process: subprocess.Popen[str], said: Queue[str]) -> None:
    """Take in what the server says to its end, so that it never waits for us."""
    with suppress(ValueError):  # closed under our hands when the server was stopped
        for line in process.stdout or ():
            said.put(line)


def _await_address(process: subprocess.Popen[str], said: Queue[str]) -> str:
    lines: list[str] = []
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(Empty):
            lines.append(said.get(timeout=0.5))
            found = ADDRESS.search(lines[-1])
            if found:
                return found[1]
    raise RuntimeError("the server did not start:\n" + "".join(lines[-20:]))


def _await_ready(address: str) -> None:
    deadline = time.monotonic() + READY_S
    with httpx2.Client(base_url=address, timeout=READY_S, verify=TLS) as client:
        while client.get("/readyz").status_code != 200:
            assert time.monotonic() < deadline, "the server is not ready"
            time.sleep(0.1)


def stop(process: subprocess.Popen[str]) -> int:
    """Ask a server to stop and wait; kill it when it does not."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
    code = process.wait()
    if process.stdout is not None:
        process.stdout.close()
    return code
