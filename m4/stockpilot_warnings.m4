# STOCKPILOT_ADD_CFLAGS(FLAG ...)
# Adds each flag that the compiler takes to STOCKPILOT_CFLAGS.
AC_DEFUN([STOCKPILOT_ADD_CFLAGS], [
  for flag in $1; do
    AS_VAR_PUSHDEF([cached], [stockpilot_cv_cflag_$flag])
    AC_CACHE_CHECK([whether $CC takes $flag], [cached], [
      saved_CFLAGS=$CFLAGS
      CFLAGS="-Werror $flag"
      AC_COMPILE_IFELSE([AC_LANG_PROGRAM], [AS_VAR_SET([cached], [yes])], [AS_VAR_SET([cached], [no])])
      CFLAGS=$saved_CFLAGS
    ])
    AS_VAR_IF([cached], [yes], [STOCKPILOT_CFLAGS="$STOCKPILOT_CFLAGS $flag"])
    AS_VAR_POPDEF([cached])
  done
])

# STOCKPILOT_WARNINGS
# The warnings every file is held to; --enable-werror makes them fatal (CI does, a packager need not).
AC_DEFUN([STOCKPILOT_WARNINGS], [
  AC_SUBST([STOCKPILOT_CFLAGS])
  STOCKPILOT_ADD_CFLAGS([-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes dnl
    -Wwrite-strings -Wcast-qual -Wpointer-arith -Wformat=2 -Wvla -Wundef -Wimplicit-fallthrough])
  AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [treat compiler warnings as errors])])
  AS_IF([test "x$enable_werror" = xyes], [STOCKPILOT_CFLAGS="$STOCKPILOT_CFLAGS -Werror"])
])
