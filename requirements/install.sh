#!/bin/sh
# install.sh LIST [--no-deps]: install a hash-checked list into .venv, by uv when it can reach the index, else by pip
set -eu
list=$1
shift
pip='.venv/bin/python -m pip --disable-pip-version-check --no-input -q'
setting() { $pip config get "global.$1" 2>/dev/null || $pip config get "install.$1" 2>/dev/null || true; }

if [ ! -x .venv/bin/uv ]; then
  $pip install --require-hashes --no-deps -r requirements/uv.txt || echo 'uv is not to be had here: pip installs the packages' >&2
fi
if [ -x .venv/bin/uv ]; then
  # uv does not read pip's configuration: hand over the index that pip uses on this machine
  UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$(setting index-url)}}
  SSL_CERT_FILE=${SSL_CERT_FILE:-${PIP_CERT:-$(setting cert)}}
  [ -n "$UV_DEFAULT_INDEX" ] && export UV_DEFAULT_INDEX
  [ -n "$SSL_CERT_FILE" ] && export SSL_CERT_FILE
  UV_HTTP_TIMEOUT=${UV_HTTP_TIMEOUT:-60} UV_NO_CONFIG=1 .venv/bin/uv pip install -q --python .venv/bin/python --require-hashes "$@" -r "$list" && exit 0
  echo 'uv could not install the packages: pip tries' >&2
fi
exec $pip install --require-hashes "$@" -r "$list"
