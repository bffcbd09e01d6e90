"""Where applications hatch: a process that has imported everything already and forks one for each start.

Each is a process of its own, which runs `app.main()` as `python app.py` does, with its own folder,
environment, signals and end; only the two seconds of importing are spent once. A few tests start `python
app.py` itself, to show that it makes no difference.

It reads requests and writes what became of them, one line of JSON each: `python -m tests.e2e.hatchery`.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import random
import select
import signal
import sys
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import uvloop
from sqlalchemy.orm import configure_mappers

import adapters.slack
import adapters.telegram
import adapters.web
import adapters.x
import app
from adapters.serving import bind
from adapters.x.measure import ruler
from plugin.clock import Clock, system_clock
from plugin.dates import FILTERS
from plugin.desk.safety.ready import Checks
from plugin.desk.sorting.triaging import read_rules
from plugin.desk.triage import Lessons
from plugin.settings import read_settings
from plugin.wording import Wording

Json = dict[str, Any]  # a request or a report


def main() -> None:
    """Fork what is asked for, tell of every end, until nobody asks any more."""
    _warm()
    gc.collect()
    gc.freeze()  # what all have in common need not be walked over, and so copied, by each
    rings, bell = os.pipe()
    os.set_blocking(bell, False)
    signal.set_wakeup_fd(bell, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # it only rings
    asked = b""
    while True:
        ready, _, _ = select.select([0, rings], [], [])
        if rings in ready:
            os.read(rings, 4096)
            _tell_of_the_dead()
        if 0 in ready:
            read = os.read(0, 65536)
            if not read:
                return
            *lines, asked = (asked + read).split(b"\n")
            for line in lines:
                if _hatched(json.loads(line)):
                    return


def _warm() -> None:
    """What each application reads or compiles when it first needs it: one that hatches finds it done."""
    wording = Wording(app.TEMPLATES, FILTERS(ZoneInfo("Asia/Jakarta"), system_clock))
    for name in wording._jinja.list_templates():
        wording._jinja.get_template(name)
    ruler()
    configure_mappers()
    read_rules(Lessons())
    for answer in ORDINARY:
        Checks(wording)(answer, campaign=False)


def _hatched(request: Json) -> bool:
    """Fork; True in the child, when its life is over."""
    pid = os.fork()
    if pid:
        _say({"id": request["id"], "pid": pid})
        return False
    _live(request)
    return True


def _live(request: Json) -> None:
    """Become the application. Ends as a program does: by returning, or by what rises."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _open(0, os.devnull, os.O_RDONLY)
    _open(1, request["out"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    _open(2, request["err"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    random.seed()
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.argv = ["app.py", *request["argv"]]
    if request["debug"]:
        logging.basicConfig(level=logging.DEBUG)
    if request["clock"]:
        _serve(_clock(**request["clock"]))
    else:
        app.main()


def _open(number: int, path: str, flags: int) -> None:
    opened = os.open(path, flags, 0o644)
    os.dup2(opened, number)
    os.close(opened)


def _serve(clock: Clock) -> None:
    """What `app.serve` does, with a clock that the command line does not offer."""

    async def serving() -> None:
        settings = read_settings()
        listening = bind(settings.host, settings.port)
        async with app.build(settings, clock) as house:
            await app.run(house, listening)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serving())


def _clock(at: str = "", ahead: float = 0) -> Clock:
    """A clock that stands at a moment, or one that goes ahead of the machine's."""
    if at:
        moment = datetime.fromisoformat(at)
        return lambda: moment
    return lambda: system_clock() + timedelta(seconds=ahead)


def _tell_of_the_dead() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _say({"pid": pid, "code": os.waitstatus_to_exitcode(status)})


def _say(report: Json) -> None:
    os.write(1, json.dumps(report).encode() + b"\n")


ORDINARY = (
    "Kami tambal besok.",
    "Terima kasih. Petugas kami cek jembatannya, dan akan kami perbaiki minggu depan sesudah hujan reda.",
)
"""Answers by whose words the checks find most of what they look for."""
WARM = (adapters.slack, adapters.telegram, adapters.web, adapters.x)
"""Imported here, so that nobody needs to import them again."""


if __name__ == "__main__":
    main()
