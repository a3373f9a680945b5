// docs/openapi.yaml as the drift check needs it: finds operations, validates bodies and headers.

import fs from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';

const METHODS = ['get', 'post', 'patch', 'put', 'delete'];
const pointerStep = (step) => step.replaceAll('~', '~0').replaceAll('/', '~1');

export class Description {
  #document;
  #ajv;
  #paths;
  #validators = new Map();

  constructor(document) {
    this.#document = document;
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    formats(this.#ajv);
    this.#ajv.addSchema({ ...document, $id: 'openapi' });
    this.#paths = Object.entries(document.paths).map(([template, item]) => ({
      template,
      item,
      // A literal segment goes before a parameter: /notifications/read is no notification.
      parameters: (template.match(/\{/g) ?? []).length,
      pattern: new RegExp(`^${template.split('/').map((segment) =>
        segment.startsWith('{') ? '[^/]+' : segment.replaceAll('.', '\\.')).join('/')}$`),
    })).sort((a, b) => a.parameters - b.parameters);
  }

  static fromFile(file) {
    return new Description(parse(fs.readFileSync(file, 'utf8')));
  }

  /** What a value's $ref stands for, with the pointer it was found at. */
  #resolve(value, pointer) {
    if (!value?.$ref) return { value, pointer };
    const target = value.$ref.slice(1);
    const found = target.split('/').slice(1).reduce(
      (owner, step) => owner[step.replaceAll('~1', '/').replaceAll('~0', '~')], this.#document);
    return this.#resolve(found, target);
  }

  /** Whether the path is a file of the web server, of which the description says nothing. */
  isOutside(pathname) {
    return (this.#document['x-not-described'] ?? []).some((start) => pathname.startsWith(start));
  }

  findPath(pathname) {
    return this.#paths.find(({ pattern }) => pattern.test(pathname));
  }

  /** The operation for a method and path, HEAD being that of GET; undefined where there is none. */
  findOperation(method, pathname) {
    const found = this.findPath(pathname);
    const name = method === 'HEAD' ? 'get' : method.toLowerCase();
    const operation = METHODS.includes(name) ? found?.item[name] : undefined;
    return operation && {
      ...operation,
      method: name,
      template: found.template,
      pointer: `/paths/${pointerStep(found.template)}/${name}`,
    };
  }

  operations() {
    return this.#paths.flatMap(({ template, item }) => METHODS
      .filter((method) => item[method])
      .map((method) => this.findOperation(method.toUpperCase(), template)));
  }

  /** The response for a status: the operation's own, or one that any request may get. */
  findResponse(operation, status) {
    const own = operation?.responses[status];
    if (own) return this.#resolve(own, `${operation.pointer}/responses/${status}`);
    const any = this.#document['x-any-request'] ?? {};
    return any[status] && this.#resolve(any[status], `/x-any-request/${status}`);
  }

  /** [status, response] of what any request may get. */
  anyRequestResponses() {
    return Object.keys(this.#document['x-any-request'] ?? {})
      .map((status) => [status, this.findResponse(undefined, status)]);
  }

  /** How often traffic must show it: `each` operation that lists it, `once` anywhere, or `never`. */
  observed(response) {
    return response.value['x-observed'] ?? 'each';
  }

  /** Compiled once: ajv would do it anew for each answer. */
  #validator(schemaPointer) {
    const known = this.#validators.get(schemaPointer);
    if (known) return known;
    const validate = this.#ajv.compile({ $ref: `openapi#${encodeURI(schemaPointer)}` });
    this.#validators.set(schemaPointer, validate);
    return validate;
  }

  #errors(schemaPointer, value) {
    const validate = this.#validator(schemaPointer);
    if (validate(value)) return [];
    return validate.errors.map(({ instancePath, message, params }) => {
      const extra = params.unevaluatedProperty ?? params.additionalProperty ?? params.allowedValue;
      return `${instancePath || 'the body'} ${message}${extra === undefined ? '' : ` (${extra})`}`;
    });
  }

  /** What is wrong with the header fields of an answer. */
  headerErrors(response, headers) {
    return Object.entries(response.value.headers ?? {}).flatMap(([name, header]) => {
      const found = this.#resolve(header, `${response.pointer}/headers/${pointerStep(name)}`);
      const value = headers.get(name.toLowerCase());
      if (value === undefined) return found.value.required ? [`the header ${name} is missing`] : [];
      return this.#errors(`${found.pointer}/schema`, value)
        .map((error) => `the header ${name}: ${value}: ${error.replace('the body ', '')}`);
    });
  }

  /** What is wrong with the body of an answer. */
  bodyErrors(response, headers, body) {
    const content = response.value.content;
    if (!content) return body === '' ? [] : ['there is a body, and none is documented'];
    const mediaType = (headers.get('content-type') ?? '').split(';')[0].trim().toLowerCase();
    if (!content[mediaType]) return [`the content type ${mediaType || '(none)'} is not documented`];
    if (!/[/+]json$/.test(mediaType)) return body === '' ? ['the body is empty'] : [];
    let value;
    try {
      value = JSON.parse(body);
    } catch (error) {
      return [`the body is no JSON: ${error.message}`];
    }
    return this.#errors(`${response.pointer}/content/${pointerStep(mediaType)}/schema`, value);
  }
}
