"""What the README shows in Python runs as it is written."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_lines_in_python_run_in_another_folder(tmp_path):
    section = (ROOT / "README.md").read_text().partition("\n## In Python\n")[2].partition("\n## ")[0]
    (program,) = re.findall(r"```python\n(.*?)```", section, flags=re.DOTALL)
    path = {**os.environ, "PYTHONPATH": str(ROOT)}
    python = [sys.executable, "-W", "error", "-c", program]
    ran = subprocess.run(python, cwd=tmp_path, env=path, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("{'clicks': 0.")
    assert "┆ clicks ┆ 1 " in ran.stdout
    assert (tmp_path / "artifacts" / "mine" / "metrics.json").is_file()
