export const landing = {
  description: 'Products, stock, sales, purchases and expenses of your shop.',
  title: 'The stock room, in\u00a0order',
  lead: 'Products, stock, sales, purchases and expenses of your shop in one place, on a laptop and on the phone in the stock room.',
  signIn: 'Sign in',
  hint: 'With the account that an administrator of your shop has invited.',
  points: [
    { title: 'Know what to reorder', text: 'A list of what runs low, and an alert once for each time it does.' },
    { title: 'Sell in seconds', text: 'Scan or type, set the quantity, done. A double click books once.' },
    { title: 'Count on a phone', text: 'Large buttons, expected against counted, and the difference is in the books.' },
  ],
  problems: {
    'sign-in': 'The sign-in did not work, or took too long. Please try again.',
    provider: 'The sign-in service cannot be reached just now. Please try again in a moment.',
    refused: 'You are signed in, but this shop does not let you in: your account may be disabled. Ask an administrator.',
  } as Record<string, string>,
};
