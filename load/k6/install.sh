#!/usr/bin/env bash
# Installs the k6 that go.mod pins into the given folder, through the Go module proxy; does nothing where it is there.
# `go install go.k6.io/k6/v2@<version>` asks for more than a module proxy serves: the pinned module here does not.
set -euo pipefail
if [ $# -ne 1 ]; then
  echo "usage: bash load/k6/install.sh <folder>" >&2
  exit 2
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")"
version=$(sed -n 's|^require go.k6.io/k6/v2 ||p' go.mod)
if "$folder/k6" version 2>/dev/null | grep -qF "k6 $version "; then
  exit 0
fi
if ! command -v go >/dev/null; then
  echo "k6 $version is built with Go 1.25 or later, and there is no go on the PATH: get it from https://go.dev/dl" >&2
  exit 1
fi
GOFLAGS=-mod=mod GOBIN=$folder go install go.k6.io/k6/v2
"$folder/k6" version
