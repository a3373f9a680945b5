'use client';
import { Autocomplete, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import { Controller, type UseFormReturn } from 'react-hook-form';
import { useGetSettingsQuery } from '@/api';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { productFormsTexts } from '@/texts/productForms';
import { AmountInput } from '../forms/AmountInput';
import { QuantityInput } from '../forms/QuantityInput';
import type { ProductForm, ProductValues } from './productValues';
import { LARGEST_QUANTITY } from './quantities';
import { useCategories } from './useCategories';

export type ProductFormState = UseFormReturn<ProductForm, unknown, ProductValues>;

/** Hints stand below, so that fields beside each other are in line. */
const ORDER: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

interface Props {
  form: ProductFormState;
  creating?: boolean;
  ownImage?: boolean;
}

export function ProductFields({ form, creating, ownImage }: Props) {
  const texts = useTexts(productFormsTexts);
  const { register, control, formState: { errors } } = form;
  const { data: settings } = useGetSettingsQuery({});
  const { categories, want } = useCategories();
  const format = useFormat();
  const usual = settings ? format.number(settings.defaultMinimumStock) : '';
  return (
    <Stack gap="md">
      <TextInput label={texts.name} required data-autofocus error={errors.name?.message} {...register('name')} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput inputWrapperOrder={ORDER} label={texts.sku} description={texts.skuHint} error={errors.sku?.message} {...register('sku')} />
        <Controller name="category" control={control} render={({ field }) => (
          <Autocomplete
            {...field} inputWrapperOrder={ORDER} label={texts.category} description={texts.categoryHint} error={errors.category?.message}
            data={categories} onFocus={want}
          />
        )} />
        <Controller name="price" control={control} render={({ field }) => (
          <AmountInput
            {...field} cents required inputWrapperOrder={ORDER} label={settings ? texts.price(settings.currency) : texts.priceWithoutCurrency}
            error={errors.price?.message}
          />
        )} />
        <Controller name="rating" control={control} render={({ field }) => (
          <AmountInput {...field} inputWrapperOrder={ORDER} label={texts.rating} description={texts.ratingHint} error={errors.rating?.message} />
        )} />
        {creating && <Quantity form={form} name="stockQuantity" label={texts.openingStock} description={texts.openingHint} />}
        <Quantity form={form} name="minimumStock" label={texts.minimumStock} description={creating ? texts.minimumHint(usual) : texts.minimumHintEdit} />
      </SimpleGrid>
      <Textarea label={texts.description} autosize minRows={3} maxRows={10} error={errors.description?.message} {...register('description')} />
      <TextInput
        inputWrapperOrder={ORDER} label={texts.imageUrl} description={ownImage ? texts.ownImageHint : texts.imageUrlHint} inputMode="url" error={errors.imageUrl?.message}
        {...register('imageUrl')}
      />
    </Stack>
  );
}

interface QuantityProps {
  form: ProductFormState;
  name: 'stockQuantity' | 'minimumStock';
  label: string;
  description: string;
}

function Quantity({ form: { control, formState }, name, ...props }: QuantityProps) {
  return (
    <Controller name={name} control={control} render={({ field }) => (
      <QuantityInput {...field} {...props} inputWrapperOrder={ORDER} max={LARGEST_QUANTITY} clampBehavior="strict" error={formState.errors[name]?.message} />
    )} />
  );
}
