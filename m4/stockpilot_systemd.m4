# STOCKPILOT_SYSTEMD
# --with-systemdsystemunitdir=DIR: where the units go; no: nowhere. Not asked of pkg-config: its answer lies outside of
# any prefix but /usr, and would depend on what the building machine has installed. systemd reads units below /usr and
# /usr/local.
AC_DEFUN([STOCKPILOT_SYSTEMD], [
  AC_SUBST([systemdsystemunitdir])
  AC_ARG_WITH([systemdsystemunitdir],
    [AS_HELP_STRING([--with-systemdsystemunitdir=DIR],
      [where systemd's units go, or no @<:@PREFIX/lib/systemd/system@:>@])],
    [], [with_systemdsystemunitdir=yes])
  AC_MSG_CHECKING([where systemd's units go])
  AS_CASE([$with_systemdsystemunitdir],
    [no], [systemdsystemunitdir=],
    [yes], [systemdsystemunitdir='${prefix}/lib/systemd/system'],
    [/*], [systemdsystemunitdir=$with_systemdsystemunitdir],
    [AC_MSG_ERROR([--with-systemdsystemunitdir needs an absolute path, or no])])
  AC_MSG_RESULT([${systemdsystemunitdir:-nowhere}])
  AM_CONDITIONAL([SYSTEMD_UNITS], [test -n "$systemdsystemunitdir"])
])
