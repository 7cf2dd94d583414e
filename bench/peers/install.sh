#!/usr/bin/env bash
# Installs what the benchmark compares with into out/peers, which git ignores. It needs Python 3.11 to 3.13 (PYTHON names
# one) and 1.3 GB; make comes with the system.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
peers=$here/../../out/peers

# install <folder> <requirements>
install() {
  "${PYTHON:-python3}" -m venv "$peers/$1"
  "$peers/$1/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/$2"
}

install latest requirements.txt
install jax-0.4 requirements-jax-0.4.txt
