from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from cskh.edge.room import Room


def test_what_finds_no_room_waits_until_somebody_leaves() -> None:
    room, inside, leave = Room(10), threading.Semaphore(0), threading.Semaphore(0)

    def enter(size: int) -> None:
        with room.taken(size):
            inside.release()
            assert leave.acquire(timeout=10)

    with ThreadPoolExecutor(4) as pool:
        entered = [pool.submit(enter, 5) for _one in range(4)]
        for _pair in range(2):
            assert inside.acquire(timeout=10)
            assert inside.acquire(timeout=10)
            assert not inside.acquire(timeout=0.05)
            leave.release(2)
        for each in entered:
            each.result()


def test_what_is_larger_than_the_room_goes_alone() -> None:
    room = Room(10)
    with room.taken(99), ThreadPoolExecutor(1) as pool:
        other = pool.submit(lambda: room.taken(0).__enter__())
        other.result(timeout=10)  # what takes nothing is let in all the same
