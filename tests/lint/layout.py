"""The top level holds the agreed names and nothing else."""

import tree

FILES = {"CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md"}
FOLDERS = {"proto", "service", "cli", "tests", "deploy"}


def check(source):
    problems = []
    top = {path.split("/")[0] for path in source.paths}
    folders = {path.split("/")[0] for path in source.paths if "/" in path}
    for name in sorted(top):
        if not name.startswith(".") and name not in (FOLDERS if name in folders else FILES):
            problems.append(f"{name}: the top level holds only {', '.join(sorted(FILES | FOLDERS))} and dotfiles")
    for name in sorted((FILES - top) | (FOLDERS - folders)):
        problems.append(f"{name}: missing from the top level")
    return problems


if __name__ == "__main__":
    tree.run(check)
