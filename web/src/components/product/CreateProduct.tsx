'use client';
import { Button, Group, Stack } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { failureOf, type Failure } from '@/api/problem';
import { useTexts } from '@/format/LocaleProvider';
import { productFormsTexts } from '@/texts/productForms';
import { statesTexts } from '@/texts/states';
import { FailureNotice } from '../forms/FailureNotice';
import { FormDrawer, type DrawerForm } from '../forms/FormDrawer';
import { notifyDone } from '../page/notify';
import { ProductFields } from './ProductFields';
import { NEW_PRODUCT, type ProductValues } from './productValues';
import { useProductCreation } from './useProductCreation';
import { SHOWN_BY_FIELDS, useProductForm } from './useProductForm';

/** The drawer for a new product; leads to it when it is there. */
export default function CreateProduct({ onClose }: { onClose: () => void }) {
  const productForms = useTexts(productFormsTexts);
  return <FormDrawer onClose={onClose} title={productForms.createTitle}>{(drawer) => <CreateForm drawer={drawer} />}</FormDrawer>;
}

function CreateForm({ drawer }: { drawer: DrawerForm }) {
  const productForms = useTexts(productFormsTexts);
  const states = useTexts(statesTexts);
  const router = useRouter();
  const create = useProductCreation();
  const sending = useRef(false);
  const [failure, setFailure] = useState<Failure>();
  const { form, complain } = useProductForm(true, NEW_PRODUCT, drawer);
  const submit = form.handleSubmit(async (values: ProductValues) => {
    if (sending.current) return;
    sending.current = true;
    try {
      const product = await create(values);
      notifyDone(productForms.created(product.name));
      drawer.finish();
      router.push(`/products/${product.productId}`);
    } catch (error) {
      const why = failureOf(error);
      setFailure(why);
      if (why) complain(why);
    } finally {
      sending.current = false;
    }
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <ProductFields form={form} creating />
        <FailureNotice failure={failure} shown={SHOWN_BY_FIELDS} unclear={productForms.createUnclear} />
        <Group justify="flex-end">
          <Button variant="default" onClick={drawer.leave}>{states.cancel}</Button>
          <Button type="submit" loading={form.formState.isSubmitting}>{productForms.create}</Button>
        </Group>
      </Stack>
    </form>
  );
}
