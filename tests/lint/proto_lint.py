"""buf lint finds nothing to say about proto/. npx keeps buf in its own cache in the home folder."""

import subprocess
import tempfile
import time

import tree

BUF = "@bufbuild/buf@1.75.0"
ATTEMPTS = 3
FINDINGS = 100  # how buf ends when it worked and found something


def lint(folder):
    # Run from elsewhere, so that npx neither reads nor writes anything in the tree.
    with tempfile.TemporaryDirectory() as elsewhere:
        return subprocess.run(["npx", "--yes", "--prefer-offline", "--loglevel=error", f"--package={BUF}", "buf", "lint", folder],
                              cwd=elsewhere, capture_output=True, text=True, check=False, timeout=80)


def check(source):
    for attempt in range(1, ATTEMPTS + 1):
        try:
            run = lint(source.root / "proto")
        except subprocess.TimeoutExpired as error:
            failure = str(error)
        except FileNotFoundError:
            return ["npx was not found: install nodejs and npm"]
        else:
            if run.returncode == 0:
                return []
            if run.returncode == FINDINGS:
                return [f"buf: {line}" for line in run.stdout.splitlines()]
            failure = (run.stderr or run.stdout).strip()
        if attempt < ATTEMPTS:
            time.sleep(5 * attempt)
    return [f"{BUF} could not be run: {failure}"]


if __name__ == "__main__":
    tree.run(check)
