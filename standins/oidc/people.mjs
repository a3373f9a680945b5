// Who may sign in. The subs are fixed: the demo data refers to these people by them.
export const DEMO_PASSWORD = 'StockPilot-demo-1';

const person = (number, username, name, groups) => ({
  sub: `a0000000-0000-4000-8000-00000000000${number}`,
  username,
  name,
  email: `${username}@stockpilot.test`,
  groups,
});

export const PEOPLE = [
  person(1, 'admin', 'Ada Admin', ['admin']),
  person(2, 'staff', 'Stan Staff', ['staff']),
  person(3, 'viewer', 'Vera Viewer', ['viewer']),
  person(4, 'nogroup', 'Noah Nogroup', []),
];

export const findBySub = (sub) => PEOPLE.find((one) => one.sub === sub);

// As in Cognito, one signs in with the user name or the e-mail address.
export function authenticate(login, password) {
  if (password !== DEMO_PASSWORD) return undefined;
  const wanted = String(login ?? '').trim().toLowerCase();
  return PEOPLE.find((one) => one.username === wanted || one.email === wanted);
}
