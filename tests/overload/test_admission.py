"""Bounds of the edge: what is let in, how slow a client may be, what it may leave unread."""

import asyncio
import json

import pytest

from exchange.api.admission import FILE_BYTES_MAX
from exchange.connections import EXTRA, HEAD_BYTES_MAX
from tests.overload.toy import LONG, run, serving, until


def code(body: bytes) -> str:
    return json.loads(body)["code"]


def told(answer):
    status, headers, body = answer
    return status, code(body), "retry-after" in headers


def test_a_full_lane_refuses_early_and_takes_no_place_from_the_others():
    async def scenario():
        async with serving(requests_max=2, cancels_max=1, reads_max=1) as toy:
            waiting = [await toy.open() for _ in range(2)]
            for client in waiting:
                client.send("POST", "/v1/orders", b"{}")
            await until(lambda: toy.begun == 2)

            client = await toy.open()
            client.send("POST", "/v1/orders", b"{", declared=1000)  # its body never comes
            assert told(await client.answer()) == (503, "overloaded", True)
            assert (await (await toy.open()).ask("GET", "/livez"))[0] == 200
            assert (await (await toy.open()).ask("GET", "/v1/long?size=5"))[2] == b"xxxxx"
            cancel = await toy.open()
            cancel.send("POST", "/v1/orders/o1:cancel", b"{}")
            await until(lambda: toy.begun == 3)
            second = await (await toy.open()).ask("POST", "/v1/orders/o2:cancel", b"{}")
            assert told(second) == (503, "overloaded", True)

            toy.gate.set()
            assert [(await client.answer())[0] for client in [*waiting, cancel]] == [201] * 3
            assert (await (await toy.open()).ask("POST", "/v1/orders", b"{}"))[0] == 201
            assert [lane.in_progress for lane in toy.admission.lanes] == [0] * 6

    run(scenario)


def test_what_only_asks_takes_the_place_of_a_read():
    async def scenario():
        async with serving(requests_max=1, reads_max=1) as toy:
            command = await toy.open()
            command.send("POST", "/v1/orders", b"{}")
            await until(lambda: toy.begun == 1)
            lane = toy.admission.lane_of("POST", "/v1/formulas:evaluate")
            assert lane is toy.admission.reads
            answer = await (await toy.open()).ask("POST", "/v1/formulas:evaluate", b"{}")
            assert answer[0] != 503  # the lane of commands is full
            toy.gate.set()
            assert (await command.answer())[0] == 201

    run(scenario)


def test_files_have_a_lane_of_their_own_and_weigh_nothing_as_work():
    async def scenario():
        async with serving(body_bytes_max=4096, work_bytes_max=4096) as toy:
            path = "/v1/allocation-plans/n1/imports"
            assert toy.admission.lane_of("POST", path) is toy.admission.files
            client = await toy.open()
            client.send("POST", path, b"x" * 100_000)
            assert (await client.answer())[0] == 404  # the toy has no plans, but took the body
            assert toy.admission.work_bytes == toy.admission.body_bytes == 0
            huge = await toy.open()
            huge.send("POST", path, b"x", declared=FILE_BYTES_MAX + 1)
            assert told(await huge.answer())[:2] == (413, "body_too_large")

    run(scenario)


def test_bodies_in_memory_are_bounded_together():
    async def scenario():
        async with serving(body_bytes_max=4096, bodies_bytes_max=8192) as toy:
            slow = [await toy.open() for _ in range(2)]
            for client in slow:
                client.send("POST", "/v1/orders", b"x", declared=4096)
            await until(lambda: toy.admission.body_bytes == 8192)
            third = await (await toy.open()).ask("POST", "/v1/orders", b"{}")
            assert told(third) == (503, "overloaded", True)

            undeclared = await toy.open()
            head = b"POST /v1/orders HTTP/1.1\r\nHost: v\r\nTransfer-Encoding: chunked\r\n\r\n"
            undeclared.writer.write(head + b"2\r\n{}\r\n0\r\n\r\n")
            assert told(await undeclared.answer()) == (503, "overloaded", True)

            for client in slow:
                client.close()
            await until(lambda: toy.admission.body_bytes == 0)
            toy.gate.set()
            assert (await (await toy.open()).ask("POST", "/v1/orders", b"{}"))[0] == 201
            assert toy.admission.body_bytes == 0

    run(scenario)


def test_large_bodies_at_work_count_as_much_as_many_small_ones():
    async def scenario():
        async with serving(work_bytes_max=1000) as toy:
            slow = await toy.open()
            slow.send("POST", "/v1/orders", b"x", declared=4096)  # not all there: no work yet
            working = [await toy.open() for _ in range(2)]
            for number, client in enumerate(working, 1):
                client.send("POST", "/v1/orders", b"y" * 600)
                await until(lambda number=number: toy.admission.work_bytes == 600 * number)
            refused = await (await toy.open()).ask("POST", "/v1/orders", b"{}")
            assert told(refused) == (503, "overloaded", True)
            cancel = await toy.open()
            cancel.send("POST", "/v1/orders/o1:cancel", b"{}")
            toy.gate.set()
            assert [(await client.answer())[0] for client in [*working, cancel]] == [201] * 3
            slow.close()
            await until(lambda: toy.admission.work_bytes == toy.admission.body_bytes == 0)

    run(scenario)


def test_a_client_that_sends_too_slowly_is_not_waited_for():
    async def scenario():
        async with serving(client_s=0.5) as toy:
            silent, half_head, half_body = [await toy.open() for _ in range(3)]
            half_head.writer.write(b"POST /v1/orders HTTP/1.1\r\nHost: ve")
            half_body.send("POST", "/v1/orders", b"{", declared=100)
            assert told(await half_body.answer())[:2] == (408, "request_timeout")
            for client in (silent, half_head, half_body):
                assert await client.ended()
            await until(lambda: not toy.admission.commands.in_progress)
            assert toy.begun == 1
            assert toy.done == 0

    run(scenario)


def test_a_client_that_does_not_take_its_answer_is_cut_off():
    async def scenario():
        async with serving(client_s=0.5) as toy:
            client = await toy.open()
            client.send("GET", "/v1/long")
            await until(lambda: toy.server._connections.unsent_bytes > 1024 * 1024)
            await until(lambda: not toy.server.server_state.connections)
            assert toy.server._connections.unsent_bytes == 0
            client.close()

    run(scenario)


def test_answers_left_unread_are_bounded_together_and_the_slowest_goes_first():
    async def scenario():
        async with serving(unsent_bytes_max=len(LONG) * 2) as toy:
            shared, connections = toy.server._connections, toy.server.server_state.connections
            clients = [await toy.open() for _ in range(4)]
            for number, client in enumerate(clients, 1):
                client.send("GET", "/v1/long")
                await until(lambda number=number: len(shared.stalled) >= min(2, number))
                await asyncio.sleep(0.1)
            await until(lambda: len(connections) < 4)
            assert shared.unsent_bytes <= len(LONG) * 2
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await clients[0].answer()
            assert (await clients[3].answer())[2] == LONG

    run(scenario)


def test_beyond_its_connections_a_server_still_tells_its_health_and_cancels():
    async def scenario():
        async with serving(connections_max=2) as toy:
            kept = [await toy.open() for _ in range(2)]
            await until(lambda: len(toy.server.server_state.connections) == 2)
            extra = await toy.open()
            status, headers, _ = await extra.ask("GET", "/livez")
            assert (status, headers["connection"]) == (200, "close")
            toy.gate.set()
            cancelled = await (await toy.open()).ask("POST", "/v1/orders/o1:cancel", b"{}")
            assert cancelled[0] == 201
            extra = await toy.open()
            status, headers, body = await extra.ask("GET", "/v1/long")
            assert (status, code(body), headers["connection"]) == (503, "overloaded", "close")
            assert (await kept[0].ask("GET", "/v1/long?size=1"))[0] == 200

            crowd = [await toy.open() for _ in range(EXTRA)]
            await until(lambda: len(toy.server.server_state.connections) == 2 + EXTRA)
            assert told(await (await toy.open()).answer()) == (503, "overloaded", True)
            for client in crowd:
                client.close()

    run(scenario)


def test_heads_and_pipelines_have_an_end():
    async def scenario():
        async with serving() as toy:
            client = await toy.open()
            client.writer.write(b"GET /livez HTTP/1.1\r\nX-Much: " + b"y" * (HEAD_BYTES_MAX + 1))
            assert await client.ended()
            client = await toy.open()
            client.writer.write(b"POST /v1/orders HTTP/1.1\r\nHost: v\r\n\r\n" * 1000)
            assert await client.ended()
            await until(lambda: not toy.server.server_state.connections)

    run(scenario)


def test_refusing_does_not_take_up_the_time_for_serving():
    """Clients that ask again at once get few refusals a second; one that waits is not slowed."""

    async def scenario():
        async with serving(requests_max=1) as toy:
            (await toy.open()).send("POST", "/v1/orders", b"{}")
            await until(lambda: toy.begun == 1)
            refusals = 0

            async def insist():
                nonlocal refusals
                client = await toy.open()
                while True:
                    assert (await client.ask("POST", "/v1/orders", b"{}"))[0] == 503
                    refusals += 1

            insisting = [asyncio.create_task(insist()) for _ in range(100)]
            await asyncio.sleep(2)
            for task in insisting:
                task.cancel()
            await asyncio.wait(insisting)
            assert 100 <= refusals <= 2500

    run(scenario)


def test_a_client_that_hangs_up_cancels_nothing():
    async def scenario():
        async with serving() as toy:
            for _ in range(20):
                client = await toy.open()
                client.send("POST", "/v1/orders", b"{}")
                await until(lambda: toy.admission.commands.in_progress > toy.done)
                await asyncio.sleep(0.005)
                client.close()
            await until(lambda: not toy.server.server_state.connections)
            assert toy.done == 0
            toy.gate.set()
            await until(lambda: toy.done == 20)
            await until(lambda: not toy.server.server_state.tasks)

    run(scenario)


def test_an_ending_server_answers_what_is_in_progress_and_waits_for_no_client():
    async def scenario():
        async with serving(drain_s=5) as toy:
            half_body, half_head, stream, kept = [await toy.open() for _ in range(4)]
            in_progress, blocking = [await toy.open() for _ in range(2)]
            half_body.send("POST", "/v1/orders", b"{", declared=100)
            half_head.writer.write(b"POST /v1/orders HT")
            stream.send("GET", "/v1/stream")
            await stream.reader.readuntil(b"beat")
            in_progress.send("POST", "/v1/orders", b"{}")
            blocking.send("POST", "/v1/orders", b"{}")
            await until(lambda: toy.admission.commands.in_progress == 3)

            toy.server.handle_exit(15, None)
            assert told(await half_body.answer()) == (503, "draining", True)
            assert await half_head.ended()
            assert await stream.ended()
            assert await kept.ended()
            newcomer = await toy.open()
            status, headers, body = await newcomer.ask("POST", "/v1/orders", b"{}")
            assert (status, code(body), headers["connection"]) == (503, "draining", "close")
            assert (await (await toy.open()).ask("GET", "/livez"))[0] == 200
            toy.server.handle_exit(2, None)  # once more changes nothing
            toy.gate.set()
            status, headers, _ = await in_progress.answer()
            assert (status, headers["connection"]) == (201, "close")

    run(scenario)
