"""The simulated platforms' HTTP server: connections, routing, faults, and the log of what really happened."""

import asyncio
import contextlib
import datetime
import json
import threading
import time
import urllib.parse
from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from typing import Final, Protocol

import h11

from shipconsole.simulator import faults as fault_kinds
from shipconsole.simulator.courier import Courier, WebhookSource
from shipconsole.simulator.faults import MARK, Fault, FaultError, Faults, Raw
from shipconsole.simulator.limits import RollingWindow
from shipconsole.simulator.messages import Effect, Json, Request, Response, Vendor, find_route, json_answer, read_json
from shipconsole.simulator.sample_orders import order_of, sample_orders
from shipconsole.simulator.shipengine import ShipEngine
from shipconsole.simulator.shipup import Shipup
from shipconsole.simulator.starshipit import Starshipit
from shipconsole.simulator.swiftpod import SwiftPOD
from shipconsole.simulator.texts import sentence

BODY_LIMIT_BYTES: Final = 2 * 1024 * 1024
HEAD_LIMIT_BYTES: Final = 64 * 1024
_READ_BYTES = 64 * 1024
_START_TIMEOUT_S = 10.0
_LARGEST_LOG = 100_000
PRINTED_SAMPLE: Final = 4
"""The sample order (from 0) of which SwiftPOD prints a part, if webhooks are sent."""

COMMANDS = {
    "POST /_simulator/faults": "simulator.switch.faults_add",
    "GET /_simulator/faults": "simulator.switch.faults_list",
    "DELETE /_simulator/faults": "simulator.switch.faults_clear",
    "GET /_simulator/effects[?order=NUMBER]": "simulator.switch.effects",
    "GET /_simulator/requests": "simulator.switch.requests",
    "GET /_simulator/state": "simulator.switch.state",
    "POST /_simulator/limits": "simulator.switch.limits",
    "POST /_simulator/cancel": "simulator.switch.cancel",
    "POST /_simulator/orders": "simulator.switch.orders",
    "GET /_simulator/webhooks": "simulator.switch.webhooks",
    "POST /_simulator/webhooks": "simulator.switch.webhooks_on",
    "POST /_simulator/reset": "simulator.switch.reset",
}


class Announce(Protocol):
    """Show a text by its id and arguments."""

    def __call__(self, text_id: str, /, **arguments: str | int) -> None:
        """Show the text."""
        ...


class _BadRequestError(Exception):
    """The request can't be read; the connection is closed after the response."""

    def __init__(self, status: int, text_id: str, **arguments: str | int) -> None:
        super().__init__(sentence(text_id, **arguments))
        self.status = status


class SimulatorServer:
    """The simulated platforms at one address; `start` and `stop` belong to the running event loop."""

    def __init__(
        self,
        *,
        orders: int = 24,
        faults: Sequence[str] = (),
        now: Callable[[], float] = time.time,
        webhooks: bool = False,
    ) -> None:
        """Create the platforms with sample orders; with `webhooks` they send webhooks.

        Raises FaultError if `faults` names one that does not exist.
        """
        self._order_count = orders
        self._webhooks = webhooks
        self._first_faults = [fault_kinds.parse(text) for text in faults]
        self._now = now
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._url = ""
        self._vendors: dict[str, Vendor] = {}
        self._sources_of_webhooks: dict[str, WebhookSource] = {}
        self._courier = Courier(lambda: self._sources_of_webhooks)
        self._effects: list[dict[str, Json]] = []
        self._requests: list[dict[str, Json]] = []
        self._first_seq_by_effect: dict[str, int] = {}
        # A reset creates the same orders again, also after midnight.
        self._began_on = datetime.datetime.fromtimestamp(self._now(), datetime.UTC).date()
        self._reset()
        self._faults = Faults(self._calls())
        for fault in self._first_faults:
            self._faults.add(fault)

    @property
    def url(self) -> str:
        """Return the address, without a slash at the end; empty before the start."""
        return self._url

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Listen; port 0 chooses a free one."""
        self._server = await asyncio.start_server(self._serve_connection, host, port, limit=HEAD_LIMIT_BYTES)
        bound_port: int = self._server.sockets[0].getsockname()[1]
        self._url = f"http://{f'[{host}]' if ':' in host else host}:{bound_port}"
        if self._webhooks:
            self._courier.start()

    async def stop(self) -> None:
        """Close the listening socket and every connection at once."""
        if self._server is None:
            return
        await self._courier.stop()
        self._server.close()
        # A connection accepted just now has no task before the next iteration of the loop.
        await asyncio.sleep(0)
        while self._connections:
            ending = [*self._connections]
            for task in ending:
                task.cancel()
            await asyncio.gather(*ending, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    def _reset(self) -> None:
        samples = sample_orders(self._order_count, self._began_on)
        shipengine, swiftpod = ShipEngine(samples, self._now), SwiftPOD(samples, self._now)
        if self._webhooks and len(samples) > PRINTED_SAMPLE:
            swiftpod.print_for(samples[PRINTED_SAMPLE])
        self._vendors = {
            "shipengine": shipengine,
            "starshipit": Starshipit(samples, self._now),
            "shipup": Shipup(samples, self._now),
            "swiftpod": swiftpod,
        }
        self._sources_of_webhooks = {"shipengine": shipengine, "swiftpod": swiftpod}
        self._courier.posted.clear()
        self._effects.clear()
        self._requests.clear()
        self._first_seq_by_effect.clear()

    def remove_limits(self) -> None:
        """Accept any number of requests on every platform, until the next reset."""
        for vendor in self._vendors.values():
            vendor.limit = None

    def _calls(self) -> Mapping[str, Sequence[str]]:
        return {name: [route.call for route in vendor.routes] for name, vendor in self._vendors.items()}

    # Connections

    async def _serve_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self._answer_requests(reader, writer)
        except (OSError, asyncio.CancelledError):
            # The caller closed the connection, or the server stops; only this connection ends.
            # WORKAROUND: asyncio's streams log a cancelled connection as an error until Python 3.12.
            pass
        finally:
            self._connections.discard(task)
            writer.transport.abort()

    async def _answer_requests(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_LIMIT_BYTES)
        while True:
            try:
                request = await _read_request(connection, reader, writer)
            except _BadRequestError as problem:
                answer = json_answer(problem.status, {"message": str(problem)})
                await _write_answer(connection, writer, answer.with_headers({"Connection": "close"}))
                await _close_gently(reader, writer)
                return
            if request is None:
                return
            reply = await self._reply(request)
            if isinstance(reply, Raw):
                for chunk in reply.chunks:
                    writer.write(chunk)
                    await writer.drain()
                writer.close()
                await writer.wait_closed()
                return
            await _write_answer(connection, writer, reply, with_body=request.method != "HEAD")
            if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                await _close_gently(reader, writer)
                return
            connection.start_next_cycle()

    # Routing

    async def _reply(self, request: Request) -> Response | Raw:
        first, _, rest = request.path.removeprefix("/").partition("/")
        if first == "_simulator":
            return await self._command(request, rest)
        vendor = self._vendors.get(first)
        if vendor is not None:
            return await self._vendor_reply(first, vendor, request)
        if request.path != "/":
            return json_answer(404, {"message": sentence("simulator.no_address")})
        if request.method not in ("GET", "HEAD"):
            return json_answer(405, {"message": sentence("simulator.only_read")}).with_headers({"Allow": "GET, HEAD"})
        return Response(200, self._page().encode(), "text/plain; charset=utf-8")

    async def _vendor_reply(self, name: str, vendor: Vendor, received: Request) -> Response | Raw:
        request = Request(
            received.method,
            received.path.removeprefix(f"/{name}") or "/",
            received.query,
            received.headers,
            received.body,
            f"{received.base}/{name}",
            received.pairs,
        )
        route = find_route(vendor.routes, request.method, request.path)
        call = route[0] if route else None
        entry: dict[str, Json] = {
            "at": _iso(self._now()),
            "vendor": name,
            "call": call,
            "method": received.method,
            "path": received.path,
            "query": dict(received.query),
            "status": None,
            "fault": None,
        }
        if len(self._requests) < _LARGEST_LOG:
            self._requests.append(entry)

        def act(request: Request) -> Response:
            answer = vendor.answer(request)
            for effect in (answer.effect, *answer.effects):
                # A slow response may end after a reset.
                if effect is not None and self._vendors.get(name) is vendor:
                    self._record_effect(name, effect)
            return answer

        fault: Fault | None = self._faults.take(name, call)
        if fault is None:
            reply = act(request)
        else:
            entry["fault"] = fault.kind
            if fault.kind == "slow":
                await asyncio.sleep(fault.seconds)
            reply = fault_kinds.strike(fault, vendor, request, act)
        entry["status"] = reply.status if isinstance(reply, Response) else None
        return reply

    def _record_effect(self, vendor: str, effect: Effect) -> None:
        seq = len(self._effects) + 1
        same = json.dumps([vendor, *effect], sort_keys=True)
        first = self._first_seq_by_effect.setdefault(same, seq)
        self._effects.append(
            {
                "seq": seq,
                "at": _iso(self._now()),
                "vendor": vendor,
                "call": effect.call,
                "order_number": effect.order_number,
                "body": effect.body,
                "duplicate_of": None if first == seq else first,
            }
        )

    # Commands

    async def _command(self, request: Request, name: str) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        try:
            match method, name:
                case "GET", "effects":
                    number = request.query.get("order")
                    return json_answer(
                        200, [effect for effect in self._effects if number in (None, effect["order_number"])]
                    )
                case "GET", "requests":
                    return json_answer(200, [*self._requests])
                case "GET", "state":
                    return json_answer(200, {name: vendor.view() for name, vendor in self._vendors.items()})
                case "GET", "faults":
                    return json_answer(200, self._faults.view())
                case "POST", "faults":
                    self._faults.add(fault_kinds.read(_read_body(request)))
                    return json_answer(201, self._faults.view())
                case "DELETE", "faults":
                    self._faults.clear()
                    return json_answer(200, [])
                case "POST", "limits":
                    return self._set_limit(_read_body(request))
                case "POST", "cancel":
                    return self._cancel(_read_body(request))
                case "POST", "orders":
                    return self._add_order(_read_body(request))
                case "GET", "webhooks":
                    return json_answer(200, {"on": self._courier.is_on, "posted": [*self._courier.posted]})
                case "POST", "webhooks":
                    return await self._turn_webhooks(_read_body(request))
                case "POST", "reset":
                    self._reset()
                    self._faults.clear()
                    return json_answer(200, {"reset": True})
                case _:
                    return self._unknown_command(name)
        except FaultError as problem:
            return json_answer(400, {"message": str(problem)})

    def _unknown_command(self, name: str) -> Response:
        known = [line.split("[")[0].split(" ") for line in COMMANDS]
        methods = [method for method, path in known if path == f"/_simulator/{name}"]
        if not methods:
            return json_answer(404, {"message": sentence("simulator.no_command")})
        answer = json_answer(405, {"message": sentence("simulator.other_method", methods=tuple(methods))})
        return answer.with_headers({"Allow": ", ".join(methods)})

    def _set_limit(self, value: Json) -> Response:
        sent = value if isinstance(value, dict) else {}
        vendor = self._vendors.get(str(sent.get("vendor")))
        calls, seconds = sent.get("calls"), sent.get("seconds", 60)
        if vendor is None:
            raise FaultError("simulator.no_limit_vendor", known=tuple(self._vendors))
        if isinstance(calls, bool) or not isinstance(calls, int | None) or (calls is not None and calls < 1):
            raise FaultError("simulator.no_calls")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds > 0:
            raise FaultError("simulator.no_seconds_above")
        vendor.limit = None if calls is None else RollingWindow(calls, float(seconds))
        return json_answer(200, {"vendor": sent.get("vendor"), "calls": calls, "seconds": seconds})

    def _cancel(self, value: Json) -> Response:
        number = str(value.get("order")) if isinstance(value, dict) else ""
        shipengine = self._vendors["shipengine"]
        if not isinstance(shipengine, ShipEngine) or not shipengine.cancel(number):
            return json_answer(404, {"message": sentence("simulator.no_order", number=number)})
        return json_answer(200, {"cancelled": number})

    def _add_order(self, value: Json) -> Response:
        sent = value if isinstance(value, dict) else {}
        printed = sent.get("swiftpod")
        swiftpod = self._vendors["swiftpod"]
        if isinstance(printed, dict) and isinstance(swiftpod, SwiftPOD):
            swiftpod.put(printed)
            return json_answer(201, {"added": printed.get("order_id")})
        number, items = str(sent.get("number") or ""), _read_items(sent.get("items"))
        if not number or not items:
            raise FaultError("simulator.no_order_items")
        sample = order_of(number, items, self._order_count, self._began_on)
        for vendor in self._vendors.values():
            if isinstance(vendor, ShipEngine | Starshipit | Shipup):
                vendor.add(sample)
        return json_answer(201, {"added": number})

    async def _turn_webhooks(self, value: Json) -> Response:
        on = value.get("on") if isinstance(value, dict) else None
        if not isinstance(on, bool):
            raise FaultError("simulator.no_on")
        if on:
            self._courier.start()
        else:
            await self._courier.stop()
        return json_answer(200, {"on": on})

    def _page(self) -> str:
        addresses = [f"  {self._url}/{name}" for name in self._vendors]
        switches = [f"  {call}\n      {sentence(text_id)}" for call, text_id in COMMANDS.items()]
        kinds = [f"  {name}: {sentence(kind.text_id)}" for name, kind in fault_kinds.KINDS.items()]
        calls = [f"  {name}: {', '.join(calls)}" for name, calls in self._calls().items()]
        return "\n".join(
            [
                sentence("simulator.title"),
                *("", sentence("simulator.addresses"), *addresses),
                *("", sentence("simulator.switches"), *switches),
                *("", sentence("simulator.kinds"), *kinds),
                *("", sentence("simulator.calls"), *calls),
                "",
            ]
        )


async def serve(
    port: int = 0,
    *,
    host: str = "127.0.0.1",
    orders: int = 24,
    faults: Sequence[str] = (),
    webhooks: bool = True,
    announce: Announce,
) -> None:
    """Run the simulated platforms until cancelled; `announce` shows each line, the address first.

    Raises FaultError if `faults` names one that does not exist, OSError if the port is taken.
    """
    server = SimulatorServer(orders=orders, faults=faults, webhooks=webhooks)
    await server.start(port, host)
    try:
        announce("simulator.address", url=server.url)
        announce("simulator.running", orders=orders)
        for name in ("shipengine", "starshipit", "shipup", "swiftpod"):
            announce("simulator.address", url=f"{server.url}/{name}")
        for text in faults:
            announce("simulator.fault_active", fault=text)
        await asyncio.Event().wait()
    finally:
        await server.stop()


@contextlib.contextmanager
def running_simulator(
    *,
    orders: int = 24,
    faults: Sequence[str] = (),
    now: Callable[[], float] = time.time,
    webhooks: bool = False,
) -> Generator[SimulatorServer]:
    """Run the simulated platforms in a thread of their own during the block."""
    server = SimulatorServer(orders=orders, faults=faults, now=now, webhooks=webhooks)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="simulator", daemon=True)
    thread.start()

    def run(coroutine: Coroutine[object, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, loop).result(_START_TIMEOUT_S)

    try:
        run(server.start())
        yield server
    finally:
        run(server.stop())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_START_TIMEOUT_S)
        loop.close()


async def _read_request(
    connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Request | None:
    """Read one request with its body; return None if the caller closed the connection."""
    head: h11.Request | None = None
    body = bytearray()
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError as problem:
            raise _BadRequestError(problem.error_status_hint, "simulator.no_http") from None
        if event is h11.NEED_DATA:
            if connection.they_are_waiting_for_100_continue:
                informational = h11.InformationalResponse(status_code=100, headers=[])
                writer.write(connection.send(informational) or b"")
            data = await reader.read(_READ_BYTES)
            if not data and head is None and connection.their_state is h11.IDLE:
                return None
            connection.receive_data(data)
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > BODY_LIMIT_BYTES:
                raise _BadRequestError(413, "simulator.too_large", most=BODY_LIMIT_BYTES)
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            return _request(head, bytes(body))
        else:
            return None


def _request(head: h11.Request, body: bytes) -> Request:
    try:
        target = urllib.parse.urlsplit(head.target.decode("ascii", "replace"))
    except ValueError:
        raise _BadRequestError(400, "simulator.no_url") from None
    headers: dict[str, str] = {}
    for raw_name, value in head.headers:
        name = raw_name.decode("ascii")
        if name in headers:
            # HTTP allows some repeated headers; in a request of ours it is a mistake.
            raise _BadRequestError(400, "simulator.twice", name=name)
        headers[name] = value.decode("latin-1")
    pairs = tuple(urllib.parse.parse_qsl(target.query, keep_blank_values=True))
    return Request(
        head.method.decode("ascii"),
        urllib.parse.unquote(target.path),
        dict(pairs),
        headers,
        body,
        f"http://{headers.get('host', '')}",
        pairs,
    )


async def _write_answer(
    connection: h11.Connection, writer: asyncio.StreamWriter, answer: Response, *, with_body: bool = True
) -> None:
    headers = {**MARK, **answer.headers}
    if answer.status != 204:
        headers |= {"Content-Type": answer.content_type, "Content-Length": str(len(answer.body))}
    response = h11.Response(status_code=answer.status, headers=list(headers.items()))
    data = connection.send(response) or b""
    if answer.body and with_body:
        data += connection.send(h11.Data(data=answer.body)) or b""
    data += connection.send(h11.EndOfMessage()) or b""
    writer.write(data)
    await writer.drain()


async def _close_gently(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close after reading what the caller still sends, so that it can read the response."""
    if writer.can_write_eof():
        writer.write_eof()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.5):
            while await reader.read(_READ_BYTES):
                pass
    writer.close()
    await writer.wait_closed()


def _read_items(value: Json) -> list[tuple[str, str, int]]:
    """Return the items of an order to add; empty if any of them is invalid."""
    found: list[tuple[str, str, int]] = []
    for item in value if isinstance(value, list) else []:
        quantity = item.get("quantity") if isinstance(item, dict) else None
        if not isinstance(item, dict) or isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
            return []
        found.append((str(item.get("id") or ""), str(item.get("sku") or ""), quantity))
    return found if all(id_ and sku for id_, sku, _ in found) else []


def _read_body(request: Request) -> Json:
    try:
        return read_json(request.body)
    except ValueError:
        raise FaultError("simulator.no_body_json") from None


def _iso(at_s: float) -> str:
    moment = datetime.datetime.fromtimestamp(at_s, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
