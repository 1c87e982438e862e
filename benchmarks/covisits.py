"""What co-visitation takes on a log's own tables: one member, and five in one pass, each alone in a process.

Run after `python -m benchmarks.scale --fraction 1 --stage log`:
`python -m benchmarks.covisits --run artifacts/scale/1/run`. The members are those of configs/otto.yaml, and two of them
again with other weights.
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from benchmarks.fitting import fitted_on, otto_sources
from benchmarks.given import RUN, run_with
from benchmarks.scale import machine
from candidates import CoVisit, CoVisits
from data.tables import scan
from pipeline.store.processes import fresh_processes


def main() -> int:
    """Fit both, and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=run_with("log"), required=True, help=RUN)
    run = parser.parse_args().run
    five = members()
    for some in ({"covisit": five["covisit"]}, five):
        with fresh_processes(1) as pool:
            print(f"{len(some)} in one pass: {pool.submit(taken, run, some).result()}", flush=True)
    print(machine())
    return 0


def members() -> Mapping[str, CoVisit]:
    """The members of configs/otto.yaml, and two more."""
    sources = otto_sources()
    clicks, typed = sources.covisit["covisit"], sources.covisit["typed"]
    others = {"ageless": replace(clicks, half_life=None), "bought": replace(typed, type_weights={"orders": 1})}
    return {**sources.covisit, **others}


def taken(run: Path, some: Mapping[str, CoVisit]) -> str:
    """What fitting them on the whole log takes."""
    with tempfile.TemporaryDirectory(dir=run) as into:
        return fitted_on(CoVisits(members=some), scan(run / "log" / "events"), Path(into))[1]


if __name__ == "__main__":
    sys.exit(main())
