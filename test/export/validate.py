"""Validates RO-Crates against a profile, without the network: the JSON-LD context comes from the file beside this one.

usage: validate.py <scratch folder> <profile> <crate>
"""

import json
import subprocess
import sys
from pathlib import Path

import requests
from requests_cache import CachedSession

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
FILE = Path(__file__).parent / "contexts/ro-crate-1.1.jsonld"


class FromFile(requests.adapters.BaseAdapter):
    """Answers every request with the context."""

    def send(self, request, **_):
        response = requests.Response()
        response.status_code = 200
        response.url = request.url
        response.request = request
        response.headers["Content-Type"] = "application/ld+json"
        response.raw = requests.packages.urllib3.HTTPResponse(
            body=FILE.open("rb"), status=200, headers=response.headers, preload_content=False
        )
        return response

    def close(self):
        pass


scratch, profile, crate = sys.argv[1:]
cache = str(Path(scratch) / "cache")
session = CachedSession(cache_name=cache, expire_after=-1, backend="sqlite", allowable_methods=("GET",))
session.mount("https://", FromFile())
assert session.get(CONTEXT).json()["@context"]
session.close()

validator = Path(sys.executable).parent / "rocrate-validator"
report = Path(scratch) / "report.json"
done = subprocess.run(
    [validator, "validate", "--offline", "--cache-path", cache, "-p", profile, "-l", "required"]
    + ["--no-paging", "-f", "json", "-o", report, crate],
    capture_output=True,
    text=True,
)
if not report.exists():
    sys.exit(done.stdout + done.stderr)
found = json.loads(report.read_text())
for issue in found["issues"]:
    print(issue["severity"], issue["message"], issue.get("violatingEntity", ""))
sys.exit(0 if found["passed"] else 1)
