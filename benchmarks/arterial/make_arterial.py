"""Make the bundled arterial: `python -m greenband.benchmarks.arterial.make_arterial [--out DIR]`.

Writes the plain XML, lets netconvert build the network from it, and writes the routes that only the judge may read.
The same version of netconvert gives the same bytes.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
from pathlib import Path

from ...networks.files import replace_atomically, xml_bytes
from .demand import packed, routes_xml
from .plain import connections_xml, edges_xml, nodes_xml
from .signals import signals_xml

NETWORK = "arterial.net.xml"
ROUTES = "truth/day.rou.xml.gz"
PLAIN = {
    "arterial.nod.xml": ("--node-files", nodes_xml),
    "arterial.edg.xml": ("--edge-files", edges_xml),
    "arterial.con.xml": ("--connection-files", connections_xml),
    "arterial.tll.xml": ("--tllogic-files", signals_xml),
}
NETCONVERT_VERSION = "1.28.0"  # built the committed network
NETCONVERT_OPTIONS = (
    "--offset.disable-normalization=true",
    "--no-turnarounds=true",
    "--junctions.limit-turn-speed=5.5",
    "--xml-validation=never",
)


def plain_files() -> dict[str, bytes]:
    """Return the plain XML by file name."""
    return {name: xml_bytes(make()) for name, (_, make) in PLAIN.items()}


def netconvert(*arguments: str) -> str:
    """Run the netconvert of the installed SUMO wheel and return what it printed."""
    import sumo  # the wheel eclipse-sumo: heavy enough to be imported only here

    program = Path(sumo.SUMO_HOME) / "bin" / "netconvert"
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


def netconvert_version() -> str:
    """Return the version of netconvert, such as 1.28.0."""
    found = re.search(r"netconvert (?:Version )?v?(\d+\.\d+\.\d+)", netconvert("--version"))
    return found.group(1) if found else "unknown"


def built_network(plain: dict[str, bytes]) -> bytes:
    """Return the network that netconvert builds, without the comment that holds the date and the paths."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        arguments = [*NETCONVERT_OPTIONS, "--output-file", str(folder / NETWORK)]
        for file, (option, _) in PLAIN.items():
            (folder / file).write_bytes(plain[file])
            arguments += [option, str(folder / file)]
        netconvert(*arguments)
        content = (folder / NETWORK).read_bytes()
    return re.sub(rb"<!--.*?-->\s*", b"", content, flags=re.DOTALL)


def main() -> None:
    """Write the files into the folder asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).parents[2] / "networks" / "arterial", help="folder to write into"
    )
    out: Path = parser.parse_args().out
    plain = plain_files()
    files = {**plain, NETWORK: built_network(plain), ROUTES: packed(xml_bytes(routes_xml()))}
    for file, content in files.items():
        replace_atomically(out / file, content)
        print(f"{out / file}: {len(content)} bytes")


if __name__ == "__main__":
    main()
