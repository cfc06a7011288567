#!/bin/sh
# Examples that must not compile say with which error (`compile_fail,E0624`). A stable rustdoc compares
# the error only when it is told so; nothing else that is unstable is used.
RUSTC_BOOTSTRAP=1 exec rustdoc "$@"
