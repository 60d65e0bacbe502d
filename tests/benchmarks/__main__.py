"""All benchmarks, one after another: ``python -m tests.benchmarks``. Results belong in docs/benchmarks.md."""

import subprocess
import sys
from pathlib import Path

for path in sorted(Path(__file__).parent.glob("bench_*.py")):
    print(f"\n## {path.stem}\n", flush=True)
    subprocess.run([sys.executable, "-m", f"tests.benchmarks.{path.stem}"], check=True)
