"""`python tests/faults/relay.py PORT`: a line to that port as a process of its own, which a test can freeze.

A frozen process is what a half-open peer is: its connections stand, and nothing ever comes.
"""

from __future__ import annotations

import asyncio
import sys


async def carry(port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    there, to = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.wait(
        [asyncio.create_task(pump(reader, to)), asyncio.create_task(pump(there, writer))],
        return_when=asyncio.FIRST_COMPLETED,
    )
    to.transport.abort()
    writer.transport.abort()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
    except OSError:
        return


async def main(port: int) -> None:
    server = await asyncio.start_server(lambda r, w: carry(port, r, w), "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - whoever started it reads it
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
