// English. A second language is a folder beside this one with the same shape, and a member of ByLanguage in texts/index.ts.
import { audit } from './audit';
import { count } from './count';
import { dashboard } from './dashboard';
import { documents } from './documents';
import { expenses } from './expenses';
import { inventory, adjustment, productImport } from './inventory';
import { landing } from './landing';
import { notifications } from './notifications';
import { picker } from './picker';
import { productForms } from './productForms';
import { productImage } from './productImage';
import { products } from './products';
import { purchases } from './purchases';
import { range } from './range';
import { sales } from './sales';
import { settings } from './settings';
import { shell } from './shell';
import { states } from './states';
import { users } from './users';

export const en = {
  audit, count, dashboard, documents, expenses, inventory, adjustment, productImport, landing, notifications, picker,
  productForms, productImage, products, purchases, range, sales, settings, shell, states, users,
};
