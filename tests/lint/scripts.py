"""Scripts parse, stop at the first error, and can be run."""

import ast
import os
import re
import subprocess

import tree


def check_bash(source, path):
    parsed = subprocess.run(["/bin/bash", "-n", source.root / path], capture_output=True, text=True, check=False)
    if parsed.returncode != 0 or parsed.stderr:
        yield f"{path}: {parsed.stderr.strip() or 'bash refuses it'}"
    if not re.search(r"^set -[a-z]*e[a-z]*u|^set -[a-z]*u[a-z]*e", source.text(path), re.MULTILINE):
        yield f"{path}: does not stop at errors and unset names (set -euo pipefail)"


def check_python(source, path):
    try:
        ast.parse(source.text(path))
    except SyntaxError as error:
        yield f"{path}:{error.lineno}: {error.msg}"


def check(source):
    problems = []
    for path in source.paths:
        first = source.lines(path)[0] if tree.is_script(source, path) or path.endswith((".sh", ".py")) and source.lines(path) else ""
        if first.startswith("#!") and not os.access(source.root / path, os.X_OK):
            problems.append(f"{path}: has a first line of a program but may not be executed")
        if re.match(r"#!.*\b(ba)?sh\b", first) or path.endswith(".sh"):
            problems.extend(check_bash(source, path))
        elif "python" in first or path.endswith(".py"):
            problems.extend(check_python(source, path))
    return problems


if __name__ == "__main__":
    tree.run(check)
