#!/usr/bin/env -S python3 -B
"""Demands the styles of each component of Mantine that the dashboard uses: a component without them looks bare, and nothing else
says so.
"""

import re

from findings import Planted, main

STYLES = "web/src/theme/mantine.ts"
LISTED = re.compile(r"'@mantine/core/styles/([A-Za-z-]+)\.css'")
USED = re.compile(r"import \{([^}]*)\} from '@mantine/core'")
# Whose looks are another component's, or a part of one.
OF_ANOTHER = {
    "Autocomplete": "Combobox", "Select": "Combobox", "MultiSelect": "Combobox", "TagsInput": "PillsInput", "TextInput": "Input",
    "Textarea": "Input", "NativeSelect": "Input", "FileInput": "Input", "InputBase": "Input", "HoverCard": "Popover",
}
# Without styles of their own.
BARE = {"Box", "Collapse", "FileButton", "FocusTrap", "MantineProvider", "MantineThemeProvider", "Portal", "Space", "Transition"}


def components(text):
    """The components of all imports: what is no type, no hook, no function."""
    names = [name.strip() for group in USED.findall(text) for name in group.split(",")]
    return {name for name in names if re.fullmatch(r"[A-Z][A-Za-z]*", name)} - BARE


def check(root):
    listed = set(LISTED.findall((root / STYLES).read_text(encoding="utf-8")))
    findings = []
    for path in sorted((root / "web/src").rglob("*.ts*")):
        for name in sorted(components(path.read_text(encoding="utf-8"))):
            wanted = OF_ANOTHER.get(name, name)
            if wanted not in listed:
                findings.append(f"{path.relative_to(root).as_posix()}: the styles of {wanted} are not in {STYLES}")
    return findings


PAGE = "web/src/app/Page.tsx"
CLEAN = {
    STYLES: "import '@mantine/core/styles/Button.css';\nimport '@mantine/core/styles/Input.css';\n",
    PAGE: "import { Button, TextInput, type ButtonProps, useMantineTheme } from '@mantine/core';\n",
}
PLANTED = [
    Planted("a component without styles", f"{PAGE}: the styles of Stepper are not in", {PAGE: "import {\n  Button, Stepper,\n} from '@mantine/core';\n"}),
    Planted("one that looks like another", f"{PAGE}: the styles of Combobox are not in", {PAGE: "import { Select } from '@mantine/core';\n"}),
]

if __name__ == "__main__":
    main(__doc__, check, CLEAN, PLANTED)
