'use client';
import { Button, Group, Stack } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useGetSettingsQuery, type Product } from '@/api';
import type { Failure } from '@/api/problem';
import { useTexts } from '@/format/LocaleProvider';
import { productFormsTexts } from '@/texts/productForms';
import { statesTexts } from '@/texts/states';
import { ConflictDialog } from '../forms/ConflictDialog';
import { FailureNotice } from '../forms/FailureNotice';
import { FormDrawer, type DrawerForm } from '../forms/FormDrawer';
import { notifyDone } from '../page/notify';
import { ProductFields } from './ProductFields';
import { formOf, isOwnImage, valuesOf } from './productValues';
import { useConflictFields } from './useConflictFields';
import { useProductEdit, type Conflict } from './useProductEdit';
import { SHOWN_BY_FIELDS, useProductForm } from './useProductForm';

interface Props {
  product: Product;
  onClose: () => void;
}

export default function EditProduct({ product, onClose }: Props) {
  const productForms = useTexts(productFormsTexts);
  return (
    <FormDrawer onClose={onClose} title={productForms.editTitle(product.name)}>
      {(drawer) => <EditForm product={product} drawer={drawer} />}
    </FormDrawer>
  );
}

function EditForm({ product, drawer }: { product: Product; drawer: DrawerForm }) {
  const productForms = useTexts(productFormsTexts);
  const states = useTexts(statesTexts);
  const { data: settings } = useGetSettingsQuery({});
  const ownImages = settings?.links.images;
  const [failure, setFailure] = useState<Failure>();
  const { form, complain } = useProductForm(false, formOf(valuesOf(product, ownImages)), drawer);
  const edit = useProductEdit({
    product, ownImages,
    onSaved: ({ name }) => {
      notifyDone(productForms.saved(name));
      drawer.finish();
    },
    onFailure: (why) => {
      setFailure(why);
      if (why) complain(why);
    },
  });
  const { setCovered } = drawer;
  useEffect(() => setCovered(edit.conflict !== undefined), [setCovered, edit.conflict]);
  const busy = form.formState.isSubmitting;
  const takeTheirs = (conflict: Conflict) => {
    form.reset(formOf(valuesOf(conflict.current, ownImages)));
    setFailure(undefined);
    edit.settle(conflict);
  };
  const keepMine = (conflict: Conflict) => {
    const theirs = valuesOf(conflict.current, ownImages);
    form.reset(formOf(theirs));
    form.reset(formOf({ ...theirs, ...conflict.mine }), { keepDefaultValues: true });
    edit.settle(conflict);
    return form.handleSubmit(edit.save)();
  };
  return (
    <form onSubmit={form.handleSubmit(edit.save)} noValidate>
      <Stack>
        <ProductFields form={form} ownImage={isOwnImage(product.imageUrl, ownImages)} />
        <FailureNotice failure={failure} shown={SHOWN_BY_FIELDS} unclear={productForms.editUnclear} />
        <Group justify="flex-end">
          <Button variant="default" onClick={drawer.leave}>{states.cancel}</Button>
          <Button type="submit" loading={busy}>{states.save}</Button>
        </Group>
      </Stack>
      <Conflicting conflict={edit.conflict} busy={busy} onKeepMine={keepMine} onTakeTheirs={takeTheirs} onClose={edit.forget} />
    </form>
  );
}

interface ConflictingProps {
  conflict: Conflict | undefined;
  busy: boolean;
  onKeepMine: (conflict: Conflict) => void;
  onTakeTheirs: (conflict: Conflict) => void;
  onClose: () => void;
}

function Conflicting({ conflict, busy, onKeepMine, onTakeTheirs, onClose }: ConflictingProps) {
  const fields = useConflictFields(conflict);
  return (
    <ConflictDialog
      opened={conflict !== undefined} fields={fields} busy={busy} onClose={onClose}
      onKeepMine={() => conflict && onKeepMine(conflict)} onTakeTheirs={() => conflict && onTakeTheirs(conflict)}
    />
  );
}
