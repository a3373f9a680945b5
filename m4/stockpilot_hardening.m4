# STOCKPILOT_HARDENING
# What a program that reads requests from strangers is compiled with: stack protector, fortified
# libc calls, position independent code, read-only relocations.
AC_DEFUN([STOCKPILOT_HARDENING], [
  AC_SUBST([STOCKPILOT_LDFLAGS])
  STOCKPILOT_ADD_CFLAGS([-fstack-protector-strong -fstack-clash-protection -fPIE])
  STOCKPILOT_LDFLAGS="-pie -Wl,-z,relro -Wl,-z,now"
  dnl Fortify needs optimisation, and hides errors from the sanitizers.
  AS_CASE([" $CFLAGS "], [*" -O0 "*], [],
    [AS_IF([test "x$enable_asan" != xyes],
      [STOCKPILOT_CFLAGS="$STOCKPILOT_CFLAGS -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"])])
])
