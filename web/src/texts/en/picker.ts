export const picker = {
  placeholder: 'Scan a code or type a name',
  stock: (count: string) => `${count} in stock`,
  noStock: 'None in stock',
  found: (count: number) => (count === 1 ? '1 product found' : `${count} products found`),
  nothing: (text: string) => `No product is called “${text}”. Enter looks for it as a code.`,
  unknown: (code: string) => `No product has the code or name “${code}”. You can scan the next one.`,
  notLookedUp: (code: string, reason: string) => `“${code}” was not looked up: ${reason} Press Enter to try again.`,
  looking: 'Looking it up…',
};
