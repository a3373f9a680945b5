// The API client, made of the API's own description before each build: with hooks for the browser, without for the server,
// whose components know no hooks.
const WITHOUT = ['getHealth', 'getReadiness', 'getMetrics', 'getOpenapiDocument', 'getDocumentationPage'];

module.exports = {
  schemaFile: '../docs/openapi.yaml',
  exportName: 'generatedApi',
  tag: false,
  filterEndpoints: (name) => !WITHOUT.includes(name) && !name.endsWith('ByPut'),
  outputFiles: {
    './src/api/generated.ts': { apiFile: './src/api/base.ts', apiImport: 'baseApi', hooks: { queries: true, lazyQueries: true, mutations: true } },
    './src/server/generated.ts': { apiFile: './src/server/base.ts', apiImport: 'baseApi', hooks: false },
  },
};
