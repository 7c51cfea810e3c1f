"""Files stay small: median at most 120 lines, nine of ten at most 400, none above 600 (tests 800)."""

import tree

CODE = (r".*\.(cc|h|proto|py|cmake)", r".*CMakeLists\.txt")
MOST, MOST_IN_TESTS = 600, 800
MEDIAN, NINE_OF_TEN = 120, 400


def share(sizes, part):
    """The size that `part` of the files do not exceed."""
    ordered = sorted(sizes)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def check(source):
    problems = []
    sizes = []
    scripts = [path for path in source.paths if tree.is_script(source, path)]
    for path in source.matching(*CODE) + scripts:
        size = len(source.lines(path))
        most = MOST_IN_TESTS if tree.is_test(path) else MOST
        if size > most:
            problems.append(f"{path}: {size} lines, more than {most}")
        if not tree.is_test(path):
            sizes.append(size)
    if not sizes:
        return problems + ["no source file was found"]
    if share(sizes, 0.5) > MEDIAN:
        problems.append(f"the median file has {share(sizes, 0.5)} lines, more than {MEDIAN}")
    if share(sizes, 0.9) > NINE_OF_TEN:
        problems.append(f"one file of ten has {share(sizes, 0.9)} lines or more, above {NINE_OF_TEN}")
    return problems


if __name__ == "__main__":
    tree.run(check)
