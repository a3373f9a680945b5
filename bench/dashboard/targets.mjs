// The targets of the dashboard: scores of Lighthouse from 0 to 100, milliseconds, and layout shift.

export const TARGETS = {
  desktop: { performance: { least: 98 }, accessibility: { least: 100 }, bestPractices: { least: 100 }, lcp: { most: 1000 }, cls: { most: 0.02 } },
  mobile: { performance: { least: 90 }, accessibility: { least: 100 }, lcp: { most: 2000 }, cls: { most: 0.02 }, tbt: { most: 200 } },
};

export const isMet = (value, { least, most }) => (least === undefined || value >= least) && (most === undefined || value <= most);
