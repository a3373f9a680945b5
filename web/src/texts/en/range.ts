export const range = {
  label: 'Days shown',
  period: 'Period',
  presets: { 1: 'Today', 7: 'Last 7 days', 30: 'Last 30 days', 90: 'Last 90 days', year: 'This year' },
  chosen: 'Chosen days',
  from: 'From',
  to: 'To',
  by: { day: 'Day', week: 'Week from', month: 'Month from' },
};
