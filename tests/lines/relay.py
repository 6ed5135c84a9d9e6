"""A line of a given delay: `python relay.py LISTEN_PORT TARGET_PORT SECONDS`, each way, on 127.0.0.1.

SIGUSR1: the line falls silent, as where a cable is pulled. SIGUSR2: both ends are told that it broke (RST).
"""

from __future__ import annotations

import asyncio
import signal
import socket
import struct
import sys
import time


class Line:
    """What goes to and fro."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.silent = False
        self.writers: list[asyncio.StreamWriter] = []

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Bring what `reader` hears to `writer`, each piece `delay` seconds after it came."""
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                at, data = await pieces.get()
                await asyncio.sleep(at - time.monotonic())
                if self.silent:
                    continue
                if not data:
                    writer.close()
                    return
                writer.write(data)
                await writer.drain()

        delivery = asyncio.create_task(deliver())
        data = b"-"
        while data:
            try:
                data = await reader.read(1 << 16)
            except ConnectionError:
                data = b""
            pieces.put_nowait((time.monotonic() + self.delay, data))
        await delivery

    def break_off(self) -> None:
        """Reset both connections."""
        for writer in self.writers:
            connection = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    def fall_silent(self) -> None:
        """Deliver nothing any more, and say nothing of it."""
        self.silent = True


async def main(listen: int, target: int, delay: float) -> None:
    """Relay until the process is ended."""
    line = Line(delay)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, line.fall_silent)
    loop.add_signal_handler(signal.SIGUSR2, line.break_off)

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
        for end in (writer, far_writer):
            end.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.writers.append(end)
        await asyncio.gather(
            line.carry(reader, far_writer), line.carry(far_reader, writer), return_exceptions=True
        )
        line.writers = [end for end in line.writers if end not in (writer, far_writer)]

    server = await asyncio.start_server(connect, "127.0.0.1", listen)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
