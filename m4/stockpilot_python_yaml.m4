# STOCKPILOT_PYTHON_YAML
# docs/openapi.yaml becomes /openapi.json and /docs while building, which takes Python's yaml module.
AC_DEFUN([STOCKPILOT_PYTHON_YAML], [
  AC_MSG_CHECKING([for Python's yaml module])
  AS_IF([$PYTHON -c 'import yaml' 2>/dev/null], [AC_MSG_RESULT([yes])],
    [AC_MSG_ERROR([Python's yaml module is missing: install python3-yaml])])
])
