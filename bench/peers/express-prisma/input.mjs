// What requests must look like.
import { z } from 'zod';

const quantity = z.int().min(0).max(2147483647);
// Decimals by their text: 0.1 + 0.2 is not the business of a price.
const decimals = (most) => z.number().min(0).max(most).refine((value) => /^[0-9]+([.][0-9]{1,2})?$/.test(String(value)));
const textOrNull = (most) => z.string().max(most).transform((text) => text || null).nullable();

const fields = {
  name: z.string().max(200).regex(/\S/),
  price: decimals(999999999999.99),
  rating: decimals(5).nullable().optional(),
  stockQuantity: quantity.optional(),
  minimumStock: quantity.optional(),
  imageUrl: z.string().max(2048).regex(/^(https?:\/\/|\/)[^\s"<>\\^`{|}]*$/).nullable().optional(),
  description: textOrNull(4000).optional(),
  sku: textOrNull(64).optional(),
  category: textOrNull(100).optional(),
};

export const newProduct = z.strictObject({ productId: z.uuid().optional(), ...fields });

export const productChange = newProduct.omit({ productId: true }).partial();

export const productId = z.uuid();

export const listQuery = z.strictObject({
  search: z.string().max(200).optional(),
  limit: z.string().regex(/^([1-9][0-9]{0,2}|1000)$/).transform(Number).optional(),
});

export const noQuery = z.strictObject({});
