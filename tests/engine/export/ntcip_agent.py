"""A controller for tests: an SNMP agent on loopback with the ranges and accesses of the real MIBs, and transactions.

It is built on pysnmp and never shipped. It keeps the rules of dbCreateTransaction (NTCIP 1201 v03, 2.3.1): what is set
in a transaction shows only after it has been verified and committed; some objects may be set in a transaction only.
"""

import asyncio
import re
import threading
from contextlib import contextmanager
from pathlib import Path

from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.entity import config, engine
from pysnmp.entity.rfc3413 import cmdrsp, context
from pysnmp.proto.api import v2c
from pysnmp.smi import error, instrum

ASC, DB = "1.3.6.1.4.1.1206.4.2.1", "1.3.6.1.4.1.1206.4.2.6.2"
TRANSACTION, STATUS = f"{DB}.1.0", f"{DB}.6.0"
NORMAL, IN_TRANSACTION, VERIFY, DONE = 1, 2, 3, 6
ONLY_IN_TRANSACTION = ("sequenceData", "phaseRing", "phaseConcurrency")
ROOTS = {"devices": "1.3.6.1.4.1.1206.4.2", "global": "1.3.6.1.4.1.1206.4.2.6", "asc": ASC}
COMMENT = re.compile(r"--[^\n]*")


def read_mib(*paths: Path) -> dict[str, dict]:
    """Return the objects of MIB texts by OID: name, access, and the range or the values of an integer."""
    lines = [COMMENT.sub("", line).strip() for path in paths for line in path.read_text("latin-1").splitlines()]
    text = "\n".join(line for line in lines if line)
    parents = {
        name: tuple(place.split())
        for name, place in re.findall(
            r"^([\w-]+)[ \t]+OBJECT[ \t]+IDENTIFIER\s*::=\s*\{\s*([\w-]+\s+\d+)\s*\}", text, re.M
        )
    }
    bodies = re.findall(r"^([\w-]+)\s+OBJECT-TYPE(.*?)::=\s*\{\s*([\w-]+)\s+(\d+)\s*\}", text, re.S | re.M)
    parents |= {name: (parent, place) for name, _, parent, place in bodies}

    def oid(name: str) -> str:
        return ROOTS[name] if name in ROOTS else ".".join((oid(parents[name][0]), parents[name][1]))

    found = {}
    for name, body, *_ in bodies:
        syntax = re.search(r"SYNTAX\s+(.*?)\s+ACCESS\s+(\S+)", body, re.S)
        if syntax is not None and _rooted(name, parents):
            found[oid(name)] = {"name": name, "access": syntax[2], **_limits(syntax[1])}
    return found


def _rooted(name: str, parents: dict) -> bool:
    while name not in ROOTS:
        if name not in parents:
            return False
        name = parents[name][0]
    return True


def _limits(syntax: str) -> dict:
    if "OCTET STRING" in syntax or "DisplayString" in syntax:
        return {"kind": "x"}
    if "OBJECT IDENTIFIER" in syntax:
        return {"kind": "o"}
    values = re.findall(r"\(\s*(\d+)\s*\)", syntax)
    span = re.search(r"\(\s*(\d+)\s*\.\.\s*(\d+)\s*\)", syntax)
    allowed = range(int(span[1]), int(span[2]) + 1) if span else [int(value) for value in values]
    return {"kind": "i", "allowed": allowed}


class Controller(instrum.AbstractMibInstrumController):
    """What the agent holds: the data that shows, and those of an open transaction."""

    def __init__(self, objects: dict[str, dict], preset: dict[str, object]) -> None:
        self.objects, self.data, self.buffer = objects, dict(preset), {}
        self.state, self.status, self.fault = NORMAL, 1, ""

    def read_variables(self, *pairs, **context):
        return [(name, self._read(name)) for name, _ in pairs]

    def _read(self, name):
        oid = ".".join(map(str, name))
        if oid == TRANSACTION:
            return v2c.Integer32(self.state)
        if oid == STATUS:
            return v2c.Integer32(self.status)
        if oid not in self.data:
            raise error.NoSuchInstanceError(name=name, idx=0)
        return self.data[oid]

    def write_variables(self, *pairs, **context):
        checked = [self._checked(".".join(map(str, name)), value) for name, value in pairs]
        for oid, value in checked:
            if oid == TRANSACTION:
                self._step(int(value))
            else:
                (self.buffer if self.state == IN_TRANSACTION else self.data)[oid] = value
        return list(pairs)

    def _checked(self, oid: str, value):
        found = next((self.objects[o] for o in self._above(oid) if o in self.objects), None)
        if found is None or found["access"] != "read-write":
            raise error.NoSuchObjectError(idx=0)
        if found["kind"] == "i" and int(value) not in found["allowed"]:
            raise error.WrongValueError(idx=0)
        if oid != TRANSACTION and self.state == DONE:
            raise error.GenError(idx=0)
        if found["name"] in ONLY_IN_TRANSACTION and self.state != IN_TRANSACTION:
            raise error.GenError(idx=0)
        return oid, value

    @staticmethod
    def _above(oid: str):
        parts = oid.split(".")
        return (".".join(parts[:k]) for k in range(len(parts) - 1, 8, -1))

    def _step(self, wanted: int) -> None:
        if (self.state, wanted) == (NORMAL, IN_TRANSACTION) or (self.state, wanted) == (DONE, IN_TRANSACTION):
            self.buffer = {} if self.state == NORMAL else self.buffer
            self.state, self.status = IN_TRANSACTION, 1
        elif (self.state, wanted) == (IN_TRANSACTION, VERIFY):
            self.fault = self._inconsistency({**self.data, **self.buffer})
            self.state, self.status = DONE, 2 if self.fault else 3
        elif wanted == NORMAL and self.state in (IN_TRANSACTION, DONE):
            if self.state == DONE and self.status == 3:
                self.data |= self.buffer
            self.buffer, self.state = {}, NORMAL
        else:
            raise error.WrongValueError(idx=0)

    def _inconsistency(self, data: dict) -> str:
        """The consistency of rings, concurrency, splits and offsets, as NTCIP 1202 asks for it."""
        rings = {int(o.split(".")[-1]): int(v) for o, v in data.items() if o.startswith(f"{ASC}.1.2.1.22.")}
        concurrent = {
            int(o.split(".")[-1]): list(bytes(v)) for o, v in data.items() if o.startswith(f"{ASC}.1.2.1.23.")
        }
        for phase, others in concurrent.items():
            for other in others:
                if phase not in concurrent.get(other, []):
                    return f"phase {phase} runs with {other}, but not {other} with {phase}"
                if rings.get(other) == rings.get(phase):
                    return f"phases {phase} and {other} are concurrent in one ring"
        enabled = {int(o.split(".")[-1]) for o, v in data.items() if o.startswith(f"{ASC}.1.2.1.21.") and int(v) & 1}
        patterns = [o.split(".")[-1] for o, v in data.items() if o.startswith(f"{ASC}.4.7.1.2.") and int(v)]
        for pattern in patterns:
            row = {c: int(data.get(f"{ASC}.4.7.1.{c}.{pattern}", 0)) for c in (2, 3, 4, 5)}
            if row[3] >= row[2]:
                return f"pattern {pattern} has an offset outside of its cycle"
            prefix = f"{ASC}.7.3.1.3.{row[5]}."
            orders = {int(o.split(".")[-1]): list(bytes(v)) for o, v in data.items() if o.startswith(prefix)}
            run = sorted(phase for order in orders.values() for phase in order)
            if run != sorted(enabled):
                return f"sequence {row[5]} runs {run}, enabled are {sorted(enabled)}"
            for ring, order in orders.items():
                if any(rings.get(phase) != ring for phase in order):
                    return f"sequence ring {ring} has a phase of another ring"
                if sum(int(data.get(f"{ASC}.4.9.1.3.{row[4]}.{phase}", 0)) for phase in order) != row[2]:
                    return f"the splits of ring {ring} are not the cycle"
        return ""


@contextmanager
def agent(controller: Controller, community: str = "administrator"):
    """Run the controller on a free port of loopback; give the port."""
    started, box = threading.Event(), {}

    def serve() -> None:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        snmp = engine.SnmpEngine()
        transport = udp.UdpAsyncioTransport(loop=loop).open_server_mode(("127.0.0.1", 0))
        config.add_transport(snmp, udp.DOMAIN_NAME, transport)
        config.add_v1_system(snmp, "tests", community)
        config.add_vacm_user(snmp, 1, "tests", "noAuthNoPriv", (1, 3, 6), (1, 3, 6))
        held = context.SnmpContext(snmp)
        held.unregister_context_name(v2c.OctetString(b""))
        held.register_context_name(v2c.OctetString(b""), controller)
        for responder in (cmdrsp.GetCommandResponder, cmdrsp.SetCommandResponder):
            responder(snmp, held)
        loop.run_until_complete(asyncio.sleep(0.05))
        box["port"] = transport.transport.get_extra_info("sockname")[1]
        box["loop"], box["snmp"] = loop, snmp
        started.set()
        loop.run_forever()
        snmp.close_dispatcher()
        loop.run_until_complete(asyncio.sleep(0.05))
        loop.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert started.wait(20), "the agent has not started"
    try:
        yield box["port"]
    finally:
        box["loop"].call_soon_threadsafe(box["loop"].stop)
        thread.join(10)
