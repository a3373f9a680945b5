// One line of JSON for each fault of ours, as the API's programs write theirs. Never a token or a cookie.

export function logFault(event: string, error: unknown, details: Record<string, unknown> = {}) {
  const { name, message, code, cause } = error as Error & { code?: string };
  console.error(JSON.stringify({
    time: new Date().toISOString(), level: 'error', event, ...details, error: name, code, message, cause: cause instanceof Error ? cause.message : undefined,
  }));
}
