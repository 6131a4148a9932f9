"""A small `sf`: Salesforce's CLI as the checks call it, over an org that a file describes.

The file (FAKE_SF_ORG) has `queries` by the object that is asked, `describes` by object, and `fails`: what the
CLI answers instead, as JSON, as text, or as seconds that it is silent. Flags that it does not know it refuses.
"""

import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

FLAGS = {
    ("data", "query"): {"--query": True, "--use-tooling-api": False},
    ("sobject", "describe"): {"--sobject": True},
}
COMMON = {"--json": False, "--target-org": True, "--api-version": True}


def answer(call: list[str], org: dict[str, Any]) -> str:
    """Answer one call as the CLI would."""
    command = (call[0], call[1])
    flags = _flags(call[2:], FLAGS[command] | COMMON)
    if flags["--target-org"] not in org["aliases"]:
        text = f"Parsing --target-org \n\tNo authorization information found for {flags['--target-org']}."
        return failure("NamedOrgNotFoundError", f"{text}\nSee more help with --help", 2)
    asked = flags.get("--sobject") or re.findall(r"FROM (\w+)", flags["--query"])[0]
    failing = org.get("fails", {}).get(asked)
    if isinstance(failing, int):
        time.sleep(failing)
    if isinstance(failing, str):
        return failing
    if command == ("sobject", "describe"):
        told = org["describes"].get(asked)
        return success(told) if told else failure("NOT_FOUND", "The requested resource does not exist", 1)
    return success(records(asked, org["queries"].get(asked, [])))


def records(crm_object: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the result of a query."""
    told = [{"attributes": {"type": crm_object, "url": f"/services/data/v66.0/{crm_object}"}, **one} for one in found]
    return {"records": told, "totalSize": len(told), "done": True}


def success(result: dict[str, Any]) -> str:
    """Write an answer as --json does."""
    return json.dumps({"status": 0, "result": result, "warnings": []})


def failure(name: str, message: str, code: int) -> str:
    """Write a refusal as --json does."""
    said = {"name": name, "message": message, "exitCode": code, "context": "DataSoqlQueryCommand", "warnings": []}
    return json.dumps(
        {**said, "stack": f"{name}: {message}\n    at …", "cause": "undefined", "code": name, "status": code}
    )


def _flags(words: list[str], known: dict[str, bool]) -> dict[str, str]:
    flags, ahead = {}, list(words)
    while ahead:
        flag = ahead.pop(0)
        if flag not in known:
            sys.exit(f"Nonexistent flag: {flag}")
        flags[flag] = ahead.pop(0) if known[flag] else "true"
    return flags


if __name__ == "__main__":
    sys.stdout.write(answer(sys.argv[1:], json.loads(Path(os.environ["FAKE_SF_ORG"]).read_text())))
