#!/bin/sh
# Makes the root file system for the Picamera2 test: Debian trixie with libcamera 0.7 and Picamera2 from PyPI.
# Needs root, mmdebstrap, and a Python whose pip fetches the wheels: make_root.sh DIR [PYTHON]. About 710 MB.
set -eu
here=$(dirname "$0")
. "$here/../roots/debian.sh"
root=$1
python=${2:-python3}
# Debian's libcamera 0.4 leaves the metadata of frames out, and Picamera2 then waits for ever: hence backports.
if [ -z "${MIRROR:-$(mirror)}" ]; then
    echo "trixie-backports: apt knows no mirror of Debian here, name one with MIRROR" >&2
    exit 1
fi
sources trixie trixie-backports | mmdebstrap --variant=apt --skip=check/empty --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --aptopt='APT::Default-Release "trixie-backports"' \
    --include=python3,python3-prctl,python3-libcamera,libcamera-ipa \
    trixie "$root" -
# The wheels are of the file system's Python, not of the one that fetches them.
"$python" -m pip install --quiet --no-deps --ignore-requires-python --target "$root/opt/site" --only-binary=:all: \
    --implementation cp --python-version 3.13 --abi cp313 --abi abi3 --abi none \
    --platform manylinux_2_28_x86_64 --platform manylinux_2_27_x86_64 \
    --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 \
    picamera2==0.3.38 av libarchive-c piexif pillow simplejpeg tqdm videodev2 numpy opencv-python-headless \
    jsonschema attrs referencing rpds-py jsonschema-specifications
mkdir -p "$root/opt/frames" "$root/opt/project"
cp "$here/virtual.yaml" "$root/usr/share/libcamera/pipeline/virtual/virtual.yaml"
