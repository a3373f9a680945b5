# STOCKPILOT_SANITIZERS
# --enable-asan, --enable-ubsan, --enable-coverage and --enable-fuzzing (clang only: libFuzzer).
AC_DEFUN([STOCKPILOT_SANITIZERS], [
  AC_ARG_ENABLE([asan], [AS_HELP_STRING([--enable-asan], [build with AddressSanitizer])])
  AC_ARG_ENABLE([ubsan],
    [AS_HELP_STRING([--enable-ubsan], [build with UndefinedBehaviorSanitizer])])
  AC_ARG_ENABLE([coverage], [AS_HELP_STRING([--enable-coverage], [build for gcov])])
  AC_ARG_ENABLE([fuzzing],
    [AS_HELP_STRING([--enable-fuzzing], [build the fuzz targets for libFuzzer (CC=clang)])])

  stockpilot_instrument=
  AS_IF([test "x$enable_asan" = xyes], [
    stockpilot_instrument="$stockpilot_instrument -fsanitize=address"
    AC_DEFINE([WITH_ADDRESS_SANITIZER], [1], [Define to 1 when built with AddressSanitizer.])
  ])
  AS_IF([test "x$enable_ubsan" = xyes],
    [stockpilot_instrument="$stockpilot_instrument -fsanitize=undefined -fno-sanitize-recover=all"])
  AS_IF([test "x$enable_coverage" = xyes],
    [stockpilot_instrument="$stockpilot_instrument --coverage"])
  AS_IF([test -n "$stockpilot_instrument"], [
    STOCKPILOT_CFLAGS="$STOCKPILOT_CFLAGS $stockpilot_instrument -fno-omit-frame-pointer"
    STOCKPILOT_LDFLAGS="$STOCKPILOT_LDFLAGS $stockpilot_instrument"
  ])

  AC_SUBST([FUZZ_CFLAGS])
  AC_SUBST([FUZZ_LDFLAGS])
  AS_IF([test "x$enable_fuzzing" = xyes], [
    AC_MSG_CHECKING([whether $CC has libFuzzer])
    saved_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -fsanitize=fuzzer-no-link"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM], [AC_MSG_RESULT([yes])],
      [AC_MSG_ERROR([--enable-fuzzing needs clang with libFuzzer: configure with CC=clang])])
    CFLAGS=$saved_CFLAGS
    STOCKPILOT_CFLAGS="$STOCKPILOT_CFLAGS -fsanitize=fuzzer-no-link"
    FUZZ_LDFLAGS="-fsanitize=fuzzer"
  ])
  AM_CONDITIONAL([FUZZING], [test "x$enable_fuzzing" = xyes])
])
