"""Every RPC names the permission it needs: option (timebank.authorization.v1.required_permission)."""

import re

import proto_syntax
import tree

OPTION = re.compile(r'option\s*\(\s*\.?timebank\.authorization\.v1\.required_permission\s*\)\s*=\s*"([^"]*)"\s*;')
NAME = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")


def check(source):
    problems = []
    found = 0
    for path in source.matching(r"proto/.*\.proto"):
        for declaration in proto_syntax.declarations(source.text(path)):
            if declaration.kind != "rpc":
                continue
            found += 1
            match = OPTION.search(declaration.text)
            if not match:
                problems.append(f"{path}:{declaration.first + 1}: rpc {declaration.name} names no required_permission")
            elif not NAME.fullmatch(match.group(1)):
                problems.append(f'{path}:{declaration.first + 1}: rpc {declaration.name}: "{match.group(1)}" is not a noun.verb')
    return problems if found else ["proto: no rpc was found"]


if __name__ == "__main__":
    tree.run(check)
