"""The one HTTP server: its socket, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import Iterator

import uvicorn

from plugin.errors import OperatorError


def bind(host: str, port: int) -> socket.socket:
    """The socket of the HTTP server, taken before anything else is begun."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        code = "port_taken" if error.errno == errno.EADDRINUSE else "bad_host"
        raise OperatorError(code, host=host, port=port) from None
    return listening


class Server(uvicorn.Server):
    """An HTTP server that ends at Ctrl-C or SIGTERM in good order.

    uvicorn's own would raise the signal anew once it has ended, and so cut off whatever else has to end.
    """

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop, numbers = asyncio.get_running_loop(), (signal.SIGINT, signal.SIGTERM)
        for number in numbers:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in numbers:
                loop.remove_signal_handler(number)
