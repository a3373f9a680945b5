// The database, by Prisma.
import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import client from '@prisma/client';

const { PrismaClient } = client;

const inCatalogue = { archivedAt: null };
const latest = { take: 5, orderBy: { day: 'desc' } };

const literally = (part) => part.replaceAll(/[\\%_]/g, '\\$&');

export class Store {
  #prisma;

  constructor(connectionString, connections) {
    this.#prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString, max: connections }) });
  }

  async dashboard() {
    const popular = await this.#prisma.product.findMany({
      where: inCatalogue, take: 15, orderBy: [{ unitsSold: 'desc' }, { productId: 'asc' }],
    });
    const sales = await this.#prisma.salesSummary.findMany(latest);
    const purchases = await this.#prisma.purchaseSummary.findMany(latest);
    const expenses = await this.#prisma.expenseSummary.findMany(latest);
    const categories = await this.#prisma.expenseByCategory.findMany({
      take: 5, orderBy: [{ day: 'desc' }, { expenseByCategoryId: 'desc' }],
    });
    return { popular, sales, purchases, expenses, categories };
  }

  async list(part, limit) {
    return this.#prisma.product.findMany({
      where: part ? { ...inCatalogue, name: { contains: literally(part), mode: 'insensitive' } } : inCatalogue,
      orderBy: [{ name: 'asc' }, { productId: 'asc' }],
      take: limit,
    });
  }

  async productWithHistory(productId) {
    return this.#prisma.product.findFirst({
      where: { productId, ...inCatalogue },
      include: {
        sales: { take: 10, orderBy: [{ soldAt: 'desc' }, { saleLineId: 'desc' }] },
        purchases: { take: 10, orderBy: [{ purchasedAt: 'desc' }, { purchaseLineId: 'desc' }] },
      },
    });
  }

  async userOf({ subject, username, email, role }) {
    const [user] = await this.#prisma.$queryRaw`SELECT user_id, disabled_at
      FROM see_user(${subject}, ${username}, ${email}, ${role})`;
    return user;
  }

  async create(actor, requestId, { productId = randomUUID(), stockQuantity = 0, ...input }) {
    return this.#transaction(actor, requestId, async (transaction) => {
      await transaction.product.create({ data: { productId, ...input }, select: { productId: true } });
      if (stockQuantity > 0) {
        await transaction.$executeRaw`SELECT 1 FROM move_stock(${productId}::uuid, 'opening', ${stockQuantity}::integer)`;
      }
      return transaction.product.findFirst({ where: { productId, ...inCatalogue } });
    });
  }

  async change(actor, requestId, productId, version, { stockQuantity, ...input }) {
    return this.#transaction(actor, requestId, async (transaction) => {
      await transaction.$executeRaw`SELECT lock_product(${productId}::uuid, ${version}::integer)`;
      await transaction.product.update({ where: { productId }, data: input, select: { productId: true } });
      if (stockQuantity !== undefined) {
        await transaction.$executeRaw`SELECT set_stock(${productId}::uuid, ${stockQuantity}::integer)`;
      }
      return transaction.product.findFirst({ where: { productId, ...inCatalogue } });
    });
  }

  async #transaction(actor, requestId, work) {
    return this.#prisma.$transaction(async (transaction) => {
      await transaction.$executeRaw`SELECT act_as(${actor}::uuid, ${requestId})`;
      return work(transaction);
    });
  }

  async end() {
    await this.#prisma.$disconnect();
  }
}
