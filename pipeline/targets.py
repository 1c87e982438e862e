"""`python -m pipeline.targets`: which sessions or customers to address, and what it brings."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jsonargparse import Namespace
from rich.console import Console

from data.errors import AisleError
from data.paths import path_of
from evaluation.profit import Terms
from pipeline.cli import Parser, tidy_flags
from pipeline.commanding import commanded
from pipeline.foreseen import dry_run
from pipeline.plans.addressing import Addressing, Asked
from pipeline.plans.place import Place
from pipeline.plans.valued import CUSTOMERS, SESSIONS, root_of
from pipeline.store.store import Store
from pipeline.voice import Voice
from report.addressed.console import show_targets

ABOUT = (
    "Say which sessions or customers to address, and what profit it brings, from the values that a working directory "
    "holds: targets.csv, targets.json and a page, targets.html."
)
FILES = {
    "targets.html": "the page",
    "targets.csv": "who is to be addressed, most profit first",
    "targets.json": "every number",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, or those of the process; its exit code: `pipeline.manner.CODES`."""

    def address(given: list[str], voice: Voice) -> object:
        options = _parser().parse_args(tidy_flags(given))
        terms, (root, sample) = _terms(options), _place(options.workdir)
        asked = Asked(options.of, options.cut, options.horizon, options.origin)

        def work(store: Store, console: Console) -> dict[str, Any]:
            return _addressed(Addressing(Place(store, sample), terms, asked), console)

        if voice.manner.dry_run:
            return dry_run(root, work, voice)
        with voice.opened(root) as workdir:
            return {"targets": work(Store(workdir, voice.report, voice), voice.console)}

    return commanded("targets", arguments, address)


def _addressed(plan: Addressing, console: Console) -> dict[str, Any]:
    told = plan.told
    show_targets(told, console)
    pictures = plan.page.path / "charts"
    for name, about in FILES.items():
        console.print(f"{plan.place.output / name}: {about}", highlight=False)
    console.print(f"{pictures}: its pictures", highlight=False)
    return told


def _place(given: str) -> tuple[Path, str]:
    """A working directory, and the sample's folder in it that is named.

    Raises
    ------
    AisleError
        If there is none.
    """
    output = path_of(given, "workdir").absolute()
    root = root_of(output)
    if root is None or not output.is_dir():
        raise AisleError(
            f"{given}: holds no values, since it is no working directory of Aisle; end `python -m pipeline.value` or "
            "`python -m pipeline.ltv` there first, or name another --workdir."
        )
    return root, "" if output == root else str(output.relative_to(root))


def _terms(options: Namespace) -> Terms:
    try:
        return Terms(options.margin, options.cost, options.budget)
    except ValueError as error:
        raise AisleError(str(error)) from None


def _parser() -> Parser:
    parser = Parser(prog="python -m pipeline.targets", description=ABOUT)
    parser.add_argument("--workdir", required=True, help="working directory that holds values, or a sample's folder")
    parser.add_argument("--margin", type=float, required=True, help="share of the value that is profit, such as 0.3")
    parser.add_argument("--cost", type=float, required=True, help="what addressing one costs, in the log's money")
    parser.add_argument("--budget", type=float, default=None, help="what may be spent in all (default: no bound)")
    parser.add_argument("--of", choices=[SESSIONS, CUSTOMERS], default=None, help="where there are values of both")
    parser.add_argument("--cut", default=None, help="of sessions: the moment they are asked at (default: the first)")
    parser.add_argument("--horizon", default=None, help="of customers: within which time (default: the longest)")
    parser.add_argument("--origin", default=None, help="of customers: as of when (default: the last)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
