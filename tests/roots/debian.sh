# What the root file systems of the tests share: read by the scripts that make them, not run.
# Everything comes from where this machine's apt is told to look.

# The mirror of Debian that apt is set up with, or nothing: mmdebstrap then takes its own.
mirror() {
    apt-get indextargets --format '$(LABEL) $(SITE)' 'Created-By: Packages' 2> /dev/null |
        awk '$1 == "Debian" || $NF ~ "/debian/*$" { print $NF; exit }' || true
}

# sources SUITE...: apt's lines for suites such as trixie and trixie-backports; none without a mirror.
sources() {
    site=${MIRROR:-$(mirror)}
    [ -n "$site" ] || return 0
    for suite in "$@"; do
        printf 'deb %s %s main\n' "$site" "$suite"
    done
}
