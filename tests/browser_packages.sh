#!/bin/sh
# Chromium, fonts, ffmpeg and poppler for the browser tests: installed when missing and possible, else named
set -u
missing=''
command -v chromium >/dev/null || missing="$missing chromium"
command -v ffmpeg >/dev/null || missing="$missing ffmpeg"
command -v pdftoppm >/dev/null || missing="$missing poppler-utils poppler-data"
if command -v fc-list >/dev/null; then
  fc-list | grep -qi 'noto.*cjk' || missing="$missing fonts-noto-cjk"
  fc-list | grep -qi 'noto.*emoji' || missing="$missing fonts-noto-color-emoji"
else
  missing="$missing fontconfig fonts-noto-cjk fonts-noto-color-emoji"
fi
[ -z "$missing" ] && exit 0
as_root=''
[ "$(id -u)" -eq 0 ] || as_root='sudo -n'
if command -v apt-get >/dev/null && $as_root true 2>/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086
  $as_root apt-get install -y -q --no-install-recommends $missing >/dev/null 2>&1 && exit 0
  # shellcheck disable=SC2086
  $as_root apt-get update -q >/dev/null 2>&1 && $as_root apt-get install -y -q --no-install-recommends $missing >/dev/null 2>&1 && exit 0
fi
echo "The browser tests need these, please install them:$missing" >&2
exit 1
