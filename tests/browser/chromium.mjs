// Debian's Chromium, driven by Playwright, as a person's browser with nothing remembered.

import fs from 'node:fs';
import { chromium } from 'playwright-core';

const PROGRAM = '/usr/bin/chromium-headless-shell';

// What it would otherwise ask of hosts of its maker at each start, of which none can be reached here.
const QUIET = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-gpu'];

/** Gives the browser; whoever opens it closes it. */
export const openBrowser = () => chromium.launch(settings());

/** A context that remembers in the folder `profile`, and that Lighthouse can drive by `port`; closed, the browser is. */
export const launchForLighthouse = (profile, port) => chromium.launchPersistentContext(profile, { ...settings(`--remote-debugging-port=${port}`), viewport: null });

function settings(...more) {
  if (!fs.existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: it is one of the packages that ./dev test installs`);
  // As root Chromium refuses to run in its sandbox.
  return { executablePath: PROGRAM, args: [...QUIET, ...more], chromiumSandbox: process.getuid() !== 0 };
}
