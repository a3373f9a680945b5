// A product's fields as a form has them, and as the API takes them.
import { z } from 'zod/mini';
import type { Product } from '@/api';
import type { Texts } from '@/texts';

type Errors = Texts['productForms']['errors'];

/** A text that may be left empty. */
const optional = (longest: number, message: string) => z.pipe(z.string().check(z.trim(), z.maxLength(longest, message)), z.transform((text) => text || null));
/** The words go to the number: of a union's own, the resolver shows nothing. */
const numberOrNothing = (message: string) => z.union([z.number(message), z.literal('')]);
const hasCents = (amount: number) => Number(amount.toFixed(2)) === amount;
/** The greatest price that the API takes. */
const MAX_PRICE = 999_999_999_999.99;

/** What can be told before it is sent; the API judges all of it. A new product's minimum may be left to the business's usual one. */
export const productSchema = (errors: Errors, creating: boolean) => z.object({
  name: z.string().check(z.trim(), z.minLength(1, errors.nameNeeded), z.maxLength(200, errors.nameLong)),
  sku: optional(64, errors.skuLong),
  category: optional(100, errors.categoryLong),
  price: z.pipe(numberOrNothing(errors.priceWrong), z.number(errors.priceNeeded).check(z.refine(hasCents, errors.priceWrong), z.maximum(MAX_PRICE, errors.priceHigh))),
  minimumStock: z.pipe(
    numberOrNothing(errors.minimumNeeded).check(z.refine((value) => creating || value !== '', errors.minimumNeeded)),
    z.transform((value) => (value === '' ? undefined : value)),
  ),
  stockQuantity: z.pipe(numberOrNothing(errors.stockWrong), z.transform((value) => value || 0)),
  rating: z.pipe(
    numberOrNothing(errors.ratingWrong).check(z.refine((value) => value === '' || (value <= 5 && hasCents(value)), errors.ratingWrong)),
    z.transform((value) => (value === '' ? null : value)),
  ),
  description: z.pipe(z.string().check(z.maxLength(4000, errors.descriptionLong)), z.transform((text) => text || null)),
  imageUrl: optional(2048, errors.addressLong).check(z.refine((url) => url === null || /^(https?:\/\/|\/)/.test(url), errors.addressWrong)),
});

type Schema = ReturnType<typeof productSchema>;
export type ProductForm = z.input<Schema>;
export type ProductValues = z.output<Schema>;
export type ProductKey = keyof ProductValues;

/** In the order of the form. */
export const PRODUCT_KEYS: ProductKey[] = ['name', 'sku', 'category', 'price', 'stockQuantity', 'minimumStock', 'rating', 'description', 'imageUrl'];

/** Of an uploaded image the form says nothing: it has an address of ours, and a dialog of its own. */
export function valuesOf(product: Product, ownImages?: string): ProductValues {
  const { name, sku, category, price, minimumStock, stockQuantity, rating, description, imageUrl } = product;
  return { name, sku, category, price, minimumStock, stockQuantity, rating, description, imageUrl: isOwnImage(imageUrl, ownImages) ? null : imageUrl };
}

export const isOwnImage = (url: string | null, ownImages: string | undefined) => url !== null && ownImages !== undefined && url.startsWith(ownImages);

export const formOf = ({ sku, category, minimumStock, rating, description, imageUrl, ...values }: ProductValues): ProductForm => ({
  ...values, sku: sku ?? '', category: category ?? '', minimumStock: minimumStock ?? '', rating: rating ?? '', description: description ?? '', imageUrl: imageUrl ?? '',
});

export const NEW_PRODUCT: ProductForm = { name: '', sku: '', category: '', price: '', minimumStock: '', stockQuantity: '', rating: '', description: '', imageUrl: '' };

/** What is another in `to`. */
export function changesOf(from: ProductValues, to: ProductValues): Partial<ProductValues> {
  const changed = PRODUCT_KEYS.filter((key) => to[key] !== undefined && to[key] !== from[key]);
  return Object.fromEntries(changed.map((key) => [key, to[key]]));
}

export const isEmpty = (changes: Partial<ProductValues>) => Object.keys(changes).length === 0;

export const isProduct = (value: unknown): value is Product => typeof value === 'object' && value !== null && 'productId' in value && 'version' in value;
