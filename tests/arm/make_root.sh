#!/bin/sh
# Makes a root file system for the ARM tests: make_root.sh DIR SUITE VERSION [PYTHON], about 350 MB.
# SUITE: bookworm or trixie. VERSION: of its Python, 3.11 or 3.13. PYTHON: whose pip fetches pip.
# Needs mmdebstrap, and root or user namespaces; no chroot, no binfmt. Inside: Debian for ARM with Python,
# an emulator that this machine runs, pip, and the interpreters that are no part of the extra `litert`.
set -eu
here=$(dirname "$0")
. "$here/../roots/debian.sh"
root=$1 suite=$2 version=$3
python=${4:-python3}

# unpack SUITE DIR ARCHITECTURE PACKAGES: Debian's packages with what they need, nothing of them run.
unpack() {
    set -- --quiet --variant=extract --architectures="$3" --include="$4" "$1" "$2" "$(sources "$1")"
    [ -n "$7" ] || set -- "$1" "$2" "$3" "$4" "$5" "$6" # no mirror: mmdebstrap takes its own
    mmdebstrap "$@"
}

unpack "$suite" "$root" arm64 base-files,python3,libpython3-stdlib,libgomp1,libstdc++6,zlib1g
[ -e "$root/lib" ] || ln -s usr/lib "$root/lib"
# LiteRT and ONNX Runtime crash in the emulator of Debian 12.
unpack trixie "$root.emulator" "$(dpkg --print-architecture)" qemu-user
mkdir -p "$root/opt"
cp "$root.emulator/usr/bin/qemu-aarch64" "$root/opt/"
rm -rf "$root.emulator"
# Pip itself runs in the emulator, too: it takes the wheels that a board would take.
"$python" -m pip install --quiet --target "$root/opt/pip" pip
QEMU_CPU=cortex-a72 PYTHONHOME=$root/usr PYTHONPATH=$root/opt/pip \
    "$root/opt/qemu-aarch64" -L "$root" "$root/usr/bin/python$version" -m pip install --quiet \
    --no-deps --no-compile --only-binary=:all: --target "$root/opt/engines" \
    --constraint "$here/../../.ci/constraints.txt" onnxruntime openvino packaging
