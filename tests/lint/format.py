"""C++ is formatted as .clang-format says."""

import re
import subprocess

import tree

CLANG_FORMAT = "/usr/bin/clang-format"


def check(source):
    files = source.matching(r".*\.(cc|h)")
    if not files:
        return ["no C++ file was found"]
    run = subprocess.run([CLANG_FORMAT, "--dry-run", "-Werror", "--style=file", *files], cwd=source.root, capture_output=True,
                         text=True, check=False)
    wrong = sorted(set(re.findall(r"^([^:\n]+):\d+:\d+: error: code should be clang-formatted", run.stderr, re.MULTILINE)))
    if run.returncode != 0 and not wrong:
        return [f"{CLANG_FORMAT} failed: {run.stderr.strip()}"]
    return [f"{path}: not formatted; run clang-format -i {path}" for path in wrong]


if __name__ == "__main__":
    tree.run(check)
