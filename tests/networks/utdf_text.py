"""A small UTDF file for tests, made here: two signals on a main street, phases 2 + 6 along it and 4 + 8 across."""

HEAD = """[Network]
Network Settings
RECORDNAME,DATA
Metric,0
yellowTime,3.5
ScenarioDate,3/4/2026
ScenarioTime,7:00 AM

[Nodes]
Node Data
INTID,TYPE,X,Y,Z,DESCRIPTION
1,0,0,0,0,
2,0,1000,0,0,
10,1,-1000,0,0,
11,1,2000,0,0,
12,1,0,900,0,
13,1,0,-900,0,
14,1,1000,900,0,
15,1,1000,-900,0,

[Links]
Link Data
RECORDNAME,INTID,NB,SB,EB,WB
"""
LINKS = """Up ID,{node},{south},{north},{west},{east}
Lanes,{node},1,1,2,2
Speed,{node},30,30,30,30
"""
LANES = """Up Node,{node},{south},{south},{south},{north},{north},{north},{west},{west},{west},{east},{east},{east}
Dest Node,{node},{west},{north},{east},{east},{south},{west},{north},{east},{south},{south},{west},{north}
Lanes,{node},0,1,0,0,1,0,0,2,0,0,2,0
Shared,{node},,3,,,3,,,3,,,3,
Volume,{node},10,60,10,10,60,10,20,700,20,20,600,20
Phase1,{node},,4,,,8,,,2,,,6,
PermPhase1,{node},4,,,8,,,2,,,6,,
Growth,{node},,100,,,100,,,100,,,100,
"""
PLANS = """Control Type,{node},0
Cycle Length,{node},90
Referenced To,{node},0
Reference Phase,{node},206
Offset,{node},{offset}
Node 0,{node},{node}
"""
PHASES = """BRP,{node},111,112,211,212,121,122,221,222
MinGreen,{node},,15,,8,,15,,8
MaxGreen,{node},,{main},,{side},,{main},,{side}
Yellow,{node},,3.5,,3.5,,3.5,,3.5
AllRed,{node},,1.5,,1.5,,1.5,,1.5
Recall,{node},,3,,3,,3,,3
Walk,{node},,7,,7,,7,,7
DontWalk,{node},,12,,17,,12,,17
MinSplit,{node},,24,,29,,24,,29
"""
NODES = (
    {"node": 1, "south": 13, "north": 12, "west": 10, "east": 2, "offset": 0},
    {"node": 2, "south": 15, "north": 14, "west": 1, "east": 11, "offset": 22},
)


def utdf_text(main: float = 55, side: float = 25) -> str:
    """The file with the greens of phases 2 + 6 and 4 + 8; 55 and 25 make the cycle of 90 s."""
    sections = (
        (LINKS, ""),
        (LANES, "\n[Lanes]\nLane Group Data\nRECORDNAME,INTID,NBL,NBT,NBR,SBL,SBT,SBR,EBL,EBT,EBR,WBL,WBT,WBR\n"),
        (PLANS, "\n[Timeplans]\nTiming Plan Settings\nRECORDNAME,INTID,DATA\n"),
        (PHASES, "\n[Phases]\nPhasing Data\nRECORDNAME,INTID,D1,D2,D3,D4,D5,D6,D7,D8\n"),
    )
    rows = [head + "".join(text.format(**node, main=main, side=side) for node in NODES) for text, head in sections]
    return HEAD + "".join(rows)
