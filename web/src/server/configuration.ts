// What the server is told by its environment. docs/configuration.md has a row for each; of it only the API's address reaches the browser,
// in links to its documentation.
import { z } from 'zod/mini';

const origin = z.pipe(z.url(), z.transform((text: string) => new URL(text).origin));
const secrets = z.pipe(
  z.pipe(z.string(), z.transform((text: string) => text.split(',').map((each) => each.trim()))),
  z.array(z.string()).check(z.refine((all) => all.every((each) => each.length >= 32), 'at least 32 characters each')),
);

const schema = z.object({
  /** The dashboard's own address, as browsers see it. */
  DASHBOARD_URL: origin,
  /** The API. */
  STOCKPILOT_API_URL: origin,
  COGNITO_ISSUER: z.url(),
  COGNITO_CLIENT_ID: z.string().check(z.minLength(1)),
  /** The first seals the cookies; the others still open them. */
  SESSION_SECRET: secrets,
  /** Where images are shown from: CloudFront. */
  IMAGE_ORIGIN: origin,
  /** Where the browser puts images: S3. */
  UPLOAD_ORIGIN: origin,
});

export type Configuration = z.infer<typeof schema>;

let configuration: Configuration | undefined;

/** Fails with every variable that is missing or wrong, and shows no value. */
export function readConfiguration(): Configuration {
  if (configuration) return configuration;
  const result = schema.safeParse(process.env);
  if (!result.success) {
    const complaints = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`the environment of the dashboard is not complete:\n  ${complaints.join('\n  ')}`);
  }
  configuration = result.data;
  return configuration;
}
