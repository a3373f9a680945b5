import type { NextConfig } from 'next';

// Where images are read from: CloudFront's address, or its counterpart's. Next fetches and resizes nothing else.
const images = new URL(process.env.IMAGE_ORIGIN ?? 'https://images.invalid');
const loopback = ['127.0.0.1', 'localhost'].includes(images.hostname);

const security = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=(), payment=()' },
  { key: 'Strict-Transport-Security', value: 'max-age=63072000; includeSubDomains' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
];

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  images: {
    remotePatterns: [{ protocol: images.protocol === 'http:' ? 'http' : 'https', hostname: images.hostname, port: images.port, pathname: '/products/**' }],
    dangerouslyAllowLocalIP: loopback,
    formats: ['image/webp'],
    imageSizes: [48, 96, 192, 256],
    deviceSizes: [384, 640, 1080, 1920],
    qualities: [75],
    minimumCacheTTL: 31536000,
  },
  experimental: { optimizePackageImports: ['@mantine/core', '@mantine/hooks', '@tabler/icons-react'] },
  turbopack: { resolveAlias: { '@mantine/hooks': './src/theme/mantine_hooks.mjs' } },
  headers: async () => [{ source: '/:path*', headers: security }],
};

export default config;
